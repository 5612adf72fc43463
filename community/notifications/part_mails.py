"""Mails about the later parts of a price: to come, taken, refused, not paid in time."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _

from community.bookings import queries as bookings
from community.bookings.models import Booking
from community.core import formats
from community.core.db import writing
from community.core.events import after
from community.notifications.readers import Reader, answering_of, client_of
from community.notifications.telling import Fact, News, client_name, page_of, tell
from community.payments import queries as payments
from community.payments import words
from community.payments.facts import ChargeComing, ChargeFailed, ChargeGivenUp, PaymentSucceeded
from community.payments.models import Payment


def _bookings(payment: Payment) -> Sequence[Booking]:
    return [bookings.get(booking_id) for _practice, booking_id in bookings.ids_of_payment(payment.id)]


def _amount(payment: Payment) -> str:
    return formats.money(payment.amount, payment.currency)


def _facts(payment: Payment, *more: Fact) -> tuple[Fact, ...]:
    return (Fact(_("For"), payment.description), *more)


@after(ChargeComing)
def tell_charge_coming(fact: ChargeComing) -> None:
    """Three days before a card is charged its owner hears of it; not of what was moved or is not charged any more."""
    with writing():
        payment = payments.get(fact.payment_id)
        if payment.status != "due" or not payments.is_told_of(payment):
            return
        for booking in _bookings(payment):
            tell([client_of(booking)], f"charge:{payment.id}:{payment.due_at:%Y-%m-%d}", lambda r: _coming(payment, r))


def _coming(payment: Payment, reader: Reader) -> News:
    day = formats.long_day(payment.due_at, reader.zone) if payment.due_at else ""
    card = payment.customer.card if payment.customer else None
    booking = _bookings(payment)[0]
    return News(
        subject=_("On %(day)s we charge %(amount)s", day=day, amount=_amount(payment)),
        heading=_("A payment is coming up"),
        intro=_("As agreed when you booked, the next part is charged on %(day)s.", day=day),
        facts=_facts(payment, Fact(_("Amount"), _amount(payment)), Fact(_("Card"), card or "")),
        lines=(_("You don’t have to do anything. If your bank wants you to confirm it, we write to you."),),
        button=page_of(booking, _("See the booking")),
    )


@after(PaymentSucceeded)
def tell_part_paid(fact: PaymentSucceeded) -> None:
    """A receipt for what was charged after the first."""
    with writing():
        payment = payments.get(fact.payment_id)
        if payment.due_at is None and payment.recovers_id is None:
            return
        for booking in _bookings(payment):
            tell([client_of(booking)], f"part-paid:{payment.id}", lambda _reader: _paid(payment))


def _paid(payment: Payment) -> News:
    booking = _bookings(payment)[0]
    return News(
        subject=_("Paid: %(amount)s to %(name)s", amount=_amount(payment), name=payment.payee_name),
        heading=_("%(amount)s is paid", amount=_amount(payment)),
        intro=_("This part was due as agreed, and it has arrived."),
        facts=_facts(payment, Fact(_("Amount"), _amount(payment)), Fact(_("Card"), payment.card or "")),
        button=page_of(booking, _("See the booking")),
    )


@after(ChargeFailed)
def tell_charge_failed(fact: ChargeFailed) -> None:
    """The card was refused: its owner reads why, until when it can be put right, and where."""
    with writing():
        payment = payments.get(fact.payment_id)
        if payment.status not in {"recovering", "charging"} or payment.recover_by is None:
            return
        key = f"charge-failed:{payment.id}:{payment.recover_by:%Y-%m-%dT%H:%M}"
        for booking in _bookings(payment):
            tell([client_of(booking)], key, lambda reader: _failed(payment, reader))


def _failed(payment: Payment, reader: Reader) -> News:
    until = reader.moment(payment.recover_by) if payment.recover_by else ""
    address = url_for("payments.put_right", ref=payment.ref, _external=True)
    may = _("If it is not paid by then, %(name)s may call the booking off by its terms.", name=payment.payee_name)
    return News(
        subject=_("Please pay %(amount)s by %(when)s", amount=_amount(payment), when=until),
        heading=_("Your card did not let a payment through"),
        intro=words.refused_charge(payment.failure),
        facts=_facts(payment, Fact(_("Amount"), _amount(payment)), Fact(_("Pay by"), until)),
        lines=(may,),
        button=(_("Pay %(amount)s", amount=_amount(payment)), address),
    )


@after(ChargeGivenUp)
def tell_charge_given_up(fact: ChargeGivenUp) -> None:
    """It was not put right in time: the practice decides, the client hears what that means."""
    with writing():
        payment = payments.get(fact.payment_id)
        if payment.status != "given_up" or payment.recover_by is None:
            return
        key = f"charge-given-up:{payment.id}:{payment.recover_by:%Y-%m-%dT%H:%M}"
        for booking in _bookings(payment):
            _tell_given_up(payment, booking, key)


def _tell_given_up(payment: Payment, booking: Booking, key: str) -> None:
    tell(answering_of(booking), key, lambda _reader: _given_up(payment, booking))
    tell([client_of(booking)], key, lambda _reader: _given_up_client(payment, booking))


def _given_up(payment: Payment, booking: Booking) -> News:
    name = client_name(booking)
    return News(
        subject=_("%(name)s has not paid %(amount)s", name=name, amount=_amount(payment)),
        heading=_("A part was not paid in time"),
        intro=_("The card of %(name)s was refused, and they did not put it right in time.", name=name),
        facts=_facts(payment, Fact(_("Amount"), _amount(payment))),
        lines=(_("The booking stands until you decide: give them more time, or call it off by your terms."),),
        button=page_of(booking, _("Decide")),
    )


def _given_up_client(payment: Payment, booking: Booking) -> News:
    return News(
        subject=_("Not paid in time: %(amount)s", amount=_amount(payment)),
        heading=_("The time to pay is over"),
        intro=_(
            "%(amount)s could not be charged, so %(name)s decides how it goes on.",
            amount=_amount(payment),
            name=payment.payee_name,
        ),
        facts=_facts(payment, Fact(_("Amount"), _amount(payment))),
        lines=(_("Write to them if you still want to pay. They can give you more time."),),
        button=page_of(booking, _("See the booking")),
    )
