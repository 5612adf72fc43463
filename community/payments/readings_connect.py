"""Stripe's objects about accounts and balances read into our own values."""

import stripe

from .readings import identifier, moment, reference, stamp
from .terms import AccountState, BalanceEntry, DisputeState, PayoutState, TransferState


def account_state(account: stripe.Account) -> AccountState:
    """Read a connected account."""
    needs = account.requirements
    capabilities = account.capabilities.to_dict() if account.capabilities else {}
    return AccountState(
        id=account.id,
        country=account.country,
        details_submitted=bool(account.details_submitted),
        charges_enabled=bool(account.charges_enabled),
        payouts_enabled=bool(account.payouts_enabled),
        transfers=str(capabilities.get("transfers", "inactive")),
        currently_due=tuple((needs.currently_due if needs else None) or ()),
        past_due=tuple((needs.past_due if needs else None) or ()),
        pending_verification=tuple((needs.pending_verification if needs else None) or ()),
        due_by=moment(needs.current_deadline if needs else None),
        disabled_reason=needs.disabled_reason if needs else None,
    )


def transfer_state(made: stripe.Transfer | stripe.TransferReversal | stripe.ApplicationFeeRefund) -> TransferState:
    """Read a transfer, what came back of one, or what went back of our part of a charge."""
    return TransferState(made.id, made.amount, identifier(made.balance_transaction), reference(made.metadata))


def balance_entry(entry: stripe.BalanceTransaction) -> BalanceEntry:
    """Read a balance transaction."""
    return BalanceEntry(
        id=entry.id,
        type=entry.type,
        amount=entry.amount,
        fee=entry.fee,
        net=entry.net,
        currency=entry.currency.upper(),
        source=identifier(entry.source),
        created=stamp(entry.created),
    )


def dispute_state(dispute: stripe.Dispute) -> DisputeState:
    """Read a dispute."""
    return DisputeState(
        id=dispute.id,
        charge=identifier(dispute.charge),
        payment_intent=identifier(dispute.payment_intent),
        amount=dispute.amount,
        currency=dispute.currency.upper(),
        reason=dispute.reason,
        status=dispute.status,
        created=stamp(dispute.created),
        evidence_due_at=moment(dispute.evidence_details.due_by),
        entries=tuple(balance_entry(entry) for entry in dispute.balance_transactions),
    )


def payout_state(payout: stripe.Payout) -> PayoutState:
    """Read a payout."""
    return PayoutState(
        id=payout.id,
        amount=payout.amount,
        currency=payout.currency.upper(),
        status=payout.status,
        created=stamp(payout.created),
        arrives_at=moment(payout.arrival_date),
        failure=payout.failure_code,
        balance_transaction=identifier(payout.balance_transaction),
        failure_entry=identifier(payout.failure_balance_transaction),
        reference=reference(payout.metadata),
    )
