"""What the simulated town keeps: its hours, its pairs, and what is counted."""

from dataclasses import dataclass, field
from datetime import datetime

from community.matching.rules import Wish


@dataclass
class Hour:
    """A promised hour."""

    starts: datetime
    coming: set[int] = field(default_factory=set)
    there: set[int] = field(default_factory=set)


@dataclass
class Pair:
    """Two or three who are matched."""

    id: int
    starts: datetime
    minutes: int
    wishes: dict[int, Wish]  # by person
    alone: bool = False


@dataclass
class Figures:
    """What is counted."""

    first: dict[int, bool] = field(default_factory=dict)  # of newcomers: had their first session company?
    ahead: int = 0
    ahead_matched: int = 0
    ahead_hour: int = 0
    no_shows: int = 0
    left_alone: int = 0
    rematched: int = 0
    waits: list[float] = field(default_factory=list)

    @property
    def first_share(self) -> float:
        """Of first sessions, how many had company."""
        return sum(self.first.values()) / max(1, len(self.first))

    @property
    def ahead_share(self) -> float:
        """Of wishes made a day ahead, how many ended in a pair, a trio or a promised hour."""
        return (self.ahead_matched + self.ahead_hour) / max(1, self.ahead)


def told(name: str, figures: Figures) -> str:
    """One line of the table."""
    waits = sorted(figures.waits) or [0.0]
    return (
        f"{name:34} first with company {figures.first_share:6.1%} of {len(figures.first):3}   "
        f"ahead {figures.ahead_share:6.1%} of {figures.ahead} "
        f"(partner {figures.ahead_matched}, hour {figures.ahead_hour})   "
        f"not there {figures.no_shows}, left alone {figures.left_alone}, replaced {figures.rematched}   "
        f"wait median {waits[len(waits) // 2]:.0f} min"
    )
