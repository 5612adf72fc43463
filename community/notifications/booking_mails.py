"""Mails that answer what happens to bookings. Each goes out once, in its reader's zone and language."""

from typing import Any

from flask_babel import force_locale

from community.accounts import actions as accounts
from community.accounts.models import Person
from community.bookings import calendar_file
from community.bookings import queries as bookings
from community.bookings.facts import BookingCancelled, BookingConfirmed, PaymentCameTooLate
from community.bookings.models import Booking
from community.bookings.page import refund_lines
from community.bookings.where import where_words
from community.core.db import db, writing
from community.core.events import after
from community.core.mail import Attachment, write_mail
from community.notifications.models import Notice


def first_time(key: str) -> bool:
    """True for the first call with `key`; remembers it with the transaction."""
    if db.session.get(Notice, key) is not None:
        return False
    db.session.add(Notice(key=key))
    db.session.flush()
    return True


@after(BookingConfirmed)
def tell_client_confirmed(fact: BookingConfirmed) -> None:
    """Confirmation with the place, the calendar file, and a code while the address is not signed in."""
    with writing():
        booking = bookings.get(fact.booking_id)
        client = booking.order.client
        if client is None or not first_time(f"confirmed:{booking.id}:client"):
            return
        code = None if client.confirmed_at and client.password else accounts.issue_code(client)
        lines = refund_lines(booking.tiers, booking.starts_at, booking.zone) if booking.total else []
        _write(booking, client, "booking_confirmed", zone=booking.zone, code=code, refunds=lines)


@after(BookingConfirmed)
def tell_practice_booked(fact: BookingConfirmed) -> None:
    """The deliverer hears of the booking."""
    with writing():
        booking = bookings.get(fact.booking_id)
        if first_time(f"confirmed:{booking.id}:practice"):
            _write(booking, booking.deliverer, "booking_received", zone=booking.deliverer.zone)


@after(BookingCancelled)
def tell_cancelled(fact: BookingCancelled) -> None:
    """Both sides, with what goes back and why."""
    with writing():
        booking = bookings.get(fact.booking_id)
        if not first_time(f"cancelled:{booking.id}"):
            return
        detail: dict[str, Any] = booking.log[-1].detail if booking.log else {}
        given = {"reason": detail.get("reason", ""), "refund": detail.get("refund", 0)}
        if booking.order.client is not None:
            _write(booking, booking.order.client, "booking_cancelled", zone=booking.zone, **given)
        _write(booking, booking.deliverer, "booking_cancelled", zone=booking.deliverer.zone, **given)


@after(PaymentCameTooLate)
def tell_too_late(fact: PaymentCameTooLate) -> None:
    """The payer hears that the money goes back; they may have no account."""
    with writing():
        booking = bookings.get(fact.booking_id)
        if first_time(f"too_late:{booking.id}"):
            write_mail(booking.order.client_email, "payment_too_late", locale=booking.order.locale, booking=booking)


def _write(booking: Booking, reader: Person, template: str, *, zone: str, **context: Any) -> None:
    with force_locale(reader.locale):
        where = where_words(booking.where_kind, booking.practice.name)
        calendar = Attachment(f"{booking.ref}.ics", calendar_file.render(booking), "text/calendar")
    write_mail(
        reader.email,
        template,
        locale=reader.locale,
        attachments=(calendar,),
        booking=booking,
        zone=zone,
        where=where,
        person=reader,
        **context,
    )
