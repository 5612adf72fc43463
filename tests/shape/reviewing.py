"""Completed bookings to review, open reviews, references, a colleague who may be vouched for."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from community.accounts.models import Person
from community.bookings.models import Booking, Order
from community.core import clock
from community.core.db import db
from community.core.ids import new_ref
from community.listings.models import Listing
from community.profiles.models import Practice
from community.reviews import actions, references, vouching
from community.reviews.models import Vouch

if TYPE_CHECKING:
    from tests.shape.scene import Scene

WORDS = "Asked better questions than anyone before & paid attention."


def add(scene: "Scene") -> None:
    """Each role has a booking to review; Tom's of Priya's practice is open, and Priya's of Noor's."""
    with scene.world.writing():
        scene.other |= _round(scene, "priya", scene.tom) | _opened(scene, "priya", scene.tom, scene.priya)
        scene.other |= _reference(scene.priyas, scene.priya)
        noor = scene.roles["owner"].id
        assert noor is not None
        about_noor = _opened(scene, "noor", scene.priya, noor) | _reference(scene.noors, noor)
        for role, mine in scene.roles.items():
            if mine.id is None:
                continue
            works = role in {"owner", "assistant"}
            client = scene.lena if works else mine.id
            mine.has |= _round(scene, "noor", client) | (about_noor if works else {})
        said = Vouch(practice_id=scene.noors, person_id=scene.otto, ground="session", text="Always there.")
        db.session.add(said)
        db.session.flush()
        scene.other["vouch"] = said.id


def _done(scene: "Scene", prefix: str, person_id: int) -> Booking:
    """As a completed one stands in the tables; the calendar of the scene is full."""
    person, now = db.session.get_one(Person, person_id), clock.now()
    listing = db.session.get_one(Listing, scene.listings[f"{prefix}_free"])
    order = Order(
        ref=new_ref(), client_id=person_id, client_name=person.name, client_email=person.email,
        browser=new_ref(), locale="en_GB",
    )  # fmt: skip
    booking = Booking(
        ref=new_ref(), order=order, listing=listing, practice=listing.practice, deliverer=listing.practice.owner,
        state="completed", starts_at=now - timedelta(days=3), ends_at=now - timedelta(days=2),
        first_start=now - timedelta(days=3), zone="Europe/London", price=0, fee=0, total=0, currency="GBP",
        policy="flexible", where_kind="own_link", where_detail="https://meet.example/noor",
    )  # fmt: skip
    db.session.add(booking)
    db.session.flush()
    return booking


def _round(scene: "Scene", prefix: str, person_id: int) -> dict[str, Any]:
    booking = _done(scene, prefix, person_id)
    assert actions.begin(booking) is not None
    return {"reviewable": booking.ref}


def _opened(scene: "Scene", prefix: str, person_id: int, owner_id: int) -> dict[str, Any]:
    found = actions.begin(_done(scene, prefix, person_id))
    assert found is not None
    by, owner = db.session.get_one(Person, person_id), db.session.get_one(Person, owner_id)
    review = actions.write(found, side="client", by=by, stars=4, text=WORDS, clear=5)
    actions.write(found, side="practice", by=owner, stars=5, text="A pleasure to work with.")
    return {"review": review.id}


def _reference(practice_id: int, owner_id: int) -> dict[str, Any]:
    practice, owner = db.session.get_one(Practice, practice_id), db.session.get_one(Person, owner_id)
    found = references.ask(practice, name="Bea", email=f"bea{owner_id}@jam.example", about="Labels", by=owner)
    references.give(found, name="Bea", work="Labels, 2024", text="The jars sold out at once.")
    waiting = references.ask(practice, name="Cal", email=f"cal{owner_id}@tonic.example", about="A mark", by=owner)
    assert vouching.ground(owner, practice) is None
    return {"reference": found.id, "reference_token": references.token(waiting)}
