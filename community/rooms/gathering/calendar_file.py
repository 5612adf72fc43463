"""A session as iCalendar (RFC 5545): one UID for life, all times in UTC; called off, it is taken back."""

from flask import url_for
from flask_babel import gettext as _
from icalendar import Event

from community.core import calendars, clock
from community.rooms import rules as room_rules
from community.rooms.models import Session


def render(session: Session) -> str:
    """The calendar file of one session."""
    gone = session.called_off_at is not None
    calendar = calendars.empty()
    calendar.add("method", "CANCEL" if gone else "PUBLISH")
    event = Event()
    event.add("uid", calendars.uid(f"session-{session.id}"))
    event.add("dtstamp", clock.now())
    event.add("dtstart", session.starts_at)
    event.add("dtend", session.starts_at + room_rules.length(session.plan))
    event.add("summary", session.name)
    event.add("location", session.room.name)
    page = url_for("sessions.show", session_id=session.id, _external=True)
    room = url_for("rooms.show", ref=session.room.ref, _external=True)
    event.add("url", page if session.open_house else room)  # a guest finds the way in on its page
    if session.open_house:
        event.add("description", _("An open house: guests are welcome from a quarter of an hour before."))
    event.add("sequence", 1 if gone else 0)
    event.add("status", "CANCELLED" if gone else "CONFIRMED")
    event.add("organizer", calendars.organizer())
    calendar.add_component(event)
    return str(calendar.to_ical().decode())
