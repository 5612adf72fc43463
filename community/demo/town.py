"""The size and the calendar of a demo town. Everything is drawn from seeds and counted from this week's Monday."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from community.core import clock

PASSWORD = "bramble yard kettle"  # noqa: S105 - printed, and for the demo alone
MAIL = "bramble-yard.example"
FILE = "demo.json"
MARKET = "market"  # beside its few people, very many practices: `demo.market`


@dataclass(frozen=True)
class Size:
    """How much of everything; weeks reach back from this week's Monday."""

    members: int = 300
    practices: int = 60
    weeks: int = 12
    searches: int = 3_000
    past: int = 360
    coming: int = 40
    lines: int = 800


TOWNS = {
    "association": Size(),
    MARKET: Size(members=14, practices=4, weeks=20, searches=0, past=0, coming=0, lines=0),
    "hamlet": Size(members=14, practices=4, weeks=3, searches=60, past=12, coming=3, lines=20),
}


@dataclass(frozen=True)
class Town:
    """A town that is being made: its name, its size, the Monday it counts from and the real time at the start."""

    name: str
    size: Size
    monday: date
    now: datetime

    @classmethod
    def called(cls, name: str) -> "Town":
        """The town of that name, counted from this week; raises KeyError."""
        now = clock.now()
        day = now.date()
        return cls(name, TOWNS[name], day - timedelta(days=day.weekday()), now)

    @property
    def begins(self) -> datetime:
        """When the first people came."""
        midnight = datetime(self.monday.year, self.monday.month, self.monday.day, 9, tzinfo=self.now.tzinfo)
        return midnight - timedelta(weeks=self.size.weeks)

    def moment(self, dice: random.Random) -> datetime:
        """A moment of the past weeks, in daytime, more of them lately."""
        span = (self.now - self.begins).total_seconds()
        at = self.begins + timedelta(seconds=span * max(dice.random(), dice.random()))
        return min(at.replace(hour=dice.choice((8, 9, 10, 11, 13, 14, 16, 19, 21))), self.now - timedelta(minutes=5))


def dice(what: str, number: int = 0) -> random.Random:
    """The same dice for the same thing, in whatever order things are made."""
    return random.Random(f"{what}:{number}")  # noqa: S311 - made-up people, no secrets
