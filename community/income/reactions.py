"""How invoices answer payments: issued when one is taken, given back when money went back, mailed, billed monthly."""

from datetime import timedelta

import structlog

from community.bookings import queries as bookings
from community.bookings.facts import BookingHandedOver
from community.core.db import db, writing
from community.core.events import after
from community.core.jobs import tick
from community.income.facts import InvoiceIssued
from community.income.invoices import actions, fees, mailing, queries
from community.payments import payees
from community.payments import queries as payments
from community.payments.facts import PaymentSucceeded, RefundSettled

log = structlog.get_logger(__name__)


@after(PaymentSucceeded)
def invoice_payment(fact: PaymentSucceeded) -> None:
    """A payment was taken: its invoice. In a transaction of its own, so that no paper ever holds up money."""
    with writing():
        actions.for_payment(payments.get(fact.payment_id))


@after(RefundSettled)
def credit_refund(fact: RefundSettled) -> None:
    """Money went back: a credit note."""
    with writing():
        actions.for_refund(fact.refund_id)


@after(BookingHandedOver)
def invoice_anew(fact: BookingHandedOver) -> None:
    """Another practice is paid now: the first one's invoice is given back, the second one's issued."""
    with writing():
        for share in bookings.get(fact.booking_id).shares:
            found = queries.current(share.payment.ref)
            if found is not None and share.payment.payee != payees.of_practice(found.practice_id):
                actions.anew(found)


@after(InvoiceIssued)
def mail_invoice(fact: InvoiceIssued) -> None:
    """To whom it is for, as PDF where this machine can make one."""
    mailing.send(fact.invoice_id)


@tick("income.fees", every=timedelta(hours=6))
def invoice_fees() -> None:
    """The site's invoices for the months that are over; once each, however often this runs, or did not."""
    last = fees.last_month()
    count = sum(fees.issue_all(month) for month in range(last - 2, last + 1))
    db.session.rollback()
    if count:
        log.info("fee_invoices", count=count)
