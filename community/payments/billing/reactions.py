"""What payments do by themselves about what is paid every month."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog

from community.core import clock
from community.core.db import db, release, writing
from community.core.events import after
from community.core.jobs import tick
from community.payments.billing import actions, queries, subscribing
from community.payments.billing.facts import PeriodOver, SubscriptionCheckoutDue, SubscriptionOver
from community.payments.terms import GatewayRefused, GatewayUnavailable

log = structlog.get_logger(__name__)

_LATE = timedelta(minutes=2)
# Stripe draws a renewal's invoice an hour before it asks for it.
_ASKED_AFTER = timedelta(minutes=70)


@after(SubscriptionCheckoutDue)
def end_checkout(fact: SubscriptionCheckoutDue) -> None:
    """End the Checkout, or write down that it was paid first."""
    subscribing.close(fact.subscription_id)


@after(SubscriptionOver)
def tidy(fact: SubscriptionOver) -> None:
    """Nothing more is asked for at Stripe."""
    subscribing.tidy(fact.subscription_id)


@after(PeriodOver)
def release_period(fact: PeriodOver) -> None:
    """What was paid for a period that is over is its payee's."""
    _release(fact.invoice_id)


def _release(invoice_id: int) -> None:
    with writing():
        actions.period_over(invoice_id)


@tick("payments.subscriptions", every=timedelta(minutes=5))
def sweep() -> None:
    """Do what a delivery that died left over, and look at what Stripe should have told by now."""
    now = clock.now()
    left: list[tuple[Callable[[int], object], Sequence[int]]] = [
        (subscribing.close, queries.unpaid_since(now - timedelta(minutes=1))),
        (subscribing.look, queries.to_look_at(now - _ASKED_AFTER)),
        (subscribing.tidy, queries.not_tidied()),
        (_release, queries.to_release(now - _LATE)),
    ]
    release()
    for work, ids in left:
        for subject_id in ids:
            _try(work, subject_id)


def _try(work: Callable[[int], object], subject_id: int) -> None:
    try:
        work(subject_id)
    except (GatewayUnavailable, GatewayRefused) as error:
        db.session.rollback()
        log.warning("sweep_failed", subject=subject_id, error=repr(error))
