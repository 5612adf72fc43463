"""One booking in platform and direct mode, in currencies of two, no and three decimals, beside a sheet worked by hand.

`sheet.tsv` says after each step who has what, as sums in minor units, and why. What is expected comes from there alone:
nothing of the product computes it. Stripe's own balances are held against it too.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from community.payments import actions, queries
from community.payments.earnings import earned
from tests.payments.club import Club
from tests.payments.till import Till

SHEET = Path(__file__).with_name("sheet.tsv")
# currency: (price, fee, first refund, second refund), minor units
BOOKING = {"EUR": (8333, 417, 2917, 1000), "JPY": (5000, 250, 1750, 500), "KWD": (12340, 620, 4320, 1000)}


# The same price every month: paid, come round, and ended by the practice on its tenth day.
MONTHLY = {"first month": 1, "second month": 2, "ended early": 2}  # how often it was paid by then
BACK = {"EUR": 5927, "JPY": 3556}


def worked_out(cell: str) -> int:
    """A sum as written: 8750-151."""
    assert re.fullmatch(r"-?\d+([+-]\d+)*", cell), cell
    return sum(int(part) for part in re.findall(r"[+-]?\d+", cell))


def sheet(path: Path = SHEET) -> Iterator[tuple[str, str, str, dict[str, int]]]:
    head, *rows = (line.split("\t") for line in path.read_text().splitlines())
    for row in rows:
        cells = dict(zip(head, row, strict=True))
        assert cells.pop("how")
        mode, currency, step = (cells.pop(name) for name in ("mode", "currency", "step"))
        yield mode, currency, step, {name: worked_out(cell) for name, cell in cells.items()}


class Played:
    """The booking, step by step."""

    def __init__(self, till: Till, mode: str, currency: str) -> None:
        self.till, self.currency = till, currency
        till.site(money_mode=mode, currency=currency)
        self.account = till.connect()
        price, fee, self.first, self.second = BOOKING[currency]
        self.payment = till.opened(manual=False, amount=price + fee, fee=fee, currency=currency, mode=mode)
        self.site_before = till.at_stripe(currency=currency.lower())
        self.dispute = ""

    def play(self, step: str) -> None:
        till, payment = self.till, self.payment
        if step == "payment":
            till.pay(payment)
        elif step == "part refund":
            till.do(actions.owe_refund, payment, amount=self.first, reason="part")
        elif step == "transfer":
            till.do(actions.release_to_payee, payment)
        elif step == "reversal":
            till.do(actions.owe_refund, payment, amount=self.second, reason="more")
        elif step == "dispute":
            self.dispute = till.disputed(payment)
        elif step == "dispute lost":
            with till.app.app_context():
                account = queries.get(payment).account
                options = {"stripe_account": account.stripe_id} if account else {}
            till.sdk.disputes.close(self.dispute, None, options)
        till.settle()

    def found(self) -> dict[str, int]:
        booked, currency = self.till.balances(self.currency), self.currency.lower()
        assert booked.get("stripe", 0) == self.till.at_stripe(currency=currency) - self.site_before
        assert booked.get("at:practice:1", 0) == self.till.at_stripe(self.account, currency)
        with self.till.app.app_context():
            income = sum(one.amount for one in earned("practice:1"))
        theirs = booked.get("at:practice:1", 0) + booked.get("bank:practice:1", 0)  # some of it is paid out by then
        assert income == -booked.get("practice:1", 0) + theirs
        return {
            "site_at_stripe": booked.get("stripe", 0),
            "fees": -booked.get("fees", 0),
            "stripe_costs": booked.get("costs:stripe", 0),
            "dispute_costs": booked.get("costs:disputes", 0),
            "with_bank": booked.get("disputes", 0),
            "owed": -booked.get("practice:1", 0),
            "payee_at_stripe": theirs,
        }


@pytest.mark.parametrize("currency", BOOKING)
@pytest.mark.parametrize("mode", ["platform", "direct"])
def test_who_bears_what(till: Till, mode: str, currency: str) -> None:
    played = Played(till, mode, currency)
    steps = [(step, expected) for of, in_, step, expected in sheet() if (of, in_) == (mode, currency)]
    steps = [one for one in steps if one[0] not in MONTHLY]
    assert len(steps) == 6
    for step, expected in steps:
        played.play(step)
        assert played.found() == expected, step


class Monthly(Played):
    """A retainer of the same price, month by month."""

    def __init__(self, till: Till, mode: str, currency: str) -> None:
        self.till, self.currency = till, currency
        till.site(money_mode=mode, currency=currency)
        self.account = till.connect()
        self.site_before = till.at_stripe(currency=currency.lower())
        price, fee, *_rest = BOOKING[currency]
        self.club = Club(till, mode=mode, currency=currency, price=price, fee=fee)

    def play(self, step: str) -> None:
        if step == "first month":
            self.club.begun()
        elif step == "second month":
            self.club.month()
        else:
            self.till.wait(days=8)
            assert self.club.end_now() == BACK[self.currency]
            self.till.settle()


@pytest.mark.parametrize("currency", BACK)
@pytest.mark.parametrize("mode", ["platform", "direct"])
def test_who_bears_what_of_a_month(till: Till, mode: str, currency: str) -> None:
    played = Monthly(till, mode, currency)
    steps = [(step, expected) for of, in_, step, expected in sheet() if (of, in_) == (mode, currency)]
    for step, expected in (one for one in steps if one[0] in MONTHLY):
        played.play(step)
        assert played.found() == expected, step


def test_every_line_of_the_sheet_adds_up() -> None:
    """Nothing is lost: what the payer paid is somewhere, after every step."""
    for mode, currency, step, cells in sheet():
        price, fee, first, second = BOOKING[currency]
        back = {"payment": 0, "part refund": first, "transfer": first}.get(step, first + second)
        bank = price + fee - first - second if step.startswith("dispute") else 0
        kept = {"EUR": 151, "JPY": 99, "KWD": 220}[currency]
        disputes = 2000 if step.startswith("dispute") else 0
        there = price + fee - back - bank - kept - disputes
        if step in MONTHLY:
            there = MONTHLY[step] * (price + fee - kept) - (BACK[currency] if step == "ended early" else 0)
        assert cells["site_at_stripe"] + cells["payee_at_stripe"] == there, (mode, currency, step)
        owns = cells["fees"] + cells["owed"] - cells["stripe_costs"] - cells["dispute_costs"] - cells["with_bank"]
        assert cells["site_at_stripe"] == owns, (mode, currency, step)
