"""A booking as iCalendar (RFC 5545): one UID for life, a higher SEQUENCE with each change."""

from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from icalendar import Calendar, Event

from community.bookings.models import Booking
from community.bookings.where import where_words
from community.core import clock
from community.core.site import settings


def render(booking: Booking, *, gone: bool = False) -> str:
    """The calendar file of a confirmed or cancelled booking, with the place as LOCATION; of a course one event for each
    of its meetings. `gone` takes it out of the calendar of somebody who has nothing to do with it any more.
    """
    gone = gone or booking.state == "cancelled"
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings().site_name}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if gone else "PUBLISH")
    for name, start, end in _spans(booking):
        calendar.add_component(_event(booking, name, start, end, gone=gone))
    return str(calendar.to_ical().decode())


def _spans(booking: Booking) -> list[tuple[str, datetime, datetime]]:
    """(name, start, end) of everything that is to stand in the calendar. The name is the event's for life."""
    meetings = booking.date.meetings if booking.date else []
    if len(meetings) < 2:
        return [(booking.ref, booking.starts_at, booking.ends_at)]
    return [(f"{booking.ref}-{one.id}", one.starts_at, one.ends_at) for one in meetings]


def _event(booking: Booking, name: str, start: datetime, end: datetime, *, gone: bool) -> Event:
    event = Event()
    event.add("uid", f"{name}@{settings().base_url.partition('://')[2]}")
    event.add("sequence", booking.sequence)
    event.add("dtstamp", clock.now())
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", _("%(title)s with %(name)s", title=booking.listing.title, name=booking.practice.name))
    event.add("location", booking.where_detail or where_words(booking.where_kind, booking.practice.name))
    event.add("url", url_for("bookings.show", ref=booking.ref, _external=True))
    event.add("status", "CANCELLED" if gone else "CONFIRMED")
    return event
