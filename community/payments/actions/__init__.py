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
from .customers import customer_for
from .disputing import dispute_seen, evidence_answered, want_evidence, word_evidence
from .events import applied, receive
from .later import (
    begin_charge,
    call_off,
    charge_refused,
    end_recovery,
    fall_due,
    open_recovery,
    plan_payment,
    wait_longer,
)
from .noting import note_action
from .passing import begin_transfer, hurry_transfer, release_to_payee, reversal_answered, transfer_answered
from .paying_out import own_earned, payout_refused, payout_seen, want_payout
from .promos import discount, end_code, find_code, make_code, take_code
from .refunding import owe_refund, refund_answered, refund_seen, retry_refund

__all__ = [
    "account_for",
    "account_opened",
    "account_seen",
    "applied",
    "authorise",
    "begin_charge",
    "begin_transfer",
    "call_off",
    "capture",
    "charge_refused",
    "checkout_found",
    "checkout_opened",
    "closing",
    "customer_for",
    "discount",
    "dispute_seen",
    "end_code",
    "end_recovery",
    "evidence_answered",
    "expired",
    "fall_due",
    "fee_known",
    "find_code",
    "hand_over",
    "hurry_transfer",
    "make_code",
    "note_action",
    "open_payment",
    "open_recovery",
    "owe_refund",
    "own_earned",
    "payout_refused",
    "payout_seen",
    "plan_payment",
    "receive",
    "refund_answered",
    "refund_seen",
    "release",
    "release_to_payee",
    "released",
    "retry_refund",
    "reversal_answered",
    "settle",
    "take_code",
    "transfer_answered",
    "wait_longer",
    "want_evidence",
    "want_payout",
    "word_evidence",
]
