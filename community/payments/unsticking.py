"""What staff can do about money that is stuck: the reason is written down first, Stripe is asked after the commit."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from community.core import clock
from community.core.db import db, release, writing
from community.payments import (
    actions,
    collecting,
    findings,
    giving_back,
    hearing,
    own_payouts,
    passing_on,
    queries,
    stuck,
)
from community.payments.models import Finding
from community.payments.terms import GatewayRefused, GatewayUnavailable

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Way:
    """A verb for the log, what is written at once, and what is asked of Stripe then."""

    verb: str
    begin: Callable[[int], object]
    go: Callable[[int], object]


def act(kind: str, subject_id: int, *, by: int, reason: str) -> bool:
    """Try again what is stuck, or mark a finding as explained. False where Stripe did not answer, or said no: then it
    is shown as it stands, and what goes on by itself does.
    """
    way = WAYS[kind]
    with writing():
        found = stuck.find(kind, subject_id)
        if found is None:
            raise LookupError(f"{kind} {subject_id}")
        actions.note_action(
            by, way.verb, found.subject, reason, amount=found.amount, currency=found.currency, kind=kind, was=found.why
        )
        if kind == "finding":
            findings.explain(subject_id, reason)
        way.begin(subject_id)
    try:
        way.go(subject_id)
    except (GatewayUnavailable, GatewayRefused) as error:
        db.session.rollback()
        log.warning("unsticking_failed", kind=kind, subject=subject_id, error=repr(error))
        return False
    return True


def finding(finding_id: int) -> Finding:
    """A difference between ledger and Stripe that is known to exist."""
    return db.session.get_one(Finding, finding_id)


def ask_about(payment_id: int) -> None:
    """Whatever a payment waits for: its capture, its release, its Checkout's end once that is due; else what Stripe
    says of it now, of its refunds and its disputes. Raises `GatewayUnavailable`.
    """
    payment = queries.get(payment_id)
    status, disputes = payment.status, [one.stripe_id for one in payment.disputes]
    is_over = status == "closing" or (status in {"new", "open"} and payment.expires_at < clock.now())
    release()
    if is_over:
        collecting.close(payment_id)
    else:
        talks = {"capturing": collecting.take, "releasing": collecting.give_up}
        talks.get(status, collecting.look)(payment_id)
    giving_back.look_at_refunds(payment_id)
    for dispute in disputes:
        giving_back.look_at_dispute(payment_id, dispute)


def _nothing(_subject_id: int) -> None:
    """There is nothing to it."""


WAYS: dict[str, Way] = {
    "finding": Way("explain", _nothing, _nothing),
    "refund": Way("retry_refund", actions.retry_refund, giving_back.send_refund),
    "transfer": Way("retry_transfer", actions.hurry_transfer, passing_on.send_transfer),
    "payment": Way("refetch", _nothing, ask_about),
    "event": Way("replay", _nothing, hearing.apply),
    "payout": Way("retry_payout", _nothing, own_payouts.send),
}
