"""A practice of several, for tests of who is free."""

from datetime import date, datetime
from typing import Any

from community.accounts.models import Person
from community.availability import actions, queries
from community.availability.rules import OpenRange
from community.core.db import db
from community.profiles.models import Practice, PracticeRole
from tests.availability.calendars import MONDAY
from tests.world import World


class Team:
    """Noor's practice with Bea and Tom as partners and Ada as assistant."""

    def __init__(self, world: World) -> None:
        self.world, self.app = world, world.app
        self.noor, self.practice, _ = world.bookable()
        self.bea, self.tom, self.ada = (
            self.join(name, role)
            for name, role in (("Bea Lyle", "partner"), ("Tom Sands", "partner"), ("Ada Roe", "assistant"))
        )

    def join(self, name: str, role: str) -> int:
        person = self.world.person(name, handle=name.split(maxsplit=1)[0].lower())
        with self.world.writing():
            db.session.add(PracticeRole(practice_id=self.practice, person_id=person, role=role))
        return person

    def hours(self, who: int, *ranges: tuple[int, int, int]) -> None:
        with self.world.writing():
            practice, person = db.session.get_one(Practice, self.practice), db.session.get_one(Person, who)
            actions.set_hours(practice, person, [OpenRange(*one) for one in ranges])

    def terms(self, **values: Any) -> None:
        with self.world.writing():
            actions.set_terms(db.session.get_one(Practice, self.practice), **values)

    def book(self, who: int, start: datetime, minutes: int = 60, owner: str = "") -> None:
        with self.world.writing():
            signed = owner or f"booking:{who}-{start:%d%H%M}"
            actions.claim(person_id=who, practice_id=self.practice, owner=signed, start=start, minutes=minutes)

    def starts(self, *members: int, day: date = MONDAY, minutes: int = 60, besides: str = "") -> list[str]:
        with self.app.app_context():
            found = queries.slots(
                practice_id=self.practice,
                members=members,
                zone="Europe/London",
                minutes=minutes,
                first=day,
                last=day,
                besides=besides,
            )
            return [f"{at:%H:%M}" for at in found]

    def free(self, start: datetime, *members: int, besides: str = "") -> list[int]:
        with self.app.app_context():
            return queries.who_is_free(
                practice_id=self.practice,
                members=members,
                zone="Europe/London",
                minutes=60,
                start=start,
                besides=besides,
            )
