"""Changing money. Nothing here calls Stripe; `collecting`, `passing_on` and `connecting` do, between transactions."""

from .accounts import account_for
from .accounts import opened as account_opened
from .accounts import seen as account_seen
from .charging import (
    authorise,
    capture,
    checkout_found,
    checkout_opened,
    closing,
    expired,
    fee_known,
    hand_over,
    open_payment,
    release,
    released,
    settle,
)
from .disputing import dispute_seen, evidence_answered, want_evidence, word_evidence
from .events import applied, receive
from .noting import note_action
from .passing import begin_transfer, hurry_transfer, release_to_payee, reversal_answered, transfer_answered
from .paying_out import own_earned, payout_refused, payout_seen, want_payout
from .refunding import owe_refund, refund_answered, refund_seen, retry_refund

__all__ = [
    "account_for",
    "account_opened",
    "account_seen",
    "applied",
    "authorise",
    "begin_transfer",
    "capture",
    "checkout_found",
    "checkout_opened",
    "closing",
    "dispute_seen",
    "evidence_answered",
    "expired",
    "fee_known",
    "hand_over",
    "hurry_transfer",
    "note_action",
    "open_payment",
    "owe_refund",
    "own_earned",
    "payout_refused",
    "payout_seen",
    "receive",
    "refund_answered",
    "refund_seen",
    "release",
    "release_to_payee",
    "released",
    "retry_refund",
    "reversal_answered",
    "settle",
    "transfer_answered",
    "want_evidence",
    "want_payout",
    "word_evidence",
]
