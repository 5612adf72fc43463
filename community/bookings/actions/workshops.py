"""Workshops' dates: their meetings claim the deliverer's time, their seats are booked one by one."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from flask_babel import gettext as _

from community.accounts.models import Person
from community.availability import actions as availability
from community.availability.rules import Interval
from community.bookings import queries, waitlists
from community.bookings.actions import answering, ending, holding
from community.bookings.facts import DateCalledOff, DateDecides
from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.core.events import emit
from community.listings.facts import ListingChanged
from community.listings.models import Listing, Meeting, WorkshopDate

MOST_MEETINGS = 12


def schedule(
    listing: Listing, *, meetings: Sequence[tuple[datetime, datetime]], seats: int, minimum: int,
    decides_at: datetime, deliverer_id: int,
) -> WorkshopDate:  # fmt: skip
    """Put a date on offer; `meetings` are (start, end), UTC.

    Raises `Refused`: "meetings", "past", "seats", "decides", and `Overlap` when the deliverer's time is taken.
    """
    availability.lock_practices(listing.practice_id)
    ordered = sorted(meetings)
    _check(ordered, seats, minimum, decides_at)
    date = WorkshopDate(
        listing_id=listing.id, deliverer_id=deliverer_id, starts_at=ordered[0][0], ends_at=ordered[-1][1], seats=seats,
        minimum=minimum, decides_at=decides_at, status="open",
        meetings=[Meeting(starts_at=start, ends_at=end) for start, end in ordered],
    )  # fmt: skip
    db.session.add(date)
    db.session.flush()
    availability.claim_spans(
        person_id=deliverer_id,
        practice_id=listing.practice_id,
        owner=f"date:{date.id}",
        spans=[Interval(start, end) for start, end in ordered],
    )
    if minimum:
        emit(DateDecides(date.id), due=decides_at)
    emit(ListingChanged(listing.id))
    return date


def _check(ordered: Sequence[tuple[datetime, datetime]], seats: int, minimum: int, decides_at: datetime) -> None:
    if not 1 <= len(ordered) <= MOST_MEETINGS:
        raise Refused("meetings", _("One meeting at least, twelve at most."), 422)
    overlap = any(first[1] > second[0] for first, second in pairwise(ordered))
    if overlap or any(start >= end for start, end in ordered):
        raise Refused("meetings", _("Each meeting ends after it begins, and before the next one."), 422)
    if ordered[0][0] <= clock.now():
        raise Refused("past", _("The first meeting has to be still to come."), 422)
    if not 1 <= seats <= 500 or not 0 <= minimum <= seats:
        raise Refused("seats", _("At least one seat, and not more people needed than there are seats."), 422)
    if not clock.now() < decides_at <= ordered[0][0]:
        raise Refused("decides", _("It is decided between now and the first meeting."), 422)


def call_off(date: WorkshopDate, *, by: Person | None, actor: str = "practice", reason: str = "") -> None:
    """It does not take place: everybody gets everything back, the time is free. Twice is once."""
    availability.lock_practices(date.listing.practice_id)
    db.session.refresh(date)
    if date.status == "off":
        return
    if date.starts_at <= clock.now():
        raise Refused("begun", _("It has begun already. Cancel the bookings one by one."))
    date.status = "off"
    db.session.flush()
    for booking_id in waitlists.live_of_date(date.id):
        booking = queries.locked(booking_id)
        if booking.state == "held":
            holding.let_go(booking.id, actor="clock")
        elif booking.state == "requested":
            answering.decline(booking, by=by or booking.deliverer)
        else:
            ending.call_off(booking, actor=actor, by=by, reason=reason)
    availability.free(f"date:{date.id}")
    emit(DateCalledOff(date.id))
    emit(ListingChanged(date.listing_id))


def decide(date: WorkshopDate) -> None:
    """The deadline has come: with fewer than the minimum it is called off, else it takes place. Once."""
    availability.lock_practices(date.listing.practice_id)
    db.session.refresh(date)
    if date.status != "open" or date.decides_at > clock.now():
        return
    if len(waitlists.confirmed_of_date(date.id)) < date.minimum:
        call_off(date, by=None, actor="clock", reason=_("Too few people signed up."))
    else:
        date.status = "on"
