"""Decisions about money that need nothing but values. All amounts are minor units."""

from collections.abc import Mapping
from datetime import timedelta

from community.core.money import pro_rata

# Stripe's minimum for a Checkout is 30 minutes: https://docs.stripe.com/api/checkout/sessions/create expires_at
CHECKOUT_LIFETIME = timedelta(minutes=31)


def refund_fee(*, amount: int, paid: int, fee: int, refunded: int, fee_refunded: int) -> int:
    """The part of a refund of `amount` that the site's fee gives back: pro rata of all refunds so far, so that a
    whole refund in parts returns the whole fee and not a unit more.
    """
    return pro_rata(refunded + amount, paid, fee) - fee_refunded


def payment_postings(*, amount: int, fee: int, payee: str) -> tuple[tuple[str, int], ...]:
    """A payment in platform mode: the site holds it all and owes the payee all but its fee."""
    return (("stripe", amount), (payee, -(amount - fee)), ("fees", -fee))


def stripe_fee_postings(stripe_fee: int) -> tuple[tuple[str, int], ...]:
    """What Stripe keeps of a charge; in platform mode the site bears it."""
    return (("stripe", -stripe_fee), ("costs:stripe", stripe_fee))


def hand_over_postings(*, first: str, second: str, amount: int) -> tuple[tuple[str, int], ...]:
    """What was owed to the first payee is owed to the second."""
    return ((first, amount), (second, -amount))


# Before a payment is captured nothing is owed to anybody, so a share agreed by then waits on accounts of its own.
PROMISED = "promised:"


def promised(payee: str) -> str:
    """The account where a payee's part in an agreed share waits for the capture."""
    return f"{PROMISED}{payee}"


def promise_postings(*, first: str, second: str, share: int) -> tuple[tuple[str, int], ...]:
    """The second payee will pass `share` on to the first."""
    return ((promised(first), -share), (promised(second), share))


def promises_kept_postings(balances: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """The payment was captured: what was promised is owed. `balances` are those of the payment."""
    kept = ((account.removeprefix(PROMISED), amount) for account, amount in _promises(balances))
    return (*promises_void_postings(balances), *kept)


def promises_void_postings(balances: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """The payment was let go: nobody owes anything."""
    return tuple((account, -amount) for account, amount in _promises(balances))


def _promises(balances: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted((account, amount) for account, amount in balances.items() if account.startswith(PROMISED))


def refund_owed_postings(*, amount: int, fee: int, payee: str) -> tuple[tuple[str, int], ...]:
    """A promise to the payer, taken back from payee and fee."""
    return ((payee, amount - fee), ("fees", fee), ("refunds", -amount))


def refund_done_postings(amount: int) -> tuple[tuple[str, int], ...]:
    """The promise is kept."""
    return (("refunds", amount), ("stripe", -amount))
