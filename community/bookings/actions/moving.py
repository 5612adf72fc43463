"""A new time for a session: at once while there is time, agreed by the other side when it is late."""

from datetime import datetime, timedelta

from flask_babel import gettext as _

from community.accounts.models import Person
from community.availability import actions as availability
from community.bookings import proposals, rules
from community.bookings.actions import drafts
from community.bookings.actions.proposing import answer, close, propose
from community.bookings.models import Booking, Proposal
from community.bookings.process import executor, taking
from community.bookings.process.table import BY_NAME
from community.core import clock
from community.core.errors import Refused


def needs_consent(booking: Booking) -> bool:
    """True when it is late: the other side has to agree to a new time."""
    return not rules.changes_freely(booking.tiers, booking.first_start, clock.now())


def reschedule(booking: Booking, *, start: datetime, actor: str, by: Person | None) -> Proposal | None:
    """Move it to `start` (UTC) when that is free: at once, or, when it is late, by a proposal to the other side.

    Raises `Refused`: "slot_taken" with the next free times, "same_time", "open", and what the table says.
    """
    executor.check(booking, BY_NAME["reschedule"], actor)
    if start == booking.starts_at:
        raise Refused("same_time", _("That is the time it has already. Choose another one."), 422)
    deliverer = _free_at(booking, start)
    if needs_consent(booking):
        expires_at = min(clock.now() + rules.ANSWER_PROPOSAL_WITHIN, booking.starts_at, start)
        ends_at = start + timedelta(minutes=booking.minutes)
        return propose(
            booking, "reschedule", side=actor, by=by, starts_at=start, ends_at=ends_at, expires_at=expires_at
        )
    _move(booking, start, deliverer, actor, by)
    return None


def move_now(booking: Booking, *, start: datetime, actor: str, by: Person | None) -> None:
    """Move it without asking: to an earlier time that the practice offered itself. Raises as `reschedule` does."""
    deliverer = _free_at(booking, start)
    _move(booking, start, deliverer, actor, by)


def _free_at(booking: Booking, start: datetime) -> Person:
    return drafts.pick(
        booking.practice, booking.deliverers, minutes=booking.minutes, start=start, owner=taking.owner(booking)
    )


def _move(booking: Booking, start: datetime, deliverer: Person, actor: str, by: Person | None) -> None:
    before, length = booking.starts_at, booking.ends_at - booking.starts_at
    booking.deliverer, booking.deliverer_id = deliverer, deliverer.id
    booking.starts_at, booking.ends_at = start, start + length
    booking.first_start = min(booking.first_start, start)
    close(booking, "reschedule", "withdrawn")
    try:
        executor.run(
            booking, "reschedule", actor=actor, by=by, before=before.isoformat(), after=booking.starts_at.isoformat()
        )
    except availability.Overlap as overlap:
        raise drafts.taken(booking.practice, booking.deliverers, minutes=booking.minutes, start=start) from overlap


def agree_to_move(booking: Booking, *, actor: str, by: Person | None) -> None:
    """The other side agrees to the new time. Raises "slot_taken" when it is gone meanwhile: nothing changes then."""
    asked = _asked_of(booking, actor)
    start = asked.starts_at or booking.starts_at
    deliverer = _free_at(booking, start)
    answer(asked, "agreed")
    _move(booking, start, deliverer, asked.side, by)


def refuse_to_move(booking: Booking, *, actor: str) -> None:
    """The other side keeps the time that was agreed."""
    answer(_asked_of(booking, actor), "refused")


def take_back_move(booking: Booking, *, actor: str) -> None:
    """Whoever proposed a new time takes it back."""
    asked = proposals.open_of(booking, "reschedule")
    if asked is None or asked.side != actor:
        raise Refused("nothing_asked", _("There is nothing to take back any more."))
    answer(asked, "withdrawn")


def _asked_of(booking: Booking, actor: str) -> Proposal:
    asked = proposals.open_of(booking, "reschedule")
    if asked is None:
        raise Refused("nothing_asked", _("There is nothing to answer any more. Propose a time yourself."))
    if asked.side == actor:
        raise Refused("own_proposal", _("You proposed this yourself: the other side answers."))
    executor.check(booking, BY_NAME["reschedule"], actor)
    return asked


def say_late(booking: Booking, *, actor: str, by: Person | None, minutes: int) -> None:
    """One side will be `minutes` late. Raises `Refused("too_early")` more than a day before."""
    if clock.now() < booking.starts_at - timedelta(hours=24) or clock.now() > booking.ends_at:
        raise Refused("too_early", _("Say so on the day itself; before that, propose another time."))
    executor.run(booking, "say_late", actor=actor, by=by, minutes=minutes)
