"""Decisions about listings from values alone. Amounts are minor units."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from community.core import money

MOST_LENGTHS = 4
MOST_IMAGES = 6
MOST_OUTCOMES = 4
LEAST_MINUTES, MOST_MINUTES = 5, 720
NEEDS_DETAIL = frozenset({"own_link", "phone", "at_mine"})  # shown only to those who have booked
NEEDS_PLACE = frozenset({"on_site", "at_mine"})

# What may become of a listing in each state.
MOVES = {
    "draft": ("published", "archived"),
    "published": ("paused", "archived"),
    "paused": ("published", "archived"),
    "archived": ("published",),
}

# Digits, or groups of three with one sign between them; then a decimal sign that is another one.
_NUMBER = re.compile(
    r"(?P<whole>\d{1,3}(?P<sign>[.,  '’])\d{3}(?:(?P=sign)\d{3})*|\d+)(?:(?P<point>[.,])(?P<rest>\d+))?", re.A
)


@dataclass(frozen=True)
class Tier:
    """Until `ahead` of the start, `per_cent` of what was paid goes back."""

    ahead: timedelta
    per_cent: int


POLICIES: dict[str, tuple[Tier, ...]] = {
    "flexible": (Tier(timedelta(hours=24), 100), Tier(timedelta(hours=2), 50)),
    "moderate": (Tier(timedelta(days=5), 100), Tier(timedelta(hours=24), 50)),
    "strict": (Tier(timedelta(days=7), 50),),
}


def fee(price: int, basis_points: int) -> int:
    """The booking fee on top of a price, halves up; nothing on what is free."""
    return money.share(price, basis_points)


def all_in(price: int, basis_points: int) -> int:
    """What the client pays for a price: the fee is in every price that is shown."""
    return price + fee(price, basis_points)


def from_price(prices: Iterable[int], basis_points: int) -> int | None:
    """The least a client can pay; None without prices."""
    least = min(prices, default=None)
    return None if least is None else all_in(least, basis_points)


def is_price(price: int, currency: str) -> bool:
    """True for nothing at all, or at least what can be charged."""
    return price == 0 or price >= money.minimum(currency)


def parse_price(typed: str, currency: str) -> int:
    """A price as people type it: "95", "£95.00", "95,50", "1,450". Raises ValueError."""
    text = re.sub(
        rf"^(?:{currency}|[£$€¥₹]|[a-z]{{2,3}})\s*|\s*(?:{currency}|[£$€¥₹]|kr|zł)$", "", typed.strip(), flags=re.I
    )
    # A whole match with more decimals than the currency has is refused by `to_minor`.
    found = _NUMBER.fullmatch(text)
    if not found or (found["point"] and found["point"] == found["sign"]):
        raise ValueError("not a price")
    whole = re.sub(r"\D", "", found["whole"])
    return money.to_minor(Decimal(f"{whole}.{found['rest'] or 0}"), currency)


def missing(
    *, lengths: Sequence[tuple[int, int]], where_kind: str, where_detail: str, has_place: bool, radius_km: int | None
) -> list[str]:
    """What a listing still needs before it can be published: field names, in the order of the form."""
    found = []
    if not lengths:
        found.append("lengths")
    if where_kind in NEEDS_PLACE and not has_place:
        found.append("place")
    if where_kind in NEEDS_DETAIL and not where_detail.strip():
        found.append("where_detail")
    if where_kind == "on_site" and not radius_km:
        found.append("radius_km")
    return found


def can_move(status: str, to: str) -> bool:
    """True when a listing in `status` may become `to`."""
    return to in MOVES.get(status, ())
