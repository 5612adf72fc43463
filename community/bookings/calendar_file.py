"""A booking as iCalendar (RFC 5545): one UID for life, a higher SEQUENCE with each change."""

from flask import url_for
from flask_babel import gettext as _
from icalendar import Calendar, Event

from community.bookings.models import Booking
from community.bookings.where import where_words
from community.core import clock
from community.core.site import settings


def render(booking: Booking, *, gone: bool = False) -> str:
    """The calendar file of a confirmed or cancelled booking, with the place as LOCATION. `gone` takes it out of the
    calendar of somebody who has nothing to do with it any more.
    """
    site = settings()
    gone = gone or booking.state == "cancelled"
    calendar = Calendar()
    calendar.add("prodid", f"-//{site.site_name}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if gone else "PUBLISH")
    event = Event()
    event.add("uid", f"{booking.ref}@{site.base_url.partition('://')[2]}")
    event.add("sequence", booking.sequence)
    event.add("dtstamp", clock.now())
    event.add("dtstart", booking.starts_at)
    event.add("dtend", booking.ends_at)
    event.add("summary", _("%(title)s with %(name)s", title=booking.listing.title, name=booking.practice.name))
    event.add("location", booking.where_detail or where_words(booking.where_kind, booking.practice.name))
    event.add("url", url_for("bookings.show", ref=booking.ref, _external=True))
    event.add("status", "CANCELLED" if gone else "CONFIRMED")
    calendar.add_component(event)
    return str(calendar.to_ical().decode())
