"""`flask money check` from the console, what it names, and what the database refuses before it could."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from community.core import clock
from community.core.db import db, savepoint, writing
from community.payments import actions, checking, ledger, queries
from community.payments.models import Refund, Transfer
from community.payments.terms import PayoutState
from tests.payments.till import Till

ONE_MORE = "INSERT INTO postings (transaction_id, account, amount, currency)"
FOUND = "SELECT 'x', 'y', '', CAST('{}' AS JSON), created_at, created_at FROM refunds"


def run(till: Till) -> tuple[int, str]:
    answer = till.app.test_cli_runner().invoke(args=["money", "check"])
    return answer.exit_code, answer.output


def test_fine(till: Till) -> None:
    till.paid()
    assert run(till) == (0, "money: fine\n")


def test_an_unbalanced_posting_is_named(till: Till, planted: None) -> None:
    """Past our own code, and before the commit at which the database would refuse it."""
    payment_id = till.paid()
    with till.app.app_context(), writing() as session:
        session.execute(text(f"{ONE_MORE} SELECT min(id), 'fees', -7, 'GBP' FROM ledger_transactions"))
    code, said = run(till)
    assert code == 1
    assert "a transaction sums to zero" in said
    assert f"fees of a payment: payment:{till.read(payment_id).ref}: expected -475, found -482" in said


@pytest.mark.parametrize(
    ("column", "rule"),
    [
        ("stripe_fee = 171", "stripe of a payment"),
        ("refunded = 5", "refunds are counted"),
        ("status = 'expired'", "nothing is posted before it is paid"),
        ("ref = 'pay_other'", "postings are about something we know"),
        ("fee = 474", "fees of a payment"),
    ],
)
def test_what_rows_say_otherwise_is_named(till: Till, planted: None, column: str, rule: str) -> None:
    till.paid()
    with till.app.app_context(), writing() as session:
        session.execute(text(f"UPDATE payments SET {column}"))
    with till.app.app_context():
        assert rule in {gap.rule for gap in checking.gaps()}


def test_a_refund_posted_twice_is_named(till: Till, planted: None) -> None:
    payment_id = till.paid()
    till.do(actions.owe_refund, payment_id, amount=100, reason="x")
    till.settle()
    with till.app.app_context(), writing():
        ledger.post(
            external_id="again", kind="refund", subject=f"payment:{queries.get(payment_id).ref}", currency="GBP",
            postings=[("refunds", 100), ("stripe", -100)],
        )  # fmt: skip
    with till.app.app_context():
        found = {gap.rule for gap in checking.gaps()}
    assert {"stripe of a payment", "refunds of a payment", "what is promised back"} <= found


def test_promises_that_nobody_kept_are_named(till: Till, planted: None) -> None:
    payment_id = till.paid()
    with till.app.app_context(), writing():
        ledger.post(
            external_id="promise", kind="hand_over", subject=f"payment:{queries.get(payment_id).ref}", currency="GBP",
            postings=[("promised:practice:1", 5), ("promised:practice:2", -5)],
        )  # fmt: skip
    with till.app.app_context():
        assert [gap.rule for gap in checking.gaps()] == ["promises are settled"]


REFUSED: list[tuple[str, str]] = [
    ("UPDATE payments SET refunded = amount + 1", "ck_payments_refunded"),
    ("UPDATE payments SET refunded = 1, disputed = amount", "ck_payments_refunded"),
    ("UPDATE payments SET mode = 'direct'", "ck_payments_whose"),
    ("UPDATE payments SET stripe_fee = -1", "ck_payments_stripe_fee"),
    ("UPDATE refunds SET fee = amount + 1", "ck_refunds_amount"),
    ("UPDATE transfers SET reversed = amount + 1", "ck_transfers_reversed"),
    ("UPDATE transfers SET stripe_id = NULL", "ck_transfers_sent"),
    ("UPDATE reversals SET refund_id = NULL", "ck_reversals_cause"),
    ("UPDATE connected_accounts SET stripe_id = NULL", "ck_connected_accounts_enabled"),
    (
        f"INSERT INTO findings (kind, object_id, subject, detail, found_at, seen_at) {FOUND} UNION ALL {FOUND}",
        "uq_findings_open|findings.kind",
    ),
    ("DELETE FROM postings", "postings_append_only"),
]


@pytest.fixture
def full(till: Till) -> Till:
    till.connect()
    payment_id = till.paid()
    till.release(payment_id)
    till.do(actions.owe_refund, payment_id, amount=100, reason="x")
    till.settle()
    return till


def test_what_the_database_refuses(full: Till) -> None:
    with full.app.app_context():
        for statement, name in REFUSED:
            with pytest.raises(DBAPIError, match=name), writing(), savepoint() as session:
                session.execute(text(statement))


PAID_OUT = (
    "INSERT INTO payouts (ref, stripe_id, amount, currency, status, created_at) "
    "SELECT 'po', 'po_1', 5, currency, 'paid', created_at FROM transfers"
)
ROWS = {
    "a transaction moves something: empty: expected postings, found 0": "INSERT INTO ledger_transactions "
    "(external_id, kind, subject, at) SELECT 'empty', kind, subject, at FROM ledger_transactions LIMIT 1",
    "reversals are counted: transfer:tr: expected 96, found 95": "UPDATE transfers SET ref = 'tr', "
    "reversed = reversed + 1",
    "no transfer over what was owed: payment:pay: expected 9500, found 9501": "UPDATE transfers SET recovered = 1",
    "debts kept are counted: GBP: expected 1, found 0": "UPDATE transfers SET recovered = 1",
    "stripe of a payout: payout:po: expected -5, found 0": PAID_OUT,
    "bank of a payout: payout:po: expected 5, found 0": PAID_OUT,
    "no more goes back than was paid: payment:pay: expected 9975, found 10000": "INSERT INTO refunds (ref, payment_id, "
    "amount, fee, reason, status, attempt, created_at) SELECT 'more', payment_id, 9900, 0, '', 'owed', 1, created_at "
    "FROM refunds",
}


@pytest.mark.parametrize("said", ROWS)
def test_what_rows_say_past_their_ledger_is_named(full: Till, planted: None, said: str) -> None:
    with full.app.app_context(), writing() as session:
        session.execute(text(ROWS[said]))
        ref = session.query(Refund).first().payment.ref
    with full.app.app_context():
        assert said in [str(gap).replace(f"payment:{ref}", "payment:pay") for gap in checking.gaps()]


def test_a_debt_that_nobody_kept_is_named(full: Till, planted: None) -> None:
    with full.app.app_context(), writing():
        payment = db.session.query(Refund).one().payment
        ledger.post(
            external_id="kept", kind="debt_kept", subject=f"payment:{payment.ref}", currency="GBP",
            postings=[("recovered", 5), ("practice:1", -5)],
        )  # fmt: skip
    with full.app.app_context():
        assert "debts are kept from what was owed" in {gap.rule for gap in checking.gaps()}


@pytest.mark.parametrize(("debt", "left", "named"), [(1, 1, True), (0, 1, False), (1, 0, False)])
def test_a_debt_of_one_unit_is_named_while_their_account_has_it(
    full: Till, planted: None, debt: int, left: int, named: bool
) -> None:
    with full.app.app_context(), writing() as session:
        payment = db.session.query(Refund).one().payment
        ledger.post(
            external_id="debt", kind="reversal", subject=f"payment:{payment.ref}", currency="GBP",
            postings=[("stripe", -debt), ("practice:1", debt)],
        )  # fmt: skip
        session.execute(text(f"UPDATE transfers SET reversed = amount - {left}"))
    with full.app.app_context():
        found = {gap.rule: (gap.expected, gap.found) for gap in checking.gaps()}
    assert found.get("what was transferred too much is called back") == ((0, debt) if named else None)


def test_no_second_transfer_of_a_payment_to_the_same_payee(full: Till) -> None:
    columns = "ref, payment_id, payee, amount, recovered, currency, status, attempt, reversed, due_at, created_at"
    same = "'again', payment_id, payee, 0, 0, currency, 'due', 1, 0, due_at, created_at"
    again = f"INSERT INTO transfers ({columns}) SELECT {same} FROM transfers"
    with full.app.app_context(), pytest.raises(IntegrityError), writing() as session:
        session.execute(text(again))


def test_a_refund_beyond_what_is_left_is_refused(full: Till) -> None:
    with full.app.app_context():
        payment_id = db.session.query(Refund).one().payment_id
        db.session.rollback()
    with pytest.raises(IntegrityError):
        full.do(actions.owe_refund, payment_id, amount=9876, reason="too much")
    full.do(actions.owe_refund, payment_id, amount=9875, reason="all")
    full.settle()
    assert full.read(payment_id).refunded == 9975


def test_a_refund_counts_on_what_is_there_now(till: Till) -> None:
    """Somebody else was quicker between our reading and our lock: what they gave back is not lost count of."""
    payment_id = till.paid()
    with till.app.app_context(), writing():
        payment = queries.get(payment_id)
        assert payment.refunded == 0
        other = "UPDATE payments SET refunded = 9000 WHERE id = :id"
        with db.session.no_autoflush:
            db.session.connection().execute(text(other), {"id": payment_id})
        with pytest.raises(IntegrityError, match="ck_payments_refunded"), savepoint():
            actions.owe_refund(payment, amount=976, reason="one too many")
        db.session.connection().execute(text("UPDATE payments SET refunded = 0"))


def test_money_on_its_way_is_where_it_should_be(till: Till) -> None:
    """While a transfer is being sent, nobody owes it any more and nobody has it yet."""
    till.connect()
    payment_id = till.paid()
    till.do(actions.release_to_payee, payment_id)
    with till.app.app_context(), writing():
        assert actions.begin_transfer(db.session.query(Transfer).one().id)
    assert till.balances()["transfers"] == -9500
    assert run(till) == (0, "money: fine\n")
    till.settle()
    assert run(till) == (0, "money: fine\n")


def test_a_slow_refund_of_a_direct_charge_is_on_its_way(till: Till) -> None:
    till.site(money_mode="direct")
    till.connect()
    payment_id = till.paid("4000000000007726", mode="direct")
    till.do(actions.owe_refund, payment_id, amount=1000, reason="x")
    assert run(till) == (0, "money: fine\n")
    till.settle()
    with till.app.app_context():
        assert db.session.query(Refund).one().status == "pending"
    assert run(till) == (0, "money: fine\n")


@pytest.mark.parametrize("status", ["failed", "canceled"])
@pytest.mark.parametrize("whose", ["ours", "theirs"])
def test_a_payout_that_came_back_is_with_stripe_again(till: Till, whose: str, status: str) -> None:
    till.connect()
    sent = PayoutState("po_1", 300, "GBP", "paid", clock.now(), None, None, "txn_1", None, "")
    for state in (sent, replace(sent, status=status, failure="account_closed", failure_entry="txn_2")):
        with till.app.app_context(), writing():
            account = queries.account("practice:1") if whose == "theirs" else None
            actions.payout_seen(account, state)
        assert run(till) == (0, "money: fine\n")
    assert till.balances() == {}
