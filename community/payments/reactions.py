"""What payments do by themselves: look at what Stripe reports, send refunds, sweep up what was forgotten."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog

from community.core import clock
from community.core.db import db, release, writing
from community.core.events import after
from community.core.jobs import tick
from community.payments import actions, collecting, queries
from community.payments.facts import CaptureWanted, CheckoutUnwanted, RefundOwed, ReleaseWanted, WebhookReceived
from community.payments.models import Payment, StripeEvent
from community.payments.terms import GatewayRefused, GatewayUnavailable

log = structlog.get_logger(__name__)

_LATE = timedelta(minutes=2)


@after(WebhookReceived)
def apply_event(fact: WebhookReceived) -> None:
    """Fetch anew what the event is about: order, age and number of deliveries do not matter then."""
    row = db.session.get_one(StripeEvent, fact.stripe_event_id)
    payment = _payment_of(row)
    payment_id, done = (payment.id if payment else None), row.applied_at is not None
    release()
    if done:
        return
    if payment_id is not None:
        collecting.look(payment_id)
    with writing():
        actions.applied(fact.stripe_event_id)


def _payment_of(row: StripeEvent) -> Payment | None:
    """The payment an event belongs to: by its Checkout, by our reference in it, or by its PaymentIntent."""
    if row.type.startswith("checkout.session."):
        known = queries.by_checkout(row.object_id)
        reference = str(row.payload.get("client_reference_id") or "")
        return known or (queries.by_ref(reference) if reference else None)
    intent = row.payload.get("payment_intent") or (row.object_id if row.object_id.startswith("pi_") else None)
    found = queries.by_intent(str(intent)) if intent else None
    metadata = row.payload.get("metadata") or {}
    return found or queries.by_ref(str(metadata.get("reference", "")))


@after(CheckoutUnwanted)
def end_checkout(fact: CheckoutUnwanted) -> None:
    """End the Checkout, or settle it when it was paid first."""
    collecting.close(fact.payment_id)


@after(CaptureWanted)
def capture(fact: CaptureWanted) -> None:
    """Take what was authorised."""
    collecting.take(fact.payment_id)


@after(ReleaseWanted)
def release_payment(fact: ReleaseWanted) -> None:
    """Let what was authorised go."""
    collecting.give_up(fact.payment_id)


@after(RefundOwed)
def send_refund(fact: RefundOwed) -> None:
    """Send what is owed."""
    collecting.send_refund(fact.refund_id)


@tick("payments.sweep", every=timedelta(minutes=1))
def sweep() -> None:
    """Close Checkouts that should have ended, and do what a delivery that died left over."""
    now = clock.now()
    left: list[tuple[Callable[[int], object], Sequence[int]]] = [
        (collecting.close, queries.unpaid_since(now - timedelta(minutes=1))),
        (collecting.take, queries.half_done("capturing")),
        (collecting.give_up, queries.half_done("releasing")),
        (collecting.look, queries.authorised_until(now - _LATE)),
        (collecting.send_refund, queries.refunds_owed(now - _LATE)),
    ]
    release()
    for work, ids in left:
        for subject_id in ids:
            _try(work, subject_id)


def _try(work: Callable[[int], object], subject_id: int) -> None:
    """One that fails holds the others up no more than itself; the next sweep asks again."""
    try:
        work(subject_id)
    except (GatewayUnavailable, GatewayRefused) as error:
        db.session.rollback()
        log.warning("sweep_failed", subject=subject_id, error=repr(error))
