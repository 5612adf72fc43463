"""Listings of every kind for the scene: Noor's and Priya's, a workshop of each with a date."""

import io
from datetime import timedelta
from typing import Any

from PIL import Image as Picture

from community.bookings.actions import workshops
from community.core import clock
from community.core.db import db
from community.listings.models import Addon, Listing, Package
from tests.world import World

_PLAN = [
    {"due": "booking", "per_cent": 50},
    {"due": "milestone", "per_cent": 30, "title": "First draft"},
    {"due": "date", "per_cent": 20, "days": 14},
]


def _png() -> bytes:
    """A picture that can be made smaller."""
    buffer = io.BytesIO()
    Picture.new("RGB", (1000, 750), "teal").save(buffer, "PNG")
    return buffer.getvalue()


PNG = _png()
SLUGS = {
    "project": "a-project",
    "workshop": "a-course",
    "retainer": "a-month",
    "digital": "a-guide",
    "inquiry": "a-question",
}


def of_practice(world: World, practice: int, person: int) -> dict[str, int]:
    """Listings of a practice by kind, and the "date" of its workshop."""
    asked: dict[str, Any] = {"questions": [{"text": "What do you sell?", "required": True}]}
    own: dict[str, Any] = {"policy": "own", "tiers": [[4320, 80]], "on_request": True}
    values: dict[str, dict[str, Any]] = {
        "project": own | asked | {"packages": _packages(), "addons": [Addon(title="A second language", price=2000)]},
        "workshop": {"price": 4000},
        "retainer": asked | {"price": 45000, "scope": "- Two updates\n- A photo day & more", "clients_most": 30},
        "digital": {"price": 900, "file": "scenefile.340000", "file_name": "guide.pdf"},
        "inquiry": asked,
    }
    found = {
        kind: world.listing(
            practice, slug.replace("-", " ").capitalize(), kind=kind, slug=slug, prices={}, **values[kind]
        )
        for kind, slug in SLUGS.items()
    }
    return found | {"date": _date(world, found["workshop"], person)}


def _packages() -> list[Package]:
    small = Package(title="Small", scope="A mark", days=5, price=20000, plan=[])
    return [small, Package(title="Large", days=20, price=100001, plan=_PLAN, position=1)]


def _date(world: World, listing: int, person: int) -> int:
    first = world.tomorrow_at(20) + timedelta(days=25)
    with world.writing():
        made = workshops.schedule(
            db.session.get_one(Listing, listing),
            meetings=[(first + timedelta(weeks=n), first + timedelta(weeks=n, hours=1)) for n in range(2)],
            seats=6,
            minimum=2,
            decides_at=clock.now() + timedelta(days=20),
            deliverer_id=person,
        )
        return made.id
