"""The names that keep things from happening twice: those the ledger posts by, and the keys that Stripe is asked with.

A version that named them otherwise would post, refund or transfer anew what an earlier one did, so they never change.
"""

import re

from sqlalchemy import select

from community.core.db import db
from community.payments import actions, reactions
from community.payments.models import LedgerTransaction
from tests.payments.test_passing_on import TO, _empty
from tests.payments.till import Till

OURS = re.compile(r"\b(pay|rf|tr|rv|po|ac|cu)[2-9a-hjkmnp-z]{12}\b")
THE_SDKS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # where we give it none
STRIPES = re.compile(r"\b(cs_test|dp|txn|po)_\w+")


def plain(name: str) -> str:
    """A name without what differs from run to run."""
    return STRIPES.sub(r"\1_", OURS.sub(r"\1", name))


def posted(till: Till) -> set[str]:
    with till.app.app_context():
        return {plain(name) for name in db.session.scalars(select(LedgerTransaction.external_id))}


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
        "charge:pay", "fee:pay", "hand-over:pay:1", "promises:pay", "transfer-begun:tr:1", "transfer:tr",
        "refund-owed:rf", "refund:rf", "reversal:rv", "kept:tr:1:pay:from", "kept:tr:1:pay:to", "dispute:dp_:txn_",
        "dispute-lost:dp_", "payout:po",
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
    assert posted(till) == {"charge:pay", "fee:pay", "refund-owed:rf", "refund:rf"}
    assert asked(till) == {"pay", "pay-cancel", "ac", "rf", "rf-fee", "cs_test_-expire"}
