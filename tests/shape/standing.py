"""Bookings in every state that shows a page of its own, somebody who waits, and a hand-over: for one role at a time."""

from datetime import timedelta
from typing import Any

from community.accounts.models import Person
from community.bookings import actions
from community.bookings.actions import waiting
from community.bookings.choices import Question
from community.bookings.models import Booking, Proposal
from community.core import clock
from community.core.db import db
from community.core.ids import new_ref
from community.listings.models import Listing

STATES = ("asked", "quoted", "requested", "objected", "no_show", "moving")


def add(scene: Any, prefix: str, person_id: int | None) -> dict[str, Any]:
    """References by state, and one of a place on the waiting list. Inside writing()."""
    found = {}
    for state in STATES:
        booking = _asked(scene, prefix, person_id) if state in {"asked", "quoted"} else None
        booking = booking or scene.booking(f"{prefix}_free", person_id, "confirmed")
        booking.state = "confirmed" if state == "moving" else state
        booking.expires_at = clock.now() + timedelta(days=1)
        _propose(booking, state)
        found[state] = booking.ref
    listing = db.session.get_one(Listing, scene.listings[prefix])
    client = _client(person_id, prefix)
    return found | {"waiter": waiting.wait(listing, client=client, minutes=60).ref}


def _client(person_id: int | None, prefix: str) -> actions.Client:
    person = db.session.get(Person, person_id) if person_id else None
    email = person.email if person else f"waits-{prefix}-{new_ref()}@example.com"
    return actions.Client("Somebody", email, new_ref(), "Europe/London", "en_GB", person)


def _asked(scene: Any, prefix: str, person_id: int | None) -> Booking:
    made: Booking = scene.booking(f"{prefix}_free", person_id, "confirmed")
    listing = db.session.get_one(Listing, scene.kinds[prefix]["inquiry"])
    made.kind, made.listing, made.chosen = "inquiry", listing, {"question": Question("Labels & more").text}
    return made


def _propose(booking: Booking, state: str) -> None:
    kinds = {"quoted": "quote", "objected": "settlement", "moving": "reschedule"}
    if state not in kinds:
        return
    start = clock.now() + timedelta(days=9)
    db.session.add(
        Proposal(
            booking_id=booking.id,
            kind=kinds[state],
            side="practice",
            status="open",
            amount=0,
            text="A word & more",
            starts_at=start,
            ends_at=start + timedelta(hours=1),
            expires_at=start,
        )
    )
    db.session.flush()


def hand_over(booking_id: int, to: int) -> int:
    """A booking proposed to another practice. Inside writing()."""
    start = clock.now() + timedelta(days=9)
    made = Proposal(
        booking_id=booking_id, kind="hand_over", side="practice", status="open", practice_id=to, share=1000,
        starts_at=start, ends_at=start + timedelta(hours=1), expires_at=start,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made.id
