"""The names that keep things from happening twice: those the ledger posts by, and the keys that Stripe is asked with.

A version that named them otherwise would post, refund or transfer anew what an earlier one did, so they never change.
"""

import re
from dataclasses import replace

from sqlalchemy import select

from community.core import clock
from community.core.db import db, writing
from community.payments import actions, reactions
from community.payments.models import LedgerTransaction
from community.payments.terms import PayoutState
from tests.payments.test_later import SAVED_IS_REFUSED, planned
from tests.payments.test_passing_on import TO, _empty
from tests.payments.till import Till

OURS = re.compile(r"\b(pay|rf|tr|rv|po|ac|cu)[2-9a-hjkmnp-z]{12}\b")
THE_SDKS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # where we give it none
STRIPES = re.compile(r"\b(cs_test|dp|txn|po)_\w+")


def plain(name: str) -> str:
    """A name without what differs from run to run."""
    return STRIPES.sub(r"\1_", OURS.sub(r"\1", name))


def posted(till: Till) -> dict[str, str]:
    """What was posted, and what kind of thing each is called: statements and the check read that."""
    with till.app.app_context():
        rows = db.session.execute(select(LedgerTransaction.external_id, LedgerTransaction.kind))
        return {plain(name): kind for name, kind in rows}


def asked(till: Till) -> set[str]:
    with till.sandbox._store.read() as tx:
        rows = tx.rows("SELECT key FROM requests WHERE key IS NOT NULL AND method = 'POST'")
        return {plain(row["key"]) for row in rows if not THE_SDKS.fullmatch(row["key"])}


def test_a_payment_and_what_comes_of_it(till: Till) -> None:
    account = till.connect()
    handed = till.authorised()
    till.do(actions.hand_over, handed, **TO, share=950)
    till.do(actions.capture, handed)
    till.settle()
    first = till.paid()
    till.release(first)
    till.do(actions.owe_refund, first, amount=1000, reason="x")
    till.settle()
    _empty(till, account)
    till.do(actions.owe_refund, first, amount=8975, reason="all")
    till.settle()
    till.release(till.paid())
    till.sdk.disputes.close(till.disputed(till.paid()))
    till.settle()
    assert posted(till) == {
        "charge:pay": "payment", "fee:pay": "stripe_fee", "hand-over:pay:1": "hand_over", "promises:pay": "hand_over",
        "transfer-begun:tr:1": "transfer_begun", "transfer:tr": "transfer", "refund-owed:rf": "refund_owed",
        "refund:rf": "refund", "reversal:rv": "reversal", "kept:tr:1:pay:from": "debt_kept",
        "kept:tr:1:pay:to": "debt_kept", "dispute:dp_:txn_": "dispute", "dispute-lost:dp_": "dispute_lost",
        "payout:po": "payout",
    }  # fmt: skip
    assert asked(till) == {"pay", "pay-capture", "ac", "tr-1", "rf", "rv"}


def test_what_is_ended_and_what_goes_back_of_a_direct_one(till: Till) -> None:
    till.site(money_mode="direct")
    till.connect()
    paid = till.paid(mode="direct")
    till.do(actions.owe_refund, paid, amount=1000, reason="x")
    till.settle()
    let_go = till.authorised(mode="direct")
    till.do(actions.release, let_go)
    till.do(actions.closing, till.opened(mode="direct"))
    till.wait(minutes=33)
    with till.app.app_context():
        reactions.sweep()
    till.settle()
    assert posted(till) == {
        "charge:pay": "payment", "fee:pay": "stripe_fee", "refund-owed:rf": "refund_owed", "refund:rf": "refund",
    }  # fmt: skip
    assert asked(till) == {"pay", "pay-cancel", "ac", "rf", "rf-fee", "cs_test_-expire"}


def test_what_is_let_go_and_what_comes_back(till: Till) -> None:
    till.connect()
    handed = till.authorised()
    till.do(actions.hand_over, handed, **TO, share=950)
    till.do(actions.release, handed)
    till.settle()
    payment_id = till.paid("4000000000005126")  # its refund fails afterwards
    till.do(actions.owe_refund, payment_id, amount=1000, reason="x")
    till.settle()
    till.wait(minutes=1)
    till.settle()
    sent = PayoutState("po_1", 300, "GBP", "paid", clock.now(), None, None, "txn_1", None, "")
    for state in (sent, replace(sent, status="failed", failure="account_closed", failure_entry="txn_2")):
        with till.app.app_context(), writing():
            actions.payout_seen(None, state)
    assert posted(till) == {
        "hand-over:pay:1": "hand_over", "promises:pay": "hand_over_void", "charge:pay": "payment",
        "fee:pay": "stripe_fee", "refund-owed:rf": "refund_owed", "refund:rf": "refund",
        "refund-failed:rf": "refund_failed", "payout:po": "payout", "payout-failed:po": "payout_failed",
    }  # fmt: skip


def test_a_card_that_is_asked_again(till: Till) -> None:
    """Each attempt is one more question to Stripe, the first by the payment's own name."""
    _first, rest = planned(till, SAVED_IS_REFUSED)
    till.wait(days=5, minutes=1)
    till.settle()
    assert {name for name in asked(till) if name.startswith("pay")} == {"pay"}
    assert till.requests(till.read(rest).ref) == [402]
    till.wait(days=1, minutes=1)
    till.settle()
    assert {name for name in asked(till) if name.startswith("pay")} == {"pay", "pay-2"}
    till.do(actions.call_off, rest)
    till.settle()
    assert {name for name in asked(till) if name.startswith("pay")} == {"pay", "pay-2", "pay-cancel"}
