"""Two banks, or one bank twice, about parts of one payment: each decided for itself."""

from datetime import timedelta

import pytest

from community.core import clock
from community.core.db import writing
from community.payments import actions, checking
from community.payments.terms import BalanceEntry, DisputeState
from tests.payments.till import Till

COSTS = {"costs:stripe": 170}


def dispute(name: str, status: str, *moved: int) -> DisputeState:
    """What Stripe says of it: what the bank took, and gave back."""
    now = clock.now()
    entries = tuple(
        BalanceEntry(f"txn_{name}_{nth}", "adjustment", amount, 0, amount, "GBP", name, now)
        for nth, amount in enumerate(moved)
    )
    return DisputeState(
        id=name, charge=None, payment_intent=None, amount=abs(moved[0]), currency="GBP", reason="fraudulent",
        status=status, created=now, evidence_due_at=now + timedelta(days=7), entries=entries,
    )  # fmt: skip


def hear(till: Till, payment_id: int, state: DisputeState) -> int:
    """Write it down; what of the payment banks have then."""
    with till.app.app_context(), writing():
        actions.dispute_seen(payment_id, state)
    with till.app.app_context():
        assert checking.gaps() == []
    return till.read(payment_id).disputed


@pytest.mark.parametrize(
    ("second", "disputed", "books"),
    [
        ("won", 3000, {"practice:1": -6643, "fees": -332, "stripe": 6805}),
        ("lost", 5000, {"practice:1": -4738, "fees": -237, "stripe": 4805}),
    ],
)
def test_each_is_decided_for_itself(till: Till, second: str, disputed: int, books: dict[str, int]) -> None:
    payment_id = till.paid()
    assert hear(till, payment_id, dispute("dp_1", "needs_response", -3000)) == 3000
    assert hear(till, payment_id, dispute("dp_2", "needs_response", -2000)) == 5000
    assert hear(till, payment_id, dispute("dp_1", "lost", -3000)) == 5000
    assert till.balances()["disputes"] == 2000  # of the one that is open
    back = (-2000, 2000) if second == "won" else (-2000,)
    assert hear(till, payment_id, dispute("dp_2", second, *back)) == disputed
    assert till.balances() == books | COSTS


def test_what_both_took_beyond_the_payment_is_the_sites_cost(till: Till) -> None:
    payment_id = till.paid()
    till.do(actions.owe_refund, payment_id, amount=3000, reason="part")
    till.settle()
    for name in ("dp_1", "dp_2"):
        hear(till, payment_id, dispute(name, "needs_response", -5000))
    assert till.read(payment_id).disputed == 6975
    hear(till, payment_id, dispute("dp_1", "lost", -5000))
    assert till.balances()["disputes"] == 5000
    hear(till, payment_id, dispute("dp_2", "lost", -5000))
    assert till.balances() == COSTS | {"costs:disputes": 3025, "stripe": 9805 - 13_000}
