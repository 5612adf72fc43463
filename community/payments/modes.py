"""The three ways money can flow, and what a booking leaves to whom in each. All amounts are minor units."""

from dataclasses import dataclass
from decimal import Decimal

from community.config import MONEY_MODES
from community.core.money import share, to_minor, whole
from community.core.site import settings
from community.payments import fees
from community.payments.fees import FeeTerms

# What cards of the same region cost at Stripe, about: the ledger has each charge's own.
CARD_BASIS_POINTS, CARD_FIXED = 150, Decimal("0.20")


@dataclass(frozen=True)
class Leaves:
    """What one booking leaves to whom; `bears` names who pays for refunds and disputes."""

    mode: str
    client: int
    practice: int
    site: int
    stripe: int
    bears: str

    @property
    def is_on(self) -> bool:
        """True for the way this site is set to."""
        return self.mode == settings().money_mode


def leaves(price: Decimal = Decimal(50)) -> list[Leaves]:
    """What a booking of `price` (major units; a hundred times that where there are no minor ones) leaves in each mode,
    by this site's own fee.
    """
    return [_leaves(mode, _minor(price), fees.agreed()) for mode in MONEY_MODES]


def leaving(terms: FeeTerms, price: Decimal = Decimal(50)) -> Leaves:
    """The same under other terms in this site's own mode; where no money goes through the site, as if it did."""
    mode = settings().money_mode
    return _leaves("platform" if mode == "off" else mode, _minor(price), terms)


def _minor(price: Decimal) -> int:
    currency = settings().currency
    return to_minor(price, currency) if to_minor(Decimal(1), currency) > 1 else int(price * 100)


def _leaves(mode: str, price: int, terms: FeeTerms) -> Leaves:
    if mode == "off":
        return Leaves(mode, price, price, 0, 0, "practice")
    currency = settings().currency
    paid, fee = terms.all_in(price), terms.fee(price)
    fixed = to_minor(CARD_FIXED, currency) if to_minor(Decimal(1), currency) > 1 else 20
    card = whole(share(paid, CARD_BASIS_POINTS) + fixed, currency)
    if mode == "direct":
        return Leaves(mode, paid, paid - fee - card, fee, card, "practice")
    return Leaves(mode, paid, paid - fee, fee - card, card, "site")
