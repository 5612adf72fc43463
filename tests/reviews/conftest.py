"""Noor's practice and a booking of Ada's that is done."""

from collections.abc import Callable

import pytest
from flask import Flask

from community.bookings import actions as bookings
from community.bookings.models import Booking
from community.core import clock
from community.core.db import db
from community.reviews import actions, queries
from community.reviews.models import Round
from tests.bookings.house import House
from tests.notifications.post import Post
from tests.world import World

WORDS = "She asked better questions than anyone I have hired."


class Reviewed(House):
    """The house, with bookings that are over and what was said of them."""

    def done(self, who: int | None = None, *, hour: int = 11, listing: int | None = None) -> int:
        """A booking held, paid, over and accepted."""
        booking = self.hold(listing, who=who or self.ada, starts=(self.slot(hour=hour),))[0]
        if self.state(booking) == "held":
            self.pay(booking)
        with self.reading():
            ends = self.booking(booking).ends_at
        with clock.frozen(ends):
            self.do(booking, bookings.deliver)
            self.do(booking, lambda b: bookings.complete(b, actor="client"))
        return booking

    def booked(self, hour: int) -> int:
        """A booking of Ada's that is paid and still to come."""
        booking = self.hold(starts=(self.slot(hour=hour),))[0]
        self.pay(booking)
        return booking

    def say(self, booking: int, side: str = "client", stars: int = 5, text: str = WORDS, **parts: int) -> None:
        """One side writes."""
        with self.world.writing():
            found = self.round(booking)
            by = found.client if side == "client" else self.person(self.owner)
            actions.write(actions.lock(found), side=side, by=by, stars=stars, text=text, **parts)

    def both(self, booking: int, stars: int = 5, text: str = WORDS) -> None:
        """Both sides write, so that it opens."""
        self.say(booking, "client", stars, text)
        self.say(booking, "practice", 5, "A pleasure to work with.")

    @staticmethod
    def round(booking: int) -> Round:
        """Call inside a context."""
        found = queries.round_of(booking)
        assert found is not None
        return found

    def mean(self) -> tuple[int, int] | None:
        """Noor's rating and of how many reviews."""
        with self.reading():
            found = queries.rating(self.practice)
            return (found.mean, found.count) if found else None

    def ref(self, booking: int) -> str:
        """Its reference."""
        with self.reading():
            return db.session.get_one(Booking, booking).ref


@pytest.fixture
def house(app: Flask, world: World) -> Reviewed:
    """Noor's practice with its people and a peer."""
    return Reviewed(app, world)


@pytest.fixture
def post(app: Flask, drain: Callable[[], int]) -> Post:
    """What is mailed."""
    return Post(app, drain)
