"""Reading invoices, on somebody's behalf: the practice's owner or partner, the client, staff."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select, true

from community.accounts.queries import Viewer
from community.bookings import rules as bookings
from community.bookings.models import Booking, BookingPayment, Order
from community.bookings.retainers import queries as retainers
from community.bookings.retainers.models import Retainer
from community.core.db import db
from community.core.errors import NotFound
from community.core.pagination import Page, page_by_id
from community.income.invoices.models import BillingDetails, Invoice, InvoiceTerms
from community.payments.models import Payment
from community.profiles.models import PracticeRole


def _readable(viewer: Viewer, browser: str) -> ColumnElement[bool]:
    digest = bookings.browser_digest(browser)
    orders = select(Order.id)
    ways: list[ColumnElement[bool]] = []
    if digest:
        ways.append(Invoice.order_id.in_(orders.where(Order.browser == digest)))
    if viewer is not None:
        if viewer.is_staff:
            return true()
        theirs = select(PracticeRole.practice_id).where(
            PracticeRole.person_id == viewer.id, PracticeRole.left_at.is_(None), PracticeRole.role != "assistant"
        )
        ways += [Invoice.order_id.in_(orders.where(Order.client_id == viewer.id)), Invoice.practice_id.in_(theirs)]
    return or_(*ways) if ways else Invoice.id.is_(None)


def get_for(viewer: Viewer, browser: str, ref: str) -> Invoice:
    """One invoice, or `NotFound`: a foreign one looks like a missing one."""
    found = db.session.scalar(select(Invoice).where(Invoice.ref == ref, _readable(viewer, browser)))
    if found is None:
        raise NotFound
    return found


def get(invoice_id: int) -> Invoice:
    """An invoice that is known to exist: for reactions."""
    return db.session.get_one(Invoice, invoice_id)


def of_practice(practice_id: int, cursor: str | None = None, size: int = 50) -> Page[Invoice]:
    """What a practice issued and was sent by the site, the latest first."""
    return page_by_id(select(Invoice).where(Invoice.practice_id == practice_id), Invoice.id.expression, cursor, size)


def all_of_practice(practice_id: int) -> Sequence[Invoice]:
    """The same, all of it, the oldest first: for the export."""
    return db.session.scalars(select(Invoice).where(Invoice.practice_id == practice_id).order_by(Invoice.id)).all()


def of_booking(viewer: Viewer, browser: str, booking: Booking) -> Sequence[Invoice]:
    """The papers about a booking's payments that the viewer may read, the oldest first."""
    refs = [share.payment.ref for share in booking.shares]
    query = select(Invoice).where(Invoice.payment_ref.in_(refs), _readable(viewer, browser))
    return db.session.scalars(query.order_by(Invoice.id)).all()


def by_source(source: str) -> Invoice | None:
    """The paper about something, if it was issued."""
    return db.session.scalar(select(Invoice).where(Invoice.source == source))


def current(payment_ref: str) -> Invoice | None:
    """The invoice of a payment that stands: not one that was wholly given back or replaced."""
    query = select(Invoice).where(Invoice.payment_ref == payment_ref, Invoice.kind == "invoice")
    found = db.session.scalar(query.order_by(Invoice.id.desc()).limit(1))
    return found if found is not None and found.total > credited(found) else None


def count_of(payment_ref: str) -> int:
    """How many invoices a payment had."""
    query = select(func.count()).select_from(Invoice)
    return db.session.scalar(query.where(Invoice.payment_ref == payment_ref, Invoice.kind == "invoice")) or 0


def credited(invoice: Invoice) -> int:
    """How much of an invoice was given back by credit notes, minor units."""
    query = select(func.coalesce(func.sum(Invoice.total), 0)).where(Invoice.credits_id == invoice.id)
    return -int(db.session.scalar(query) or 0)


def terms_of(practice_id: int) -> InvoiceTerms:
    """What a practice's invoices say, or what they say by themselves (not stored)."""
    found = db.session.get(InvoiceTerms, practice_id)
    return found or InvoiceTerms(
        practice_id=practice_id, active=True, prefix="", name="", address="", country="", tax_id="", tax_name="",
        rates={}, reverse_charge=False, note="",
    )  # fmt: skip


def details_of(order: Order) -> BillingDetails:
    """Whom an order's invoices are for: as said for it, as last said by the same client, else the client's name."""
    found = db.session.get(BillingDetails, order.id)
    if found is None and order.client_id is not None:
        query = select(BillingDetails).join(Order, Order.id == BillingDetails.order_id)
        found = db.session.scalar(
            query.where(Order.client_id == order.client_id).order_by(BillingDetails.changed_at.desc()).limit(1)
        )
    return found or BillingDetails(
        order_id=order.id, name=order.client.name if order.client else order.client_name, address="", country="",
        tax_id="",
    )  # fmt: skip


def order_of(payment: Payment) -> Order | None:
    """What it was paid for, as one client asked for it: bookings, or a month of a retainer."""
    found = bookings_of(payment)
    if found:
        return found[0][0].order
    retainer = retainers.of_payment(payment.id)
    return retainer.order if retainer else None


def of_retainer(viewer: Viewer, browser: str, retainer: Retainer) -> Sequence[Invoice]:
    """The papers about a retainer's months that the viewer may read, the oldest first."""
    query = select(Invoice).where(Invoice.order_id == retainer.order_id, _readable(viewer, browser))
    return db.session.scalars(query.order_by(Invoice.id)).all()


def bookings_of(payment: Payment) -> Sequence[tuple[Booking, int]]:
    """(booking, the part of the payment that is for it, minor units), in order."""
    query = select(Booking, BookingPayment.amount).join(BookingPayment, BookingPayment.booking_id == Booking.id)
    found = db.session.execute(query.where(BookingPayment.payment_id == payment.id).order_by(Booking.id))
    return [(booking, amount) for booking, amount in found]
