"""What speaks for the practice, gathered from the booking by itself and named as Stripe wants it.

The bank reads it in the site's own language; times are UTC, so that nobody has to ask whose clock it was.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from flask_babel import force_locale
from flask_babel import gettext as _

from community.bookings import rules, words
from community.bookings.models import Booking
from community.bookings.where import where_words
from community.core import formats
from community.core.site import settings
from community.disputes import queries
from community.payments.models import Dispute, Payment
from community.rooms import queries as rooms

MOST = 20_000  # letters of one part; Stripe takes 150,000 in all
OWN_WORDS = "uncategorized_text"


@dataclass(frozen=True)
class Part:
    """One part of the answer: Stripe's name, ours, and the text."""

    name: str
    title: str
    text: str


def gather(dispute: Dispute) -> list[Part]:
    """Everything that the bank is to read, what the practice wrote itself first. What is not known is left out."""
    with force_locale(settings().locale):
        found = list(_parts(dispute))
    return [Part(part.name, part.title, _cut(part.text)) for part in found if part.text.strip()]


def fields(parts: list[Part]) -> dict[str, str]:
    """The same as Stripe takes it."""
    return {part.name: part.text for part in parts}


def _cut(text: str) -> str:
    """Of what is too long the latest, which matters most."""
    return text if len(text) <= MOST else f"…{text[-MOST + 1 :]}"


def _parts(dispute: Dispute) -> Iterator[Part]:
    payment, bookings = dispute.payment, queries.bookings_of(dispute)
    yield Part(OWN_WORDS, _("In your own words"), str(dispute.evidence.get("words", "")))
    name = next((booking.order.client_name for booking in bookings), "")
    yield Part("customer_name", _("Who booked"), name)
    yield Part("customer_email_address", _("Their address"), payment.payer if "@" in payment.payer else "")
    yield Part("product_description", _("What was bought"), _bought(payment, bookings))
    yield Part("service_date", _("When it was for"), ", ".join(_day(booking.starts_at) for booking in bookings))
    terms = "\n".join(dict.fromkeys(_terms(booking) for booking in bookings))
    yield Part("cancellation_policy_disclosure", _("The terms they agreed to"), terms)
    yield Part("refund_refusal_explanation", _("What went back"), _went_back(payment))
    log = "\n".join(line for booking in bookings for line in _log(booking))
    yield Part("access_activity_log", _("What happened, and what was said"), log)


def _bought(payment: Payment, bookings: list[Booking]) -> str:
    lines = []
    for booking in bookings:
        listing = booking.listing
        where = where_words(booking.where_kind, booking.practice.name)
        what = f"{listing.title}, {words.length_words(booking)}".rstrip(", ")
        lines += [_("%(what)s, by %(name)s. %(where)s.", what=what, name=booking.practice.name, where=where)]
        lines += [listing.summary, *(f"+ {one['title']}" for one in booking.chosen.get("addons", []))]
    paid = formats.money(payment.amount, payment.currency)
    when = _moment(payment.paid_at) if payment.paid_at else ""
    lines.append(_("Paid: %(amount)s, %(card)s, %(when)s.", amount=paid, card=payment.card or "", when=when))
    return "\n".join(line for line in lines if line) or payment.description


def _terms(booking: Booking) -> str:
    """What stood before the pay button when it was booked."""
    lines = [_("Shown before paying, on %(when)s:", when=_moment(booking.created_at))]
    for until, per_cent in rules.refund_steps(booking.tiers, booking.first_start)[:-1]:
        lines.append(_("Cancelled until %(when)s: %(n)s%% goes back.", when=_moment(until), n=per_cent))
    lines.append(_("Cancelled later: nothing goes back."))
    return "\n".join(lines)


def _went_back(payment: Payment) -> str:
    refunds = [one for one in payment.refunds if one.status in {"pending", "done"}]
    return "\n".join(
        _("%(amount)s went back on %(when)s.", amount=formats.money(one.amount, payment.currency), when=_moment(at))
        for one in refunds
        if (at := one.done_at or one.created_at)
    )


def _log(booking: Booking) -> Iterator[str]:
    yield _("Booking %(ref)s", ref=booking.ref)
    if booking.note:
        yield _("The client wrote when booking: %(text)s", text=booking.note)
    for event in booking.log:
        who = {"client": booking.order.client_name, "practice": booking.practice.name}.get(event.actor, "")
        detail = str(event.detail.get("text") or event.detail.get("reason") or "")
        said = [words.step_words(event), *([f"({who})"] if who else []), *([f"“{detail}”"] if detail else [])]
        yield f"{_moment(event.at)}: {' '.join(said)}"
    if booking.downloads:
        yield _("The file was downloaded %(n)s times.", n=booking.downloads)
    room = rooms.by_subject(f"booking:{booking.id}")
    said_there = rooms.all_said(room) if room else []
    if said_there:
        yield ""
        yield _("Messages about it:")
    for message in said_there:
        yield f"{_moment(message.created_at)}, {message.sender.name}: {message.text}"


def _day(at: datetime) -> str:
    return formats.full_date(at, "UTC")


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
