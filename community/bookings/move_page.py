"""The page on which a booking gets a new time."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import request, url_for
from flask_babel import gettext as _

from community.accounts.queries import Viewer
from community.availability import queries as times
from community.bookings.actions import needs_consent, refund_if_cancelled
from community.bookings.box import parse_day, parse_instant
from community.bookings.models import Booking
from community.bookings.process import executor, taking
from community.core import clock, formats

DAYS = 7


class MovePage:
    """A week of free times around the one it has, in the reader's zone."""

    def __init__(self, booking: Booking, side: str, viewer: Viewer, again: tuple[str, ...] = ()) -> None:
        self.booking = booking
        self.side = side
        here = booking.where_kind in {"on_site", "at_mine"}
        self.zone = booking.practice.zone if here or side == "practice" else (viewer.zone if viewer else booking.zone)
        self.today = clock.now().astimezone(ZoneInfo(self.zone)).date()
        asked = parse_day(request.args.get("from", ""))
        self.first = max(self.today, asked or self.today)
        self.again = [at for raw in again if (at := parse_instant(raw))]

    @property
    def refusal(self) -> Any:
        """Why it can't be moved at all; None when it can."""
        return executor.why_not(self.booking, "reschedule", self.side)

    @property
    def asks(self) -> bool:
        """It is late: the other side has to agree."""
        return needs_consent(self.booking)

    @property
    def back(self) -> int:
        """What would come back if it were cancelled instead, minor units."""
        return refund_if_cancelled(self.booking, self.side)

    def _free(self) -> list[datetime]:
        booking = self.booking
        return times.slots(
            practice_id=booking.practice_id,
            members=[person.id for person in booking.deliverers],
            zone=booking.practice.zone,
            minutes=booking.minutes,
            first=self.first - timedelta(days=1),
            last=self.first + timedelta(days=DAYS),
            besides=taking.owner(booking),
        )

    @property
    def days(self) -> list[dict[str, Any]]:
        """The days of the week shown that have free times, as `components/booking.html` draws them."""
        last = self.first + timedelta(days=DAYS - 1)
        found = times.by_day([at for at in self._free() if at != self.booking.starts_at], self.zone)
        return [self._day(free) for free in found if self.first <= free.day <= last]

    def _day(self, free: times.Free) -> dict[str, Any]:
        starts = [
            {
                "at": formats.iso(at),
                "text": formats.clock_time(at, self.zone),
                "label": f"{formats.short_day(at, self.zone)}, {formats.clock_time(at, self.zone)}",
            }
            for at in free.starts
        ]
        return {"title": formats.long_day(free.day), "times": starts}

    @property
    def zone_words(self) -> str:
        """In which zone the times stand."""
        return _("%(town)s time", town=formats.zone_name(self.zone))

    @property
    def earlier(self) -> str:
        """The week before; nothing in the past."""
        before = self.first - timedelta(days=DAYS)
        return self._week(before) if self.first > self.today else ""

    @property
    def later(self) -> str:
        """The week after, within the horizon."""
        following = self.first + timedelta(days=DAYS)
        horizon = times.terms(self.booking.practice_id).horizon_days
        return self._week(following) if following <= self.today + timedelta(days=horizon) else ""

    def _week(self, day: date) -> str:
        return f"{url_for('steps.move', ref=self.booking.ref)}?from={max(day, self.today).isoformat()}"
