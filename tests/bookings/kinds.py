"""Listings of every kind that can be booked, made through the app's actions; and their forms as browsers send them."""

import re
from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient

from community.bookings.actions import workshops
from community.core import clock
from community.core.db import db
from community.listings.models import Addon, Listing, Package
from tests.world import World, token

PLAN = [
    {"due": "booking", "per_cent": 50},
    {"due": "milestone", "per_cent": 30, "title": "First draft"},
    {"due": "date", "per_cent": 20, "days": 30},
]


class Shop:
    """Noor's practice with whatever a test adds."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.noor, self.practice, self.session = world.bookable()
        self.browser: FlaskClient = world.app.test_client()

    def add(self, title: str, kind: str, **values: Any) -> int:
        """A published listing without lengths."""
        return self.world.listing(self.practice, title, kind=kind, prices={}, **values)

    def project(self, **values: Any) -> tuple[int, list[int]]:
        """One with two packages, the larger paid in parts: (listing, packages)."""
        packages = [
            Package(title="Small", scope="A mark", days=5, price=20000, plan=[]),
            Package(title="Large", scope="All of it", days=20, price=100001, plan=PLAN, position=1),
        ]
        number = self.add("A whole identity", "project", packages=packages, where_kind="site_call", **values)
        with self.world.app.app_context():
            return number, [one.id for one in db.session.get_one(Listing, number).offers]

    def workshop(self, *, seats: int = 2, minimum: int = 0, meetings: int = 2, **values: Any) -> tuple[int, int]:
        """One with a date in ten days: (listing, date)."""
        number = self.add("An evening at the wheel", "workshop", price=4000, where_kind="site_call", **values)
        return number, self.date(number, seats=seats, minimum=minimum, meetings=meetings)

    def date(self, listing: int, *, seats: int = 2, minimum: int = 0, meetings: int = 1, days: int = 10) -> int:
        """Another date of a workshop, at six in the evening."""
        first = self.world.tomorrow_at(18) + timedelta(days=days - 1)
        with self.world.writing():
            found = db.session.get_one(Listing, listing)
            spans = [(first + timedelta(weeks=n), first + timedelta(weeks=n, hours=2)) for n in range(meetings)]
            made = workshops.schedule(
                found,
                meetings=spans,
                seats=seats,
                minimum=minimum,
                decides_at=first - timedelta(days=2),
                deliverer_id=self.noor,
            )
            return made.id

    def digital(self, price: int = 900) -> int:
        """A file of 340 KB."""
        return self.add("A label guide", "digital", price=price, file="abc123.340000", file_name="guide.pdf")

    def inquiry(self, **values: Any) -> int:
        """Something without a price."""
        return self.add("A whole range", "inquiry", where_kind="site_call", **values)

    def addons(self, listing: int, **prices: int) -> list[int]:
        """Add-ons by title."""
        with self.world.writing():
            found = db.session.get_one(Listing, listing)
            found.addons = [
                Addon(title=title, price=price, position=n) for n, (title, price) in enumerate(prices.items())
            ]
            db.session.flush()
            return [one.id for one in found.addons]

    def path(self, listing: int, more: str = "") -> str:
        """The page of a listing."""
        with self.world.app.app_context():
            return f"/noor-haddad/{db.session.get_one(Listing, listing).slug}{more}"

    def page(self, listing: int, query: str = "") -> str:
        """What a visitor reads there."""
        return self.browser.get(self.path(listing) + query).get_data(as_text=True)

    def form(self, listing: int, **query: Any) -> str:
        """The booking form for a choice."""
        answer = self.browser.get(self.path(listing, "/book"), query_string=query)
        assert answer.status_code == 200, answer.location
        return answer.get_data(as_text=True)

    def send(self, listing: int, **fields: Any) -> Any:
        """Fill the form of a listing and send it."""
        chosen = {name: fields[name] for name in ("at", "minutes", "package", "date", "weeks") if name in fields}
        query = "&".join(f"{name}={value}" for name, value in chosen.items())
        data = {"name": "Ada Byron", "email": "ada@example.com"} | fields
        data["csrf_token"] = token(self.browser, f"{self.path(listing, '/book')}?{query}")
        return self.browser.post(self.path(listing, "/book"), data=data)


def iso(at: datetime) -> str:
    """An instant as forms carry it."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" type="hidden" value="([^"]*)"', page)
    assert found, name
    return found.group(1)


def next_monday(hour: int = 10) -> datetime:
    """A UTC instant on the Monday after the clock's week, or later."""
    day = clock.now() + timedelta(days=7 - clock.now().weekday())
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)
