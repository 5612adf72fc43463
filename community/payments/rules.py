"""Decisions about money that need nothing but values. All amounts are minor units."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from community.core.money import pro_rata

Entries = tuple[tuple[str, int], ...]

# Stripe's minimum for a Checkout is 30 minutes: https://docs.stripe.com/api/checkout/sessions/create expires_at
CHECKOUT_LIFETIME = timedelta(minutes=31)


def refund_fee(*, amount: int, paid: int, fee: int, refunded: int, fee_refunded: int, step: int = 1) -> int:
    """The part of a refund of `amount` that the site's fee gives back: pro rata of all refunds so far, so that a
    whole refund in parts returns the whole fee and not a unit more. In whole `step`s, as charges are, until all goes
    back: Stripe takes our share of a month to the unit.
    """
    back = refunded + amount
    return (fee if back == paid else pro_rata(back, paid, fee // step) * step) - fee_refunded


def payment_postings(*, amount: int, fee: int, payee: str, mode: str = "platform") -> Entries:
    """A payment. In platform mode the site holds it all and owes the payee all but its fee; in direct mode it is with
    the payee's account, and the site has its fee.
    """
    if mode == "direct":
        return (("stripe", fee), ("fees", -fee), *theirs(payee, amount - fee))
    return (("stripe", amount), (payee, -(amount - fee)), ("fees", -fee))


# What is on a payee's own account at Stripe is kept in our books, but neither ours nor owed by us.
THEIRS = "theirs:"


def their_own(payee: str) -> str:
    """The account whose negative is what a payee has at Stripe."""
    return f"{THEIRS}{payee}"


def theirs(payee: str, amount: int) -> Entries:
    """`amount` more on the payee's own account at Stripe."""
    return ((f"at:{payee}", amount), (their_own(payee), -amount))


def stripe_fee_postings(stripe_fee: int, *, payee: str = "", mode: str = "platform") -> Entries:
    """What Stripe keeps of a charge: in platform mode the site bears it, in direct mode the payee. No refund brings it
    back.
    """
    if mode == "direct":
        return theirs(payee, -stripe_fee)
    return (("stripe", -stripe_fee), ("costs:stripe", stripe_fee))


def hand_over_postings(*, first: str, second: str, amount: int) -> Entries:
    """What was owed to the first payee is owed to the second."""
    return ((first, amount), (second, -amount))


# Before a payment is captured nothing is owed to anybody, so a share agreed by then waits on accounts of its own.
PROMISED = "promised:"


def promised(payee: str) -> str:
    """The account where a payee's part in an agreed share waits for the capture."""
    return f"{PROMISED}{payee}"


def promise_postings(*, first: str, second: str, share: int) -> Entries:
    """The second payee will pass `share` on to the first."""
    return ((promised(first), -share), (promised(second), share))


def promises_kept_postings(balances: Mapping[str, int]) -> Entries:
    """The payment was captured: what was promised is owed. `balances` are those of the payment."""
    kept = ((account.removeprefix(PROMISED), amount) for account, amount in _promises(balances))
    return (*promises_void_postings(balances), *kept)


def promises_void_postings(balances: Mapping[str, int]) -> Entries:
    """The payment was let go: nobody owes anything."""
    return tuple((account, -amount) for account, amount in _promises(balances))


def _promises(balances: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted((account, amount) for account, amount in balances.items() if account.startswith(PROMISED))


def refund_owed_postings(*, amount: int, fee: int, payee: str, mode: str = "platform") -> Entries:
    """A promise to the payer, taken back from payee and fee."""
    whose = their_own(payee) if mode == "direct" else payee
    return ((whose, amount - fee), ("fees", fee), ("refunds", -amount))


def refund_done_postings(amount: int, *, fee: int = 0, payee: str = "", mode: str = "platform") -> Entries:
    """The promise is kept, in direct mode by the payee's account and, as to its fee, by the site."""
    if mode == "direct":
        return (("refunds", amount), (f"at:{payee}", -(amount - fee)), ("stripe", -fee))
    return (("refunds", amount), ("stripe", -amount))


def undone(postings: Iterable[tuple[str, int]]) -> Entries:
    """The opposite of some postings."""
    return tuple((account, -amount) for account, amount in postings)


def transfer_reserved_postings(*, payee: str, amount: int) -> Entries:
    """What was owed is on its way: no second transfer may count on it."""
    return ((payee, amount), ("transfers", -amount))


def transfer_sent_postings(*, payee: str, amount: int) -> Entries:
    """It has arrived on the payee's account at Stripe."""
    return (("transfers", amount), ("stripe", -amount), *theirs(payee, amount))


def reversal_postings(*, payee: str, amount: int) -> Entries:
    """A part of a transfer came back."""
    return (("stripe", amount), (payee, -amount), *theirs(payee, -amount))


def debt_kept_postings(*, payee: str, amount: int) -> Entries:
    """An older debt of the payee is settled by what is kept of a later transfer."""
    return ((payee, -amount), ("recovered", amount))


def dispute_moved_postings(*, amount: int, fee: int, payee: str, mode: str = "platform") -> Entries:
    """A balance transaction of a dispute: `amount` is negative when the bank takes, positive when it gives back; `fee`
    is Stripe's. Whose account it was bears both, the site until it is decided.
    """
    if mode == "direct":
        return theirs(payee, amount - fee)
    return (("stripe", amount - fee), ("disputes", -amount), ("costs:disputes", fee))


def dispute_lost_postings(*, amount: int, fee: int, payee: str, excess: int = 0) -> Entries:
    """In platform mode a lost dispute is shared as a refund is: by the payee and the site's fee. What it took beyond
    the payment is the site's cost.
    """
    return ((payee, amount - fee), ("fees", fee), ("costs:disputes", excess), ("disputes", -(amount + excess)))


def payout_postings(*, amount: int, payee: str | None) -> Entries:
    """From Stripe to a bank: a payee's own account's, or the site's."""
    if payee is None:
        return (("stripe", -amount), ("bank", amount))
    return ((f"at:{payee}", -amount), (f"bank:{payee}", amount))


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` (minor units, not negative) in parts as `weights`, to the last unit: what is left after rounding down
    goes to the largest remainders, the earlier one first. Weights that are all zero share alike.
    """
    known = list(weights) if any(weights) else [1] * len(weights)
    total = sum(known)
    parts = [amount * weight // total for weight in known]
    by_rest = sorted(range(len(known)), key=lambda at: (-(amount * known[at] % total), at))
    for at in by_rest[: amount - sum(parts)]:
        parts[at] += 1
    return parts


# A practice that Stripe does not pay yet: so many paid bookings, reminders after so many days, and then it goes back.
MOST_BEFORE_PAYABLE = 3
REMIND_AFTER = (timedelta(days=1), timedelta(days=7), timedelta(days=21))
GIVE_BACK_AFTER = timedelta(days=60)

# What a charge after the first goes through before it is paid.
LATER = frozenset({"due", "charging", "recovering", "given_up"})

# Why money goes back that came after all though nobody wanted it any more.
NOT_WANTED = "not wanted any more"

# A part charged later is told of so long before. A refused one is tried again after a day, in all so often, and the
# payer has three days to put it right, or until what it is for begins.
TELL_BEFORE = timedelta(days=3)
RETRY_CHARGE_AFTER = timedelta(days=1)
MOST_ATTEMPTS = 3
_RECOVER_WITHIN = timedelta(hours=72)
# No bank says otherwise to the same card without its owner.
NEEDS_PAYER = frozenset(
    ["authentication_required", "expired_card", "incorrect_cvc", "lost_card", "stolen_card", "pickup_card", "no_card",
     "invalid_account", "card_not_supported", "do_not_try_again", "revocation_of_authorization", "resource_missing"]
)  # fmt: skip


def recover_by(now: datetime, begins: datetime) -> datetime:
    """Until when a charge refused `now` may be put right: before what it is for begins, where that is still to come."""
    until = now + _RECOVER_WITHIN
    return min(until, begins) if begins > now else until


# Who has not answered a dispute is reminded so many days before the last one.
REMIND_OF_EVIDENCE = (3, 1)

# A refund that failed is sent again after these, then staff decide.
RETRY_REFUND_AFTER = (timedelta(hours=1), timedelta(days=1), timedelta(days=3))
