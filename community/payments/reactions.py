"""What payments do by themselves: look at what Stripe reports, send what is owed, sweep up what was forgotten."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog

from community.core import clock
from community.core.db import db, release
from community.core.events import after
from community.core.jobs import tick
from community.payments import (
    collecting,
    connecting,
    contesting,
    giving_back,
    hearing,
    later,
    left_over,
    own_payouts,
    passing_on,
    patiently,
    watching,
)
from community.payments.facts import (
    CaptureWanted,
    ChargeDue,
    ChargeUnwanted,
    CheckoutUnwanted,
    EvidenceWanted,
    PayableWanted,
    PayoutWanted,
    RecoveryEnds,
    RefundOwed,
    RefundRetryDue,
    ReleaseWanted,
    ReversalOwed,
    TransferDue,
    WebhookReceived,
)
from community.payments.terms import GatewayRefused, GatewayUnavailable

log = structlog.get_logger(__name__)

_LATE = timedelta(minutes=2)


@after(WebhookReceived)
def apply_event(fact: WebhookReceived) -> None:
    """Fetch anew what the event is about: order, age and number of deliveries do not matter then."""
    hearing.apply(fact.stripe_event_id)


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


@after(ChargeDue)
def charge(fact: ChargeDue) -> None:
    """Charge what is due to the saved card."""
    later.charge(fact.payment_id)


@after(ChargeUnwanted)
def end_charge(fact: ChargeUnwanted) -> None:
    """End what is not wanted any more."""
    later.end(fact.payment_id)


@after(RecoveryEnds)
def end_recovery(fact: RecoveryEnds) -> None:
    """The time to put a failed charge right is over."""
    later.end_recovery(fact.payment_id)


@after(RefundOwed)
def send_refund(fact: RefundOwed) -> None:
    """Send what is owed."""
    giving_back.send_refund(fact.refund_id)


@after(RefundRetryDue)
def retry_refund(fact: RefundRetryDue) -> None:
    """Send what failed once more."""
    if fact.refund_id in left_over.refunds_to_retry(clock.now()):
        giving_back.retry_refund(fact.refund_id)


@after(TransferDue)
def send_transfer(fact: TransferDue) -> None:
    """Pass on what is a payee's."""
    passing_on.send_transfer(fact.transfer_id)


@after(ReversalOwed)
def send_reversal(fact: ReversalOwed) -> None:
    """Take back what is ours again."""
    passing_on.send_reversal(fact.reversal_id)


@after(EvidenceWanted)
def send_evidence(fact: EvidenceWanted) -> None:
    """Answer a dispute."""
    contesting.send_evidence(fact.dispute_id)


@after(PayoutWanted)
def send_payout(fact: PayoutWanted) -> None:
    """Pay the site's own money out."""
    own_payouts.send(fact.payout_id)


@after(PayableWanted)
def remind_payee(fact: PayableWanted) -> None:
    """Money waits for somebody who can't be paid yet: a reminder, and after sixty days the payers have it back."""
    patiently.wait_on(fact.account_id)


@tick("payments.sweep", every=timedelta(minutes=1))
def sweep() -> None:
    """Close Checkouts that should have ended, and do what a delivery that died left over."""
    now = clock.now()
    left: list[tuple[Callable[[int], object], Sequence[int]]] = [
        (collecting.close, left_over.unpaid_since(now - timedelta(minutes=1))),
        (collecting.take, left_over.half_done("capturing")),
        (collecting.give_up, left_over.half_done("releasing")),
        (collecting.look, left_over.authorised_until(now - _LATE)),
        (later.charge, [*left_over.charges_due(now - _LATE), *left_over.half_done("charging")]),
        (later.end_recovery, left_over.recoveries_over(now - _LATE)),
        (giving_back.send_refund, left_over.refunds_owed(now - _LATE)),
        (giving_back.retry_refund, left_over.refunds_to_retry(now)),
        (passing_on.send_transfer, left_over.transfers_to_send(now - _LATE)),
        (passing_on.send_reversal, left_over.reversals_owed(now - _LATE)),
    ]
    release()
    for work, ids in left:
        for subject_id in ids:
            _try(work, subject_id)


@tick("payments.listen", every=timedelta(minutes=5))
def listen() -> None:
    """Hear of what no webhook told: Stripe's events since the last time, and objects that change by themselves."""
    try:
        watching.listen()
    except (GatewayUnavailable, GatewayRefused) as error:
        db.session.rollback()
        log.warning("listening_failed", error=repr(error))
        return
    looks: list[tuple[Callable[[int], object], Sequence[int]]] = [
        (connecting.look, left_over.accounts_unsettled(clock.now() - timedelta(hours=1))),
        (giving_back.look_at_refund, left_over.refunds_pending()),
        (collecting.look_at_fee, left_over.fees_unknown(clock.now() - _LATE)),
        (patiently.wait_on, left_over.accounts_waited_for()),
    ]
    release()
    for work, ids in looks:
        for subject_id in ids:
            _try(work, subject_id)


@tick("payments.compare", every=timedelta(days=1))
def compare() -> None:
    """Hold the ledger against Stripe's balance transactions; what differs is a finding."""
    watching.compare()


def _try(work: Callable[[int], object], subject_id: int) -> None:
    """One that fails holds the others up no more than itself; the next sweep asks again."""
    try:
        work(subject_id)
    except (GatewayUnavailable, GatewayRefused) as error:
        db.session.rollback()
        log.warning("sweep_failed", subject=subject_id, error=repr(error))
