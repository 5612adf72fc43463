"""Decisions about money that need nothing but values. All amounts are minor units."""

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


def refund_owed_postings(*, amount: int, fee: int, payee: str) -> tuple[tuple[str, int], ...]:
    """A promise to the payer, taken back from payee and fee."""
    return ((payee, amount - fee), ("fees", fee), ("refunds", -amount))


def refund_done_postings(amount: int) -> tuple[tuple[str, int], ...]:
    """The promise is kept."""
    return (("refunds", amount), ("stripe", -amount))
