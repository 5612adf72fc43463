"""Bookings in words: states, steps, and what was chosen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from community.bookings.models import Booking, BookingEvent
from community.bookings.rules import TIMED
from community.core import formats
from community.payments.models import Payment

Said = tuple[str, str, str]


def state_words(booking: Booking) -> Said:
    """The state as (text, kind of tag, icon)."""
    paid = bool(booking.total) and not booking.chosen.get("plan")
    words: dict[str, Said] = {
        "asked": (_("Question sent"), "", "message-circle"),
        "quoted": (_("Quote to answer"), "brass", "file-text"),
        "countered": (_("Another price proposed"), "brass", "file-text"),
        "held": (_("Held for you"), "", "clock"),
        "requested": (_("Waiting for their yes"), "brass", "clock"),
        "capture_failed": (_("Payment refused"), "bad", "circle-alert"),
        "confirmed": (_("Confirmed and paid") if paid else _("Confirmed"), "brand", "circle-check"),
        "delivered": (_("Took place") if booking.kind in TIMED else _("Delivered"), "brand", "circle-check"),
        "objected": (_("Being settled"), "bad", "circle-alert"),
        "no_show": (_("Somebody did not come"), "bad", "circle-alert"),
        "completed": (_("Completed"), "brand", "circle-check"),
        "cancelled": (_("Cancelled"), "bad", "x"),
        "expired": (_("Time ran out"), "", "clock"),
        "declined": (_("Declined"), "", "x"),
        "lapsed": (_("Nobody answered in time"), "", "clock"),
        "resolved": (_("Settled"), "brand", "circle-check"),
    }
    return words[booking.state]


def step_words(event: BookingEvent) -> str:
    """One line of the log."""
    words = {
        "ask": _("Asked for a quote"),
        "quote": _("Quote sent"),
        "counter": _("Another price proposed"),
        "accept_quote": _("Quote accepted"),
        "accept_free_quote": _("Quote accepted"),
        "hold": _("Held"),
        "book_free": _("Booked"),
        "request_free": _("Requested"),
        "expire": _("Time ran out"),
        "confirm": _("Paid and confirmed"),
        "confirm_late": _("Paid late, still free, confirmed"),
        "authorise": _("Requested; the money is reserved"),
        "accept": _("Accepted"),
        "decline": _("Declined"),
        "refuse": _("Quote declined"),
        "withdraw": _("Taken back"),
        "lapse": _("Nobody answered in time"),
        "capture_refused": _("The payment was refused"),
        "hand_over": _("Handed over"),
        "reschedule": _("Moved to another time"),
        "say_late": _("Running late"),
        "cancel": _("Cancelled"),
        "cancel_unpaid": _("Cancelled: a part was not paid"),
        "call_off": _("Called off"),
        "deliver": _("Took place"),
        "hand_in": _("Handed in"),
        "ask_changes": _("Changes asked for"),
        "complete": _("Completed"),
        "report": _("Reported as not there"),
        "oppose": _("Objected to the report"),
        "uphold": _("The report stands"),
        "object": _("Objected"),
        "settle": _("Settled"),
    }
    return words[event.transition]


def step_detail(event: BookingEvent, booking: Booking, zone: str) -> str:
    """What more there is to a line of the log."""
    detail = event.detail
    if event.transition == "reschedule":
        return _("from %(before)s", before=_moment(detail["before"], zone))
    if event.transition == "hand_over":
        return _("from %(before)s to %(after)s", before=detail["before"], after=detail["after"])
    if event.transition == "say_late":
        return _("%(n)s minutes, says %(who)s", n=detail["minutes"], who=who(event.actor, booking))
    if "refund" in detail and booking.total and event.transition != "call_off":
        back = _("%(amount)s back", amount=formats.money(detail["refund"], booking.currency))
        return f"{detail.get('reason') or ''} {back}".strip()
    return str(detail.get("reason") or detail.get("text") or who(event.actor, booking))


def who(actor: str, booking: Booking) -> str:
    """Who took a step."""
    names = {
        "client": booking.order.client_name,
        "practice": booking.practice.name,
        "moderator": _("the people who run this site"),
        "clock": "",
        "payment": "",
    }
    return names[actor]


def _moment(raw: str, zone: str) -> str:
    return _moment_of(datetime.fromisoformat(raw), zone)


def length_words(booking: Booking) -> str:
    """What was booked, in half a sentence."""
    if booking.kind == "session":
        return _("%(n)s minutes", n=booking.minutes)
    chosen: dict[str, Any] = booking.chosen
    if chosen.get("option"):
        return str(chosen["option"])
    return {"workshop": _("One seat"), "digital": _("A file"), "inquiry": _("To a quote")}.get(booking.kind, "")


def price_words(kind: str) -> str:
    """What a price is for, in a bill."""
    words = {"session": _("Session"), "workshop": _("Seat"), "digital": _("File"), "inquiry": _("The work")}
    return words.get(kind, _("Project"))


def due_words(part: Mapping[str, Any], zone: str) -> str:
    """When a part of a price is due; `at` of it is the day, where it is known."""
    if part["due"] == "booking":
        return _("At booking")
    if part["due"] == "milestone":
        return _("Once you accept “%(title)s”", title=part["title"])
    return _("On %(day)s", day=formats.long_day(part["at"], zone)) if part.get("at") else _("Later")


def part_words(payment: Payment, zone: str, *, is_paid: bool = False) -> str:
    """How a later part of a price stands."""
    if is_paid or payment.status == "paid":
        return _("Paid")
    if payment.status == "recovering":
        return _("Refused: to be paid by %(day)s", day=_moment_of(payment.recover_by, zone))
    if payment.status == "given_up":
        return _("Not paid in time") if payment.recover_by else _("Not charged any more")
    if payment.status == "charging":
        return _("Being charged")
    if payment.due_at is None:
        return _("Once it is accepted")
    return _("On %(day)s", day=formats.long_day(payment.due_at, zone))


def _moment_of(at: datetime | None, zone: str) -> str:
    return f"{formats.short_day(at, zone)}, {formats.clock_time(at, zone)}" if at else ""
