"""Mails about how a booking begins and ends: confirmed, cancelled, done. Each once, on its reader's clock."""

from collections.abc import Sequence
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from community.bookings import queries as bookings
from community.bookings.facts import BookingCancelled, BookingConfirmed, BookingDelivered, PaymentCameTooLate
from community.bookings.models import Booking
from community.bookings.page import refund_lines
from community.bookings.rules import TIMED
from community.core import formats
from community.core.db import writing
from community.core.events import after
from community.core.mail import write_mail
from community.notifications import wordings
from community.notifications.queries import together
from community.notifications.readers import Reader, client_of, deliverer_of
from community.notifications.telling import (
    News,
    amount_of,
    calendar_of,
    code_for,
    detail,
    first_time,
    last_step,
    page_of,
    place,
    step_key,
    tell,
    together_key,
    when,
)


@after(BookingConfirmed)
def tell_client_confirmed(fact: BookingConfirmed) -> None:
    """Confirmation with the place, the calendar file, and a code while the address is not signed in."""
    with writing():
        booking = bookings.get(fact.booking_id)
        reader = client_of(booking)
        if reader.person is None or not first_time(f"{together_key('confirmed', booking)}:client"):
            return
        given: dict[str, Any] = {"code": code_for(reader), "refunds": _terms(booking, reader)}
        given |= {"words": wordings.words(booking, reader, "confirmed"), "bill": _bill(booking)}
        _write(booking, reader, "booking_confirmed", among=together(booking), **given)


def _terms(booking: Booking, reader: Reader) -> list[str]:
    if not booking.total or booking.kind == "digital":
        return []
    with force_locale(reader.locale):
        return refund_lines(booking.tiers, booking.first_start, booking.zone)


def _bill(booking: Booking) -> dict[str, int]:
    """What all of it costs and what is paid of it, minor units."""
    several = together(booking)
    return {
        "price": sum(one.price for one in several),
        "fee": sum(one.fee for one in several),
        "total": sum(one.total for one in several),
        "paid": sum(bookings.paid_amount(one) for one in several),
    }


@after(BookingConfirmed)
def tell_practice_booked(fact: BookingConfirmed) -> None:
    """The deliverer hears of the booking."""
    with writing():
        booking = bookings.get(fact.booking_id)
        if first_time(f"{together_key('confirmed', booking)}:practice"):
            _write(booking, deliverer_of(booking), "booking_received", among=together(booking), bill=_bill(booking))


@after(BookingCancelled)
def tell_cancelled(fact: BookingCancelled) -> None:
    """Both sides, with what goes back and why. Of a date that is called off its own mail tells the practice; of a
    series that is withdrawn one mail tells all.
    """
    with writing():
        booking = bookings.get(fact.booking_id)
        step = last_step(booking, "cancel", "withdraw", "call_off")
        name = step.transition if step else "cancel"
        withdrawn = together(booking) if name == "withdraw" else ()
        if not first_time(together_key("cancelled", booking) if withdrawn else f"cancelled:{booking.id}"):
            return
        given: dict[str, Any] = {
            "reason": detail(step, "reason"),
            "refund": amount_of(step),
            "step": name,
            "among": withdrawn,
        }
        if booking.order.client is not None:
            _write(booking, client_of(booking), "booking_cancelled", **given)
        if name != "call_off":
            _write(booking, deliverer_of(booking), "booking_cancelled", **given)


@after(PaymentCameTooLate)
def tell_too_late(fact: PaymentCameTooLate) -> None:
    """The payer hears that the money goes back; they may have no account."""
    with writing():
        booking = bookings.get(fact.booking_id)
        if first_time(f"too_late:{booking.id}"):
            write_mail(booking.order.client_email, "payment_too_late", locale=booking.order.locale, booking=booking)


@after(BookingDelivered)
def tell_delivered(fact: BookingDelivered) -> None:
    """Of a project: it is here, accept it or ask for changes. Of a meeting: the practice's own words, if it has any."""
    with writing():
        booking = bookings.get(fact.booking_id)
        step = last_step(booking, "hand_in", "deliver")
        reader = client_of(booking)
        if step is not None and step.transition == "hand_in":
            tell([reader], step_key("delivered", booking, step), lambda r: _handed_in(booking, r, detail(step, "text")))
            return
        words = wordings.words(booking, reader, "follow_up") if booking.kind in TIMED else []
        if words and first_time(f"follow_up:{booking.id}"):
            _write(booking, reader, "booking_follow_up", words=words)


def _handed_in(booking: Booking, reader: Reader, text: str) -> News:
    name = booking.practice.name
    lines: tuple[str, ...] = ()
    if booking.expires_at is not None:
        when_over = reader.moment(booking.expires_at)
        lines = (
            _(
                "Accept it, or say what should be different, by %(when)s. After that it counts as accepted.",
                when=when_over,
            ),
        )
    return News(
        subject=_("It is done: %(title)s", title=booking.listing.title),
        heading=_("%(name)s has handed it in", name=name),
        intro=_("%(title)s is ready for you to look at.", title=booking.listing.title),
        said=(_("What they wrote"), text) if text else None,
        lines=lines,
        button=page_of(booking, _("Look at it")),
    )


def _write(booking: Booking, reader: Reader, template: str, *, among: Sequence[Booking] = (), **context: Any) -> None:
    """One mail about a booking, or about all of a series. What was never agreed, or is over, needs no calendar file."""
    timed = booking.kind in TIMED
    with force_locale(reader.locale):
        facts = when(booking, reader, among)
        agreed = template != "booking_follow_up" and context.get("step") != "withdraw"
        files = calendar_of(*(among or (booking,)))(reader) if agreed else ()
        moment = f"{reader.day(booking.starts_at)}, {formats.clock_time(booking.starts_at, reader.zone)}"
        known: dict[str, Any] = {
            "facts": (*facts, *(place(booking) if timed else ())),
            "moment": moment,
            "timed": timed,
        }
    write_mail(
        reader.email,
        template,
        locale=reader.locale,
        attachments=files,
        booking=booking,
        zone=reader.zone,
        several=len(among),
        **known,
        **context,
    )
