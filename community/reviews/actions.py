"""Asking for reviews, writing, opening, answering and hiding them. Lock order: practice first."""

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from community.accounts.models import Person
from community.availability.actions import lock_practices
from community.bookings.models import Booking
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound, Refused
from community.core.events import emit
from community.profiles.models import PracticeRole
from community.reviews import rules
from community.reviews.counting import recount
from community.reviews.facts import (
    ReviewAsked,
    ReviewHidden,
    ReviewReminder,
    ReviewReplied,
    ReviewsOpened,
    RoundEnds,
)
from community.reviews.models import Reference, Review, Round, Vouch


def begin(booking: Booking) -> Round | None:
    """A booking is completed: its two sides may review each other for ten days. None where that would say nothing:
    nobody reviews a practice they work or worked in, or one that passed them on.
    """
    client_id = booking.order.client_id
    if client_id is None or booking.state != "completed" or db.session.get(Round, booking.id) is not None:
        return None
    involved = {booking.practice_id, booking.listing.practice_id}
    own = select(PracticeRole.id).where(PracticeRole.person_id == client_id, PracticeRole.practice_id.in_(involved))
    if client_id == booking.deliverer_id or db.session.scalar(own.limit(1)) is not None:
        return None
    now = clock.now()
    asked_lately = select(Round.booking_id).where(
        Round.client_id == client_id, Round.practice_id == booking.practice_id, Round.asked_at > now - rules.ASK_APART
    )
    is_regular = db.session.scalar(asked_lately.limit(1)) is not None
    made = Round(
        booking_id=booking.id,
        practice_id=booking.practice_id,
        listing_id=booking.listing_id,
        client_id=client_id,
        asked_at=now,
        closes_at=now + rules.WINDOW,
    )
    db.session.add(made)
    db.session.flush()
    emit(RoundEnds(booking.id), due=made.closes_at)
    if not is_regular:
        emit(ReviewAsked(booking.id))
        emit(ReviewReminder(booking.id), due=now + rules.REMIND_AFTER)
    return made


def lock(found: Round) -> Round:
    """Take the practice's turn: one writes, opens or counts at a time. The round is read anew."""
    lock_practices(found.practice_id)
    db.session.refresh(found)
    return found


def write(
    found: Round,
    *,
    side: str,
    by: Person,
    stars: int,
    text: str,
    clear: int | None = None,
    on_time: int | None = None,
    worth: int | None = None,
) -> Review:
    """Write or change what one side says; opens both once both are in. Call with the round locked.

    Raises `Refused("closed")` once it is open or the ten days are over.
    """
    if found.opened_at is not None or found.closes_at <= clock.now():
        raise Refused("closed", _("This is open by now, so nobody can change a word of it any more."))
    review = found.by(side)
    if review is None:
        review = Review(booking_id=found.booking_id, side=side, author_id=by.id)
        found.reviews.append(review)
    else:
        review.changed_at, review.author_id = clock.now(), by.id
    review.stars, review.text = stars, text.strip()
    review.clear, review.on_time, review.worth = (clear, on_time, worth) if side == "client" else (None, None, None)
    db.session.flush()
    if found.by("client") is not None and found.by("practice") is not None:
        open_round(found)
    return review


def end(found: Round) -> None:
    """The ten days are over: what is there opens. Call with the round locked."""
    if found.opened_at is None and found.closes_at <= clock.now():
        open_round(found)


def open_round(found: Round) -> None:
    """Both can read what the other wrote, and the client's counts from now on."""
    found.opened_at = clock.now()
    db.session.flush()
    if not found.reviews:
        return
    recount(found.practice_id)
    emit(ReviewsOpened(found.booking_id))


def reply(review: Review, text: str, *, by: Person) -> None:
    """The practice answers a review in public, once. Raises `Refused("replied")`, `Refused("empty")`."""
    if review.replied_at is not None:
        raise Refused(
            "replied", _("You have answered this one. One answer each, so that it does not become a quarrel.")
        )
    if not text.strip():
        raise Refused("empty", _("Write your answer first."), 422)
    review.reply, review.replied_at, review.replied_by_id = text.strip(), clock.now(), by.id
    emit(ReviewReplied(review.id))


def hide(review: Review, reason: str, *, by: Person) -> None:
    """Staff take a review out of sight, or with an empty reason let it be seen again; it counts accordingly."""
    if not by.is_staff:
        raise NotFound
    lock_practices(review.round.practice_id)
    hide_row(review, reason, by=by)
    db.session.flush()
    recount(review.round.practice_id)
    if review.hidden_at is not None:
        emit(ReviewHidden(review.id))


def hide_row(row: Review | Reference | Vouch, reason: str, *, by: Person) -> None:
    """The same of any row that can be hidden: with a reason it is out of sight, without one it is seen again."""
    row.hidden_reason = reason.strip()
    row.hidden_at = clock.now() if row.hidden_reason else None
    row.hidden_by_id = by.id if row.hidden_reason else None


def forget(person: Person) -> None:
    """An account goes. What its owner said of others stays, without their name: it is about somebody else's work. What
    practices said of them as a client goes, and so do what is not open yet, and whom they vouched for.
    """
    unopened = select(Round.booking_id).where(Round.opened_at.is_(None))
    about = select(Round.booking_id).where(Round.client_id == person.id)
    db.session.execute(delete(Review).where(Review.author_id == person.id, Review.booking_id.in_(unopened)))
    db.session.execute(delete(Review).where(Review.side == "practice", Review.booking_id.in_(about)))
    db.session.execute(update(Review).where(Review.author_id == person.id).values(author_id=None))
    db.session.execute(update(Round).where(Round.client_id == person.id, Round.opened_at.is_(None)).values(
        closes_at=clock.now(), opened_at=clock.now()
    ))  # fmt: skip
    db.session.execute(delete(Vouch).where(Vouch.person_id == person.id))
