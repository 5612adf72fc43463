"""What `flask money check` says of books that something was slipped into: every gap, its words and both figures."""

import pytest
from sqlalchemy import text

from community.core.db import db, writing
from community.payments import actions, checking, ledger
from community.payments.models import Payment
from tests.payments.till import Till

OURS = ["stripe", "bank", "fees", "refunds", "transfers", "recovered", "disputes", "costs:stripe", "costs:disputes"]
ELSEWHERE = ["at:practice:1", "theirs:practice:1", "at:practice:2", "bank:practice:1", "somewhere"]
# What the accounts come to once 99.75 was paid, passed on, and 1.00 of it given back.
PLATFORM = {
    "stripe": 300, "fees": -470, "costs:stripe": 170, "at:practice:1": 9405, "theirs:practice:1": -9405,
}  # fmt: skip
# And where it was on their own account.
DIRECT = {"stripe": 470, "fees": -470, "at:practice:1": 9235, "theirs:practice:1": -9235}


def given_back(till: Till, mode: str) -> int:
    """A payment, paid and passed on, of which a part went back."""
    till.site(money_mode=mode)
    till.connect()
    payment_id = till.paid(mode=mode)
    till.release(payment_id)
    till.do(actions.owe_refund, payment_id, amount=100, reason="x")
    till.settle()
    return payment_id


def slip(till: Till, payment_id: int, *postings: tuple[str, int]) -> None:
    """Post something that no row tells of."""
    subject = f"payment:{till.read(payment_id).ref}"
    with till.app.app_context(), writing():
        post(subject, *postings)


def post(subject: str, *postings: tuple[str, int], kind: str = "slip", currency: str = "GBP") -> None:
    ledger.post(external_id=kind + currency, kind=kind, subject=subject, currency=currency, postings=postings)


def paid_out(status: str, stripe_id: str | None = None) -> None:
    """The site's own payout of 0.05, as a row alone."""
    columns = "ref, stripe_id, amount, currency, status, created_at"
    db.session.execute(
        text(f"INSERT INTO payouts ({columns}) SELECT 'po', :id, 5, currency, :status, created_at FROM payments"),
        {"id": stripe_id, "status": status},
    )


def said(till: Till, payment_id: int) -> list[str]:
    """All that the check finds, the payment's own name left out."""
    ref = till.read(payment_id).ref
    with till.app.app_context():
        return [str(gap).replace(f"payment:{ref}", "pay") for gap in checking.gaps()]


@pytest.mark.parametrize("mode", ["platform", "direct"])
def test_whatever_account_it_is_in(till: Till, planted: None, mode: str) -> None:
    payment_id = given_back(till, mode)
    right = PLATFORM if mode == "platform" else DIRECT
    assert said(till, payment_id) == []
    for name in (*OURS, *ELSEWHERE):
        with till.app.app_context(), writing() as session:
            nested = session.begin_nested()
            subject = f"payment:{db.session.get_one(Payment, payment_id).ref}"
            post(subject, (name, 7), ("practice:1", -7))
            found = [str(gap).replace(subject, "pay") for gap in checking.gaps()]
            nested.rollback()
        ought = right.get(name, 0)
        expected = [
            f"{name} of a payment: pay: expected {ought}, found {ought + 7}",
            "what is owed of a payment: pay: expected 0, found -7",
        ]
        if name == "recovered":
            if mode == "platform":  # one payment may settle the debt of another
                expected = []
            expected.append("debts are kept from what was owed: GBP: expected 0, found 7")
        if name == "refunds":
            expected.append("what is promised back: GBP: expected 0, found 7")
        assert found == expected


def test_a_debt_that_was_only_half_kept(till: Till, planted: None) -> None:
    payment_id = given_back(till, "platform")
    with till.app.app_context(), writing():
        subject = f"payment:{db.session.get_one(Payment, payment_id).ref}"
        post(subject, ("recovered", -7), ("practice:1", 7), kind="debt_kept")
    assert said(till, payment_id) == [
        f"what was transferred too much is called back: {_transfer(till)}: expected 0, found 7",
        "debts are kept from what was owed: GBP: expected 0, found -7",
        "debts kept are counted: GBP: expected 0, found 7",
    ]


def _transfer(till: Till) -> str:
    with till.app.app_context():
        return "transfer:" + str(db.session.scalar(text("SELECT ref FROM transfers")))


def test_a_bank_and_a_refund_that_have_more_than_was_paid(till: Till, planted: None) -> None:
    """The database holds each row against its payment; the check holds all rows against it."""
    payment_id = given_back(till, "platform")
    with till.app.app_context(), writing() as session:
        session.execute(text("UPDATE payments SET disputed = amount - refunded"))
        session.execute(text("UPDATE refunds SET amount = amount + 1"))
    assert said(till, payment_id)[:2] == [
        "refunds are counted: pay: expected 100, found 101",
        "no more goes back than was paid: pay: expected 9975, found 9976",
    ]


def test_a_transfer_that_the_books_know_nothing_of(till: Till, planted: None) -> None:
    payment_id = given_back(till, "platform")
    columns = "ref, payment_id, payee, amount, recovered, currency, status, attempt, reversed, due_at, created_at"
    values = "'other', payment_id, 'practice:2', 5, 0, currency, 'sent', 1, 0, due_at, created_at"
    with till.app.app_context(), writing() as session:
        session.execute(
            text(f"INSERT INTO transfers ({columns}, stripe_id) SELECT {values}, 'tr_other' FROM transfers")
        )
    assert said(till, payment_id) == [
        "at:practice:2 of a payment: pay: expected 5, found 0",
        "stripe of a payment: pay: expected 295, found 300",
        "theirs:practice:2 of a payment: pay: expected -5, found 0",
        "what is owed of a payment: pay: expected 5, found 0",
        "no transfer over what was owed: pay: expected 9500, found 9505",
    ]


@pytest.mark.parametrize(
    ("status", "named"),
    [("new", False), ("open", False), ("authorised", False), ("expired", True), ("released", True)],
)
def test_a_promise_is_settled_once_its_payment_has_ended(till: Till, planted: None, status: str, named: bool) -> None:
    payment_id = till.opened()
    slip(till, payment_id, ("promised:practice:1", 5), ("promised:practice:2", -5))
    with till.app.app_context(), writing() as session:
        session.execute(text(f"UPDATE payments SET status = '{status}'"))
    left = {"promised:practice:1": 5, "promised:practice:2": -5}
    assert said(till, payment_id) == ([f"promises are settled: pay: expected {{}}, found {left}"] if named else [])


def test_what_is_posted_too_early_is_named_without_what_is_promised(till: Till, planted: None) -> None:
    payment_id = till.opened()
    slip(till, payment_id, ("promised:practice:1", 5), ("fees", -5))
    assert said(till, payment_id) == [
        "nothing is posted before it is paid: pay: expected {}, found {'fees': -5}",
    ]


@pytest.mark.parametrize("status", ["wanted", "refused"])
def test_a_payout_that_did_not_leave_is_posted_nowhere(till: Till, status: str) -> None:
    payment_id = till.paid()
    with till.app.app_context(), writing():
        paid_out(status)
    assert said(till, payment_id) == []


def test_a_payout_that_the_books_know_otherwise(till: Till, planted: None) -> None:
    payment_id = till.paid()
    with till.app.app_context(), writing():
        paid_out("paid", "po_1")
        post("payout:po", ("stripe", -4), ("bank", 5), ("fees", -1), kind="payout")
    assert said(till, payment_id) == [
        "fees of a payout: payout:po: expected 0, found -1",
        "stripe of a payout: payout:po: expected -5, found -4",
    ]


def test_postings_of_something_unknown_are_named_with_their_currency(till: Till, planted: None) -> None:
    payment_id = till.paid()
    with till.app.app_context(), writing():
        for currency in ("GBP", "EUR"):
            post("payment:none", ("stripe", 5), ("fees", -5), currency=currency)
    left = {"fees": -5, "stripe": 5}
    found = said(till, payment_id)
    assert [line.split(", found")[0] for line in found] == [
        f"postings are about something we know: payment:none {currency}: expected {{}}" for currency in ("EUR", "GBP")
    ]
    with till.app.app_context():
        assert [gap.found for gap in checking.gaps()] == [left, left]
