"""Where a booking stands, as the row of steps on top of its page."""

from datetime import datetime

from flask_babel import gettext as _

from community.bookings import rules, words
from community.bookings.models import Booking
from community.core import formats


def steps(booking: Booking, zone: str) -> list[dict[str, str]]:
    """The way of this very booking: what was, what is now, what is still to come."""
    reached = {event.to_state: event.at for event in booking.log}
    plan = _plan(booking)
    if booking.state not in dict(plan):
        plan = [step for step in plan if step[0] in reached] + [(booking.state, words.state_words(booking)[0])]
    ahead = {"delivered": booking.starts_at, "completed": booking.ends_at + rules.accept_within(booking.kind)}
    found, now_given = [], False
    for state, title in plan:
        at = reached.get(state)
        known = at or (ahead.get(state) if booking.kind in rules.TIMED else None)
        standing = "done" if at else ("" if now_given else "now")
        now_given = now_given or not at
        found.append({"title": title, "text": _when(known, zone), "state": standing})
    return found


def _when(at: datetime | None, zone: str) -> str:
    return f"{formats.short_day(at, zone)}, {formats.clock_time(at, zone)}" if at else ""


def _plan(booking: Booking) -> list[tuple[str, str]]:
    paid = _("Paid") if booking.total else _("Confirmed")
    plan = [("held", _("Held"))] if booking.total or booking.state == "held" else []
    if booking.kind == "inquiry":
        plan = [("asked", _("Asked")), ("quoted", _("Quote")), *plan]
    if booking.on_request:
        plan += [("requested", _("Requested"))]
        paid = _("They say yes")
    meeting = {"session": _("Session"), "workshop": _("Workshop"), "digital": _("Yours to download")}
    plan += [("confirmed", paid), ("delivered", meeting.get(booking.kind, _("Delivered")))]
    return [*plan, ("completed", _("You say it was done"))]
