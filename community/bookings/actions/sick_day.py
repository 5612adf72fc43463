"""A day somebody can't work: one click, and everybody of that day is asked, passed on or paid back."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from community.accounts.models import Person
from community.availability import actions as availability
from community.availability import queries as times
from community.bookings import proposals, queries, rules
from community.bookings.actions import ending, handing_over
from community.bookings.actions.proposing import propose
from community.bookings.models import Booking
from community.core import clock
from community.core.errors import Refused
from community.profiles.models import Practice

WAYS = ("new_times", "peer", "refund")


def of_day(practice: Practice, person: Person, day: date) -> Sequence[Booking]:
    """The confirmed sessions that `person` has on `day` (the practice's own) and that have not begun."""
    zone = ZoneInfo(practice.zone)
    begins = max(datetime.combine(day, time(), zone), clock.now())
    ends = datetime.combine(day + timedelta(days=1), time(), zone)
    return queries.sessions_between(practice.id, person.id, begins, ends)


def call_in_sick(
    practice: Practice, person: Person, day: date, *, way: str, by: Person, peer: Practice | None = None
) -> dict[str, int]:
    """Close the day and tell everybody: propose each client the next free time, ask a peer, or give all back.

    Returns how many bookings went which way ("new_times", "peer", "refund"): one without a free time, or that the peer
    can't be asked for, is paid back; one with a question open already stays as it is, so that twice is once. Raises
    `Refused("way")`.
    """
    if way not in WAYS or (way == "peer" and peer is None):
        raise Refused("way", _("Choose what is to become of the bookings of that day."), 422)
    availability.lock_practices(practice.id)
    availability.take_leave(practice, person, first=day, last=day, note=_("Sick"))
    done = dict.fromkeys(WAYS, 0)
    for found in of_day(practice, person, day):
        done[_one(queries.locked(found.id), way, by, peer)] += 1
    return done


def _one(booking: Booking, way: str, by: Person, peer: Practice | None) -> str:
    if way != "refund" and (asked := _asked(booking)):
        return asked
    if way == "new_times" and _offer_time(booking, by):
        return way
    if way == "peer" and peer is not None:
        try:
            handing_over.propose_hand_over(booking, peer=peer, by=by, text=_("I am ill that day."))
        except Refused:
            pass
        else:
            return way
    ending.cancel(booking, actor="practice", by=by, reason=_("Ill that day."))
    return "refund"


def _asked(booking: Booking) -> str:
    """Which way a question about it is open, "" when none is."""
    ways = {"reschedule": "new_times", "hand_over": "peer"}
    return next((way for kind, way in ways.items() if proposals.open_of(booking, kind) is not None), "")


def _offer_time(booking: Booking, by: Person) -> bool:
    """Propose the first free time after the day; the booking stays until the client has answered."""
    free = times.next_free(
        practice_id=booking.practice_id,
        members=[person.id for person in booking.deliverers],
        zone=booking.practice.zone,
        minutes=booking.minutes,
        after=booking.ends_at,
        count=1,
    )
    if not free:
        return False
    propose(
        booking, "reschedule", side="practice", by=by, starts_at=free[0],
        ends_at=free[0] + timedelta(minutes=booking.minutes), text=_("I am ill that day."),
        expires_at=min(free[0], clock.now() + rules.ANSWER_PROPOSAL_WITHIN),
    )  # fmt: skip
    return True
