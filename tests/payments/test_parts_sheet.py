"""A price paid in three parts, charged later to the saved card, in both modes and in currencies of two, no and three
decimals, beside a sheet worked by hand (`parts_sheet.tsv`): who has what after each part, and after half went back.
"""

from datetime import timedelta
from pathlib import Path

import pytest

from community.bookings import plans
from community.core import clock
from community.core.db import writing
from community.core.money import step as step_of
from community.payments import actions, queries
from community.payments.fees import FeeTerms
from tests.payments.test_sheet import Played as OneBooking
from tests.payments.test_sheet import sheet
from tests.payments.till import Till

SHEET = Path(__file__).with_name("parts_sheet.tsv")
PLAN = (
    {"due": "booking", "per_cent": 50},
    {"due": "date", "per_cent": 30, "days": 10},
    {"due": "date", "per_cent": 20, "days": 20},
)
PRICE = {"EUR": 8_333, "JPY": 4_999, "KWD": 12_340}
# What goes back of the third part, and of the second: by hand, in the sheet.
BACK = {"EUR": (1_751, 2_624), "JPY": (1_050, 1_575), "KWD": (2_600, 3_880)}


class Played(OneBooking):
    """The plan, part by part; the product says what each part is, the sheet what it ought to be."""

    def __init__(self, till: Till, mode: str, currency: str) -> None:
        self.till, self.currency, self.mode = till, currency, mode
        till.site(money_mode=mode, currency=currency)
        self.account = till.connect()
        self.site_before = till.at_stripe(currency=currency.lower())
        self.parts = plans.parts(
            PLAN, price=PRICE[currency], added=0, terms=FeeTerms("client", 500, 0, step_of(currency)), currency=currency
        )
        self.paid: list[int] = []

    def play(self, step: str) -> None:
        if step in {"first", "second", "third"}:
            self._pay(self.parts[len(self.paid)])
        elif step == "half back":
            for payment, amount in zip(reversed(self.paid), BACK[self.currency], strict=False):
                self.till.do(actions.owe_refund, payment, amount=amount, reason="half")
        else:
            for payment in self.paid:
                self.till.do(actions.release_to_payee, payment)
        self.till.settle()

    def _pay(self, part: dict[str, int]) -> None:
        till = self.till
        if not self.paid:
            given = {"amount": part["pay"], "fee": part["fee"], "currency": self.currency, "mode": self.mode}
            self.paid.append(till.opened(manual=False, saves_card=True, **given))
            till.pay(self.paid[0])
            return
        with till.app.app_context(), writing():
            at = clock.now() + timedelta(minutes=30)  # before a payout mixes in
            made = actions.plan_payment(
                queries.get(self.paid[0]), amount=part["pay"], fee=part["fee"], kind="instalment",
                description="A part", due_at=at, until=at,
            )  # fmt: skip
            self.paid.append(made.id)
        till.wait(minutes=31)


@pytest.mark.parametrize("currency", PRICE)
@pytest.mark.parametrize("mode", ["platform", "direct"])
def test_who_has_what_of_each_part(till: Till, mode: str, currency: str) -> None:
    played = Played(till, mode, currency)
    steps = [(step, expected) for of, in_, step, expected in sheet(SHEET) if (of, in_) == (mode, currency)]
    assert [step for step, _ in steps] == ["first", "second", "third", "half back", "delivered"]
    for step, expected in steps:
        played.play(step)
        assert played.found() == expected, step
