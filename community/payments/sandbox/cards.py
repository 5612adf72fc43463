"""The test cards and what each of them does."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Outcome(Enum):
    """What a card does when it is asked for money."""

    PAYS = "pays"
    DECLINES = "declines"
    SECURE = "secure"
    DISPUTES = "disputes"
    WITHHOLDS = "withholds"
    AT_ONCE = "at_once"
    REFUND_FAILS = "refund_fails"
    REFUND_WAITS = "refund_waits"
    ALWAYS_SECURE = "always_secure"
    POOR_SECURE = "poor_secure"
    NOT_RECEIVED = "not_received"


@dataclass(frozen=True)
class Card:
    """A test card. `decline` is Stripe's decline code, set on cards that decline."""

    number: str
    brand: str
    outcome: Outcome
    decline: str | None = None

    @property
    def secure(self) -> bool:
        """Whether its bank wants 3-D Secure when its owner is there."""
        return self.outcome in {Outcome.SECURE, Outcome.ALWAYS_SECURE, Outcome.POOR_SECURE}

    @property
    def last4(self) -> str:
        """The last four digits."""
        return self.number[-4:]

    @property
    def fingerprint(self) -> str:
        """What stays the same wherever this card is used, and does not tell its number."""
        return f"sandbox{self.number[-9:]}"

    @property
    def spaced(self) -> str:
        """The number in groups of four."""
        return " ".join(re.findall("....", self.number))


# The four that the page offers, then others from Stripe's list that work when typed.
OFFERED = (
    Card("4242424242424242", "visa", Outcome.PAYS),
    Card("4000000000000002", "visa", Outcome.DECLINES, "generic_decline"),
    Card("4000002500003155", "visa", Outcome.SECURE),
    Card("4000000000000259", "visa", Outcome.DISPUTES),
)
TYPED = (
    Card("5555555555554444", "mastercard", Outcome.PAYS),
    Card("4000056655665556", "visa", Outcome.PAYS),
    Card("4000000000000341", "visa", Outcome.WITHHOLDS),
    Card("4000000000000077", "visa", Outcome.AT_ONCE),
    Card("4000000000005126", "visa", Outcome.REFUND_FAILS),
    Card("4000000000007726", "visa", Outcome.REFUND_WAITS),
    Card("4000002760003184", "visa", Outcome.ALWAYS_SECURE),
    Card("4000008260003178", "visa", Outcome.POOR_SECURE, "insufficient_funds"),
    Card("4000000000002685", "visa", Outcome.NOT_RECEIVED),
    Card("4000000000009995", "visa", Outcome.DECLINES, "insufficient_funds"),
    Card("4000000000000069", "visa", Outcome.DECLINES, "expired_card"),
    Card("4000000000000127", "visa", Outcome.DECLINES, "incorrect_cvc"),
)
CARDS = {card.number: card for card in OFFERED + TYPED}


def luhn(number: str) -> bool:
    """Whether the check digit of a card number is right."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def lookup(typed: str) -> Card | None:
    """Return the card for a typed number; one that is no test card declines, as in Stripe's test mode.

    None means that the number is no card number at all.
    """
    number = re.sub(r"[\s-]", "", typed)
    if number in CARDS:
        return CARDS[number]
    if not re.fullmatch(r"[0-9]{13,19}", number) or not luhn(number):
        return None
    return Card(number, "unknown", Outcome.DECLINES, "test_mode_live_card")


def by_fingerprint(charge: Mapping[str, Any]) -> Card:
    """Return the card that a charge was made with; one that simply pays when it is no card of ours."""
    print_ = ((charge.get("payment_method_details") or {}).get("card") or {}).get("fingerprint", "")
    return next((card for card in CARDS.values() if print_ == card.fingerprint), OFFERED[0])
