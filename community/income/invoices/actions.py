"""Issuing invoices and credit notes. Each takes the next number under the lock of its series and is never changed."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from community.core import clock
from community.core.db import db, is_sqlite
from community.core.events import emit
from community.core.ids import new_ref
from community.income.facts import InvoiceIssued
from community.income.invoices import items, queries, rules
from community.income.invoices.models import BillingDetails, Invoice, InvoiceSeries, InvoiceTerms
from community.income.invoices.rules import Item, Tax
from community.income.whose import today_of
from community.payments import payees
from community.payments import queries as payments
from community.payments.models import Payment
from community.profiles.models import Practice

# Drawing a PDF takes a worker a second: what tells of the booking itself goes first.
MAILED_AFTER = timedelta(minutes=1)


def lock_series(name: str) -> InvoiceSeries:
    """A run of numbers, locked until the commit and read anew; begun where there is none."""
    insert = sqlite_insert if is_sqlite() else pg_insert
    db.session.execute(insert(InvoiceSeries).values(name=name, last=0).on_conflict_do_nothing(index_elements=["name"]))
    query = select(InvoiceSeries).where(InvoiceSeries.name == name).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def issue(
    series: InvoiceSeries,
    *,
    kind: str,
    source: str,
    practice_id: int,
    prefix: str,
    day: date,
    lines: Sequence[Item],
    taxes: Sequence[Tax],
    **values: Any,
) -> Invoice:
    """Give out the next number of a locked series: the one place where an invoice is made."""
    series.last += 1
    made = Invoice(
        ref=new_ref("inv"), series_id=series.id, number=series.last, label=rules.label(prefix, series.last), kind=kind,
        source=source, practice_id=practice_id, day=day, issued_at=clock.now(),
        lines=[line.as_json() for line in lines], taxes=[tax.as_json() for tax in taxes],
        net=sum(tax.net for tax in taxes), tax=sum(tax.tax for tax in taxes), total=sum(tax.gross for tax in taxes),
        **values,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    emit(InvoiceIssued(made.id), due=clock.now() + MAILED_AFTER)
    return made


def for_payment(payment: Payment) -> Invoice | None:
    """The invoice of a paid payment, issued now where there is none. None where there is to be none: not a practice's,
    the practice issues its own, or all of it is going back.
    """
    practice = _practice(payment)
    if practice is None or payment.status != "paid":
        return None
    series = lock_series(payees.of_practice(practice.id))
    found = queries.current(payment.ref)
    if found is not None:
        return found
    terms = queries.terms_of(practice.id)
    if queries.count_of(payment.ref) or not terms.active or payment.refunded >= payment.amount:
        return None
    return _invoice(series, payment, practice, terms, before=0)


def _invoice(
    series: InvoiceSeries, payment: Payment, practice: Practice, terms: InvoiceTerms, *, before: int
) -> Invoice:
    """An invoice for what is left of a payment after `before` went back."""
    found = queries.bookings_of(payment)
    order = queries.order_of(payment)
    details = queries.details_of(order) if order else None
    reverse = details is not None and rules.is_reverse_charge(
        offered=terms.reverse_charge, seller_country=terms.country, buyer_country=details.country,
        buyer_tax_id=details.tax_id,
    )  # fmt: skip
    with force_locale(order.locale if order else practice.owner.locale):
        lines = items.of_payment(payment, found, {} if reverse else terms.rates)
        lines = items.left(lines, before)
        return issue(
            series,
            kind="invoice",
            source=f"payment:{payment.ref}#{queries.count_of(payment.ref) + 1}",
            practice_id=practice.id,
            prefix=terms.prefix,
            day=today_of(practice),
            lines=lines,
            taxes=rules.taxes(lines, terms.tax_name),
            order_id=order.id if order else None,
            payment_ref=payment.ref,
            locale=order.locale if order else practice.owner.locale,
            currency=payment.currency,
            seller=items.seller(practice, terms),
            buyer=items.buyer(details, order),
            note=items.note(terms, reverse=reverse),
            paid=payment.card or "",
        )


def _practice(payment: Payment) -> Practice | None:
    practice_id = payees.practice_of(payment.payee)
    return db.session.get(Practice, practice_id) if practice_id is not None else None


def for_refund(refund_id: int) -> Invoice | None:
    """The credit note for money that went back, once; None where no invoice was issued for it."""
    refund = payments.refund(refund_id)
    if refund.status != "done":
        return None
    payment = payments.get(refund.payment_id)
    invoice = queries.current(payment.ref) or for_payment(payment)
    if invoice is None:
        return None
    series = db.session.get_one(InvoiceSeries, invoice.series_id, with_for_update=True, populate_existing=True)
    source = f"refund:{refund.ref}"
    found = queries.by_source(source)
    if found is not None:
        return found
    now = queries.current(payment.ref)
    if now is not None and now.id != invoice.id:  # it was replaced while we waited
        return for_refund(refund_id)
    amount = min(refund.amount, invoice.total - queries.credited(invoice))
    return credit(series, invoice, source=source, amount=amount, note=refund.reason) if amount else None


def credit(series: InvoiceSeries, invoice: Invoice, *, source: str, amount: int, note: str = "") -> Invoice:
    """A credit note of `amount` (minor units) on an invoice, in the series it was issued in."""
    lines = [Item(**line) for line in invoice.lines]
    before = queries.credited(invoice)
    name = invoice.taxes[0]["name"] if invoice.taxes else ""
    practice = db.session.get_one(Practice, invoice.practice_id)
    return issue(
        series,
        kind="credit_note",
        source=source,
        practice_id=invoice.practice_id,
        prefix=queries.terms_of(invoice.practice_id).prefix,
        day=today_of(practice),
        lines=rules.credit(lines, before=before, amount=amount),
        taxes=rules.credit_taxes(lines, name, before=before, amount=amount),
        order_id=invoice.order_id,
        payment_ref=invoice.payment_ref,
        credits_id=invoice.id,
        credits_label=invoice.label,
        locale=invoice.locale,
        currency=invoice.currency,
        seller=invoice.seller,
        buyer=invoice.buyer,
        note=note,
        paid=invoice.paid,
    )


def made_out_to(order_id: int, **values: str) -> None:
    """Keep whom an order's invoices are for: name, address, country, tax_id. Those to come say it."""
    found = db.session.get(BillingDetails, order_id)
    if found is None:
        found = BillingDetails(order_id=order_id)
        db.session.add(found)
    for name, value in values.items():
        setattr(found, name, value)
    found.changed_at = clock.now()
    db.session.flush()


def anew(invoice: Invoice) -> Invoice | None:
    """Replace an invoice by one with today's buyer, seller and payee: a credit note on all that is left of it, then a
    new one. None where nothing is left, or the new payee issues none.
    """
    payment = payments.by_ref(invoice.payment_ref or "")
    practice = _practice(payment) if payment else None
    if payment is None or practice is None:
        return None
    names = sorted({payees.of_practice(one) for one in (invoice.practice_id, practice.id)})
    locked = {series.name: series for series in map(lock_series, names)}
    before = queries.credited(invoice)
    if before >= invoice.total:
        return queries.current(payment.ref)
    own = locked[payees.of_practice(invoice.practice_id)]
    with force_locale(invoice.locale):
        said = _("Replaced by a new invoice.")
    credit(own, invoice, source=f"instead:{invoice.id}", amount=invoice.total - before, note=said)
    terms = queries.terms_of(practice.id)
    if not terms.active and practice.id != invoice.practice_id:
        return None
    gone = payment.amount - (invoice.total - before)  # what earlier credit notes gave back of the payment
    return _invoice(locked[payees.of_practice(practice.id)], payment, practice, terms, before=gone)


def set_terms(practice: Practice, **values: Any) -> None:
    """Change what invoices say from now on: columns of `InvoiceTerms`."""
    found = db.session.get(InvoiceTerms, practice.id)
    if found is None:
        found = queries.terms_of(practice.id)
        db.session.add(found)
    for name, value in values.items():
        setattr(found, name, value)
    db.session.flush()
