"""What an invoice says, put together from a payment, its bookings and the two sides."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from community.bookings.models import Booking, Order
from community.bookings.retainers import queries as retainers
from community.bookings.rules import TIMED
from community.bookings.words import length_words
from community.core import formats
from community.income.invoices import rules
from community.income.invoices.models import BillingDetails, InvoiceTerms
from community.income.invoices.rules import Item
from community.income.rules.sums import split
from community.payments.models import Payment
from community.profiles.models import Practice


def of_payment(payment: Payment, bookings: Sequence[tuple[Booking, int]], rates: Mapping[str, int]) -> list[Item]:
    """One line a booking, as the client paid it, fee and tax included."""
    if not bookings:
        kind = "retainer" if payment.kind == "retainer" else ""
        return [Item(_month_words(payment), payment.amount, rules.rate_for(kind, rates))]
    amounts = split(payment.amount, [amount for _booking, amount in bookings])
    return [
        Item(_words(booking, amount), amount, rules.rate_for(booking.kind, rates))
        for (booking, _share), amount in zip(bookings, amounts, strict=True)
        if amount
    ]


def _month_words(payment: Payment) -> str:
    """What a payment without bookings is for: a month of a retainer says from when until when."""
    month, retainer = retainers.month_of(payment.id), retainers.of_payment(payment.id)
    if month is None or retainer is None:
        return payment.description
    first, last = (formats.full_date(at, retainer.zone) for at in month)
    return _("%(title)s, %(first)s to %(last)s", title=payment.description, first=first, last=last)


def _words(booking: Booking, amount: int) -> str:
    parts = [booking.listing.title, length_words(booking)]
    if booking.kind in TIMED:
        parts.append(formats.full_date(booking.starts_at, booking.zone))
    said = ", ".join(part for part in parts if part)
    return said if amount >= booking.total else _("Part payment: %(what)s", what=said)


def left(lines: Sequence[Item], before: int) -> list[Item]:
    """The lines without what went back of them already."""
    if not before:
        return list(lines)
    gone = split(before, [line.gross for line in lines])
    parts = (Item(line.text, line.gross - back, line.rate) for line, back in zip(lines, gone, strict=True))
    return [part for part in parts if part.gross]


def seller(practice: Practice, terms: InvoiceTerms) -> dict[str, Any]:
    """Who issues it."""
    return {
        "name": terms.name or practice.name,
        "address": terms.address,
        "country": terms.country,
        "tax_id": terms.tax_id,
    }


def buyer(details: BillingDetails | None, order: Order | None) -> dict[str, Any]:
    """Whom it is for."""
    if details is None or order is None:
        return {"name": "", "address": "", "country": "", "tax_id": ""}
    return {name: getattr(details, name) for name in ("name", "address", "country", "tax_id")}


def note(terms: InvoiceTerms, *, reverse: bool) -> str:
    """What stands beneath the sums."""
    said = [_("Reverse charge: the recipient accounts for the tax.")] if reverse else []
    return "\n".join([*said, *([terms.note] if terms.note else [])])
