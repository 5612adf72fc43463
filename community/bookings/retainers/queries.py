"""Reading retainers, always for somebody: the client, the practice's people, staff, or the browser that began it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from community.accounts.models import Person
from community.accounts.queries import Viewer
from community.bookings import queries as bookings
from community.bookings.models import Order
from community.bookings.retainers.models import LIVE, TAKEN, Retainer
from community.core.db import db
from community.core.errors import NotFound
from community.payments.billing import queries as billing
from community.payments.models import Payment, SubscriptionInvoice
from community.profiles.models import PracticeRole
from community.profiles.queries import works_at

_WHOLE = (joinedload(Retainer.listing), joinedload(Retainer.practice), joinedload(Retainer.subscription))


def get_for(viewer: Viewer, browser: str, ref: str) -> Retainer:
    """One retainer by reference, or `NotFound`; a foreign one looks like a missing one."""
    query = (
        select(Retainer)
        .join(Order)
        .where(Retainer.ref == ref, bookings.whose(viewer, browser, Retainer.practice_id))
        .options(*_WHOLE)
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def side_of(viewer: Viewer, retainer: Retainer) -> str:
    """Which side of a retainer the viewer is on."""
    return bookings.side(viewer, retainer.order, retainer.practice)


def of_client(viewer: Person) -> Sequence[Retainer]:
    """What the viewer pays or paid every month, the live ones first."""
    query = select(Retainer).join(Order).where(Order.client_id == viewer.id, Retainer.state != "expired")
    query = query.options(*_WHOLE).order_by(Retainer.state == "ended", Retainer.id.desc())
    return db.session.scalars(query.limit(200)).all()


def of_practice(viewer: Person) -> Sequence[Retainer]:
    """What the viewer's practice has: what needs care first, then the live ones, then what has ended."""
    begun = ("past_due", "active", "ended")
    query = select(Retainer).join(Order).where(works_at(viewer, Retainer.practice_id), Retainer.state.in_(begun))
    found = db.session.scalars(query.options(*_WHOLE).order_by(Retainer.id.desc()).limit(500)).all()
    return sorted(found, key=lambda one: begun.index(one.state))


def get(retainer_id: int) -> Retainer:
    """A retainer that is known to exist: for reactions."""
    return db.session.get_one(Retainer, retainer_id)


def locked(retainer_id: int) -> Retainer:
    """The same, locked until the commit and read anew. Lock its practice first."""
    return db.session.get_one(Retainer, retainer_id, with_for_update={"of": Retainer}, populate_existing=True)


def of_subscription(subscription_id: int) -> Retainer | None:
    """Whose monthly payment it is."""
    return db.session.scalar(select(Retainer).where(Retainer.subscription_id == subscription_id))


def of_payment(payment_id: int) -> Retainer | None:
    """The retainer that a payment is for a month of; None of any other payment."""
    query = select(Retainer).join(SubscriptionInvoice, SubscriptionInvoice.subscription_id == Retainer.subscription_id)
    return db.session.scalar(query.where(SubscriptionInvoice.payment_id == payment_id))


def by_payment_refs(viewer: Viewer, refs: Sequence[str]) -> dict[str, Retainer]:
    """The retainer of each payment that the viewer may see, by the payment's reference."""
    query = select(Payment.ref, Retainer).join(SubscriptionInvoice, SubscriptionInvoice.payment_id == Payment.id)
    query = query.join(Retainer, Retainer.subscription_id == SubscriptionInvoice.subscription_id).join(Order)
    found = db.session.execute(
        query.where(Payment.ref.in_(set(refs)), bookings.whose(viewer, "", Retainer.practice_id))
    )
    return {row[0]: row[1] for row in found}


def month_of(payment_id: int) -> tuple[datetime, datetime] | None:
    """From when until when a payment of a retainer is for."""
    row = billing.invoice_of(payment_id)
    return (row.period_from, row.period_until) if row else None


def of_order(order_ref: str) -> Retainer | None:
    """The retainer a payer returns to."""
    return db.session.scalar(select(Retainer).join(Order).where(Order.ref == order_ref))


def taken(listing_id: int) -> int:
    """How many clients a listing has, those about to pay included."""
    query = select(func.count()).select_from(Retainer)
    return db.session.scalar(query.where(Retainer.listing_id == listing_id, Retainer.state.in_(TAKEN))) or 0


def had_by(listing_id: int, *, email: str, browser: str) -> Retainer | None:
    """The one that this client has of a listing already, be it about to be paid."""
    query = select(Retainer).join(Order).where(Retainer.listing_id == listing_id)
    theirs = Retainer.state.in_(LIVE) & (Order.client_email == email)
    held = (Retainer.state == "held") & or_(Order.client_email == email, Order.browser == browser)
    return db.session.scalar(query.where(theirs | held).limit(1))


def live_with(person_id: int) -> Sequence[int]:
    """The live retainers that somebody pays, or whose practice is theirs."""
    owns = select(PracticeRole.practice_id).where(
        PracticeRole.person_id == person_id, PracticeRole.role == "owner", PracticeRole.left_at.is_(None)
    )
    query = select(Retainer.id).join(Order).where(Retainer.state.in_(LIVE), ~Retainer.ends_with_period)
    query = query.where(or_(Order.client_id == person_id, Retainer.practice_id.in_(owns)))
    return db.session.scalars(query.order_by(Retainer.id)).all()
