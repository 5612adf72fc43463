"""A circle's meetings as iCalendar (RFC 5545): one event that repeats, at the wall time of the circle's own zone."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import url_for
from icalendar import Event

from community.circles import rules
from community.circles.models import Circle, CircleMeeting
from community.core import calendars, clock


def render(circle: Circle, first: CircleMeeting) -> str:
    """The calendar file, from the meeting `first` on."""
    calendar = calendars.empty()
    calendar.add("method", "PUBLISH")
    event = Event()
    event.add("uid", calendars.uid(f"circle-{circle.id}"))
    event.add("dtstamp", clock.now())
    starts = first.starts_at.astimezone(ZoneInfo(circle.zone))
    event.add("dtstart", starts)
    event.add("duration", timedelta(minutes=circle.minutes))
    event.add("rrule", rules.repeats(circle.weekday, circle.week))
    event.add("summary", circle.name)
    event.add("location", circle.room.name)
    event.add("url", url_for("circles.show", circle_id=circle.id, _external=True))
    event.add("organizer", calendars.organizer())
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return str(calendar.to_ical().decode())
