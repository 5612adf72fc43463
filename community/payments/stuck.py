"""Money that does not move by itself any more, or should have by now: for whoever runs the site to look at."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from community.core import clock
from community.core.db import db
from community.payments.models import Finding, Payment, Payout, Refund, StripeEvent, Transfer

LATE = timedelta(minutes=15)  # the sweeps run each minute and the listening every five
WAITS = ("not_payable", "disputed")  # a transfer that is held back for a reason is not stuck


@dataclass(frozen=True)
class Stuck:
    """One thing: its kind and id, what it is about ("payment:pay_…"), since when, how much (minor units), and why as a
    code of ours or Stripe's.
    """

    kind: str
    id: int
    subject: str
    since: datetime
    why: str
    amount: int | None = None
    currency: str | None = None


def everything(most: int = 50) -> list[Stuck]:
    """All of it, the oldest first."""
    found = [one for kind in _FINDERS for one in of_kind(kind, most)]
    return sorted(found, key=lambda one: one.since)


def of_kind(kind: str, most: int = 50) -> list[Stuck]:
    """What is stuck of one kind."""
    return list(_FINDERS[kind](most))


def find(kind: str, subject_id: int) -> Stuck | None:
    """One thing, stuck or not: a payment can be asked about at any time. None where there is none."""
    model, read = _READERS.get(kind, (None, None))
    row = db.session.get(model, subject_id) if model else None
    return read(row) if row is not None and read else None


def _finding(row: Finding) -> Stuck:
    amount = row.found if row.found is not None else row.expected
    return Stuck("finding", row.id, row.subject or row.object_id, row.found_at, row.kind, amount, row.currency)


def _refund(row: Refund) -> Stuck:
    since = row.failed_at or row.created_at
    subject = f"payment:{row.payment.ref}"
    return Stuck("refund", row.id, subject, since, row.failure or row.status, row.amount, row.payment.currency)


def _transfer(row: Transfer) -> Stuck:
    subject, why = f"payment:{row.payment.ref}", row.failure or row.status
    return Stuck("transfer", row.id, subject, row.created_at, why, row.amount or None, row.currency)


def _payment(row: Payment) -> Stuck:
    return Stuck("payment", row.id, f"payment:{row.ref}", row.created_at, row.status, row.amount, row.currency)


def _event(row: StripeEvent) -> Stuck:
    return Stuck("event", row.id, row.object_id, row.received_at, row.type)


def _payout(row: Payout) -> Stuck:
    why = row.failure or row.status
    return Stuck("payout", row.id, f"payout:{row.ref}", row.created_at, why, row.amount, row.currency)


_READERS: dict[str, tuple[type[db.Model], Callable[..., Stuck]]] = {  # type: ignore[name-defined]
    "finding": (Finding, _finding),
    "refund": (Refund, _refund),
    "transfer": (Transfer, _transfer),
    "payment": (Payment, _payment),
    "event": (StripeEvent, _event),
    "payout": (Payout, _payout),
}


def _findings(most: int) -> Iterator[Stuck]:
    query = select(Finding).where(Finding.resolved_at.is_(None)).order_by(Finding.id).limit(most)
    yield from map(_finding, db.session.scalars(query))


def _refunds(most: int) -> Iterator[Stuck]:
    query = select(Refund).where(Refund.status.in_(("failing", "failed"))).options(joinedload(Refund.payment))
    yield from map(_refund, db.session.scalars(query.order_by(Refund.id).limit(most)))


def _transfers(most: int) -> Iterator[Stuck]:
    query = (
        select(Transfer)
        .options(joinedload(Transfer.payment))
        .where(
            or_(
                and_(Transfer.status == "due", Transfer.failure.is_not(None), Transfer.failure.not_in((*WAITS, ""))),
                and_(Transfer.status == "sending", Transfer.due_at < clock.now() - LATE),
            )
        )
    )
    yield from map(_transfer, db.session.scalars(query.order_by(Transfer.id).limit(most)))


def _payments(most: int) -> Iterator[Stuck]:
    before = clock.now() - LATE
    query = select(Payment).where(
        or_(
            and_(Payment.status.in_(("new", "open", "closing")), Payment.expires_at < before),
            and_(Payment.status.in_(("capturing", "releasing")), Payment.created_at < before),
            and_(Payment.status == "authorised", Payment.capture_before < before),
        )
    )
    yield from map(_payment, db.session.scalars(query.order_by(Payment.id).limit(most)))


def _events(most: int) -> Iterator[Stuck]:
    query = select(StripeEvent).where(StripeEvent.applied_at.is_(None), StripeEvent.received_at < clock.now() - LATE)
    yield from map(_event, db.session.scalars(query.order_by(StripeEvent.id).limit(most)))


def _payouts(most: int) -> Iterator[Stuck]:
    query = select(Payout).where(Payout.account_id.is_(None), Payout.status == "wanted")
    query = query.where(Payout.created_at < clock.now() - LATE)
    yield from map(_payout, db.session.scalars(query.order_by(Payout.id).limit(most)))


_FINDERS: dict[str, Callable[[int], Iterator[Stuck]]] = {
    "finding": _findings,
    "refund": _refunds,
    "transfer": _transfers,
    "payment": _payments,
    "event": _events,
    "payout": _payouts,
}
