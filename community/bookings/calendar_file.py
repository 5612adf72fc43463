"""Bookings as iCalendar (RFC 5545, 5546): one UID for life, a higher SEQUENCE with each change, all times in UTC."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext as _
from icalendar import Event

from community.accounts.models import Person
from community.bookings import rules
from community.bookings.models import Booking
from community.bookings.where import where_words
from community.core import calendars, clock
from community.core.site import settings

FRESH = timedelta(minutes=30)  # how often a calendar that follows ours should look


def render(booking: Booking, *, gone: bool = False, for_practice: bool = False) -> str:
    """The calendar file of a booking, with the place as LOCATION: published, or taken back once it is cancelled.

    `gone` takes it back from somebody's calendar whose booking it no longer is, whatever its state.
    """
    gone = gone or booking.state == "cancelled"
    calendar = calendars.empty()
    calendar.add("method", "CANCEL" if gone else "PUBLISH")
    for event in _events(booking, for_practice=for_practice):
        event.add("dtstamp", clock.now())
        event.add("sequence", booking.sequence)
        event.add("status", "CANCELLED" if gone else "CONFIRMED")
        event.add("organizer", calendars.organizer())
        calendar.add_component(event)
    return str(calendar.to_ical().decode())


def follow(person: Person, bookings: Iterable[Booking]) -> str:
    """All of a person's bookings as a calendar that others follow: the same events, without a method."""
    calendar = calendars.empty()
    calendar.add("x-wr-calname", _("%(site)s: %(name)s", site=settings().site_name, name=person.name))
    calendar.add("refresh-interval", FRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT30M")
    seen: set[str] = set()
    for booking in bookings:
        delivers = booking.deliverer_id == person.id
        for event in _events(booking, for_practice=delivers, together=delivers):
            if str(event["uid"]) in seen:  # every seat of a workshop's date is the same hour of who gives it
                continue
            seen.add(str(event["uid"]))
            event.add("dtstamp", booking.confirmed_at or booking.created_at)
            event.add("sequence", booking.sequence)
            event.add("status", "CONFIRMED")
            calendar.add_component(event)
    return str(calendar.to_ical().decode())


def _events(booking: Booking, *, for_practice: bool, together: bool = False) -> Iterator[Event]:
    """One event for each time that it is met; what runs for days is days and keeps nobody busy."""
    name = booking.order.client_name if for_practice else booking.practice.name
    title = booking.listing.title
    for uid, start, end in _times(booking, together=together):
        event = Event()
        event.add("uid", calendars.uid(uid))
        if booking.kind in rules.LONG:
            zone = ZoneInfo(booking.practice.zone)
            last = (end - timedelta(microseconds=1)).astimezone(zone).date()
            event.add("dtstart", start.astimezone(zone).date())
            event.add("dtend", last + timedelta(days=1))
        else:
            event.add("dtstart", start)
            event.add("dtend", end)
        if booking.kind not in rules.TIMED:
            event.add("transp", "TRANSPARENT")
        shared = together and booking.date is not None
        event.add("summary", title if shared else _("%(title)s with %(name)s", title=title, name=name))
        if booking.kind in rules.TIMED:
            event.add("location", booking.where_detail or where_words(booking.where_kind, booking.practice.name))
        event.add("url", url_for("bookings.show", ref=booking.ref, _external=True))
        yield event


def _times(booking: Booking, *, together: bool) -> Iterator[tuple[str, datetime, datetime]]:
    """(name for life, start, end) of each time. The first meeting of several has the booking's own name."""
    date = booking.date
    if date is None or not date.meetings:
        yield booking.ref, booking.starts_at, booking.ends_at
        return
    whole = f"date-{date.id}" if together else booking.ref
    for number, meeting in enumerate(date.meetings):
        yield f"{whole}-{meeting.id}" if number else whole, meeting.starts_at, meeting.ends_at
