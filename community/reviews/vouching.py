"""Colleagues stand up for a practice: only those who really worked with its people, once a practice."""

from collections.abc import Callable, Sequence

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from community.accounts.models import Person
from community.accounts.queries import Viewer, are_apart, is_member, visible_to
from community.accounts.subjects import Subject, reportable
from community.bookings.models import Booking, Order
from community.core.db import db
from community.core.errors import NotFound, Refused
from community.core.events import emit
from community.listings.models import Listing
from community.profiles.models import Practice, PracticeRole
from community.profiles.queries import get_practice_by_id, practice_of
from community.reviews.facts import VouchGiven
from community.reviews.models import Vouch
from community.rooms.gathering.models import SessionSeat

SESSIONS = 3  # sat at one table so often: then one knows how somebody works

# A way to know each other.
Way = Callable[[Person, Practice], bool]


def handed_over(person: Person, practice: Practice) -> bool:
    """One of the two practices passed a booking on to the other, and it was completed."""
    own = practice_of(person)
    if own is None:
        return False
    query = select(Booking.id).join(Listing, Listing.id == Booking.listing_id).where(Booking.state == "completed")
    there = (Booking.practice_id == own.id) & (Listing.practice_id == practice.id)
    back = (Booking.practice_id == practice.id) & (Listing.practice_id == own.id)
    return db.session.scalar(query.where(there | back).limit(1)) is not None


def was_client(person: Person, practice: Practice) -> bool:
    """Somebody of the practice booked the person's practice. The other way round one writes a review."""
    own = practice_of(person)
    if own is None:
        return False
    people = [one.id for one in practice.people]
    query = select(Booking.id).join(Order).where(Booking.practice_id == own.id, Booking.state == "completed")
    return db.session.scalar(query.where(Order.client_id.in_(people)).limit(1)) is not None


def sat_together(person: Person, practice: Practice) -> bool:
    """They came to at least three sessions where somebody of the practice came, too."""
    other = aliased(SessionSeat)
    query = select(func.count(SessionSeat.session_id.distinct())).join(
        other, other.session_id == SessionSeat.session_id
    )
    query = query.where(
        SessionSeat.person_id == person.id, SessionSeat.came_at.is_not(None), other.came_at.is_not(None)
    )
    people = [one.id for one in practice.people]
    return (db.session.scalar(query.where(other.person_id.in_(people))) or 0) >= SESSIONS


WAYS: list[tuple[str, Way]] = [("hand_over", handed_over), ("booking", was_client), ("session", sat_together)]


def ground(viewer: Viewer, practice: Practice) -> str | None:
    """By what the viewer knows a practice well enough to vouch for it; None where they may not, or have done so."""
    if viewer is None or not is_member(viewer) or _said_by_own(viewer, practice):
        return None
    own = select(PracticeRole.id).where(PracticeRole.person_id == viewer.id, PracticeRole.practice_id == practice.id)
    if db.session.scalar(own.limit(1)) is not None or are_apart(viewer.id, practice.owner.id):
        return None
    return next((name for name, knows in WAYS if knows(viewer, practice)), None)


def _said_by_own(viewer: Person, practice: Practice) -> bool:
    """The viewer, or somebody else of their practice, has vouched already: one practice counts once."""
    own = practice_of(viewer)
    people = [one.id for one in own.people] if own else [viewer.id]
    query = select(Vouch.id).where(Vouch.practice_id == practice.id, Vouch.person_id.in_({viewer.id, *people}))
    return db.session.scalar(query.limit(1)) is not None


def vouch(practice: Practice, text: str, *, by: Person) -> Vouch:
    """Stand up for a practice. Call with it locked. Raises `Refused("strangers")` without a ground."""
    known_by = ground(by, practice)
    if known_by is None:
        raise Refused("strangers", _("You can vouch for people you have really worked with, once a practice."), 403)
    made = Vouch(practice_id=practice.id, person_id=by.id, ground=known_by, text=text.strip())
    db.session.add(made)
    db.session.flush()
    emit(VouchGiven(made.id))
    return made


def take_back(practice: Practice, *, by: Person) -> None:
    """Not any more."""
    found = db.session.scalar(select(Vouch).where(Vouch.practice_id == practice.id, Vouch.person_id == by.id))
    if found is not None:
        db.session.delete(found)


def of_practice(viewer: Viewer, practice_id: int) -> Sequence[Vouch]:
    """Who vouches for a practice, as far as `viewer` may meet them."""
    query = select(Vouch).where(Vouch.practice_id == practice_id)
    if viewer is None or not viewer.is_staff:
        query = query.where(Vouch.hidden_at.is_(None))
    query = query.where(visible_to(viewer, Vouch.person_id.expression)).options(joinedload(Vouch.person))
    return db.session.scalars(query.order_by(Vouch.id.desc()).limit(12)).all()


def get(vouch_id: int) -> Vouch | None:
    """One by id, for mails; None once it was taken back."""
    return db.session.get(Vouch, vouch_id)


def words(known_by: str) -> str:
    """By what they know each other."""
    said = {
        "hand_over": _("passed work on to each other"),
        "booking": _("worked for them"),
        "session": _("works beside them in the rooms"),
    }
    return said.get(known_by, known_by)


@reportable("vouch")
def _reported(viewer: Person, vouch_id: int) -> Subject:
    found = db.session.get(Vouch, vouch_id)
    if found is None or found.hidden_at is not None:
        raise NotFound
    get_practice_by_id(viewer, found.practice_id)
    return Subject(found.person, {"text": found.text})
