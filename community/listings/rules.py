"""Decisions about listings from values alone. Amounts are minor units."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Any

from community.core import money

KINDS = ("session", "project", "workshop", "retainer", "digital", "inquiry")
MOST_LENGTHS = 4
MOST_PACKAGES = 3
MOST_INSTALMENTS = 5
MOST_DAYS = 365  # from a project's start to its delivery, and to a dated instalment
MOST_ADDONS = 5
MOST_QUESTIONS = 5
MOST_TIERS = 3
MOST_TIER_MINUTES = 60 * 24 * 90
MOST_SERIES = 12
MOST_IMAGES = 6
MOST_OUTCOMES = 4
MOST_CLIENTS = 500
MOST_FILE_BYTES = 100 * 1024 * 1024
LEAST_MINUTES, MOST_MINUTES = 5, 720
PLACED = frozenset({"session", "workshop"})  # kinds that happen somewhere; a project and an inquiry may
ONLINE = "site_call"  # where a project or an inquiry is, until it says more
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
    """True for nothing at all, or at least what can be charged, in whole steps of it."""
    return price == 0 or (price >= money.minimum(currency) and price % money.step(currency) == 0)


def parse_price(typed: str, currency: str) -> int:
    """A price as people type it: "95", "£95.00", "95,50", "1,450". In dinars "3.330" is what we write ourselves, and
    "3,330" could be either. Raises ValueError.
    """
    text = re.sub(
        rf"^(?:{currency}|[£$€¥₹]|[a-z]{{2,3}})\s*|\s*(?:{currency}|[£$€¥₹]|kr|zł)$", "", typed.strip(), flags=re.I
    )
    either = re.fullmatch(r"\d{1,3}([.,])\d{3}", text, re.A)
    if either and money.exponent(currency) == 3:
        if either[1] == ",":
            raise ValueError("thousands or a fraction")
        return money.to_minor(Decimal(text), currency)
    # A whole match with more decimals than the currency has is refused by `to_minor`.
    found = _NUMBER.fullmatch(text)
    if not found or (found["point"] and found["point"] == found["sign"]):
        raise ValueError("not a price")
    whole = re.sub(r"\D", "", found["whole"])
    return money.to_minor(Decimal(f"{whole}.{found['rest'] or 0}"), currency)


def missing(
    *,
    kind: str = "session",
    lengths: Sequence[tuple[int, int]] = (),
    packages: int = 0,
    price: int | None = None,
    has_file: bool = False,
    text: str = "",
    scope: str = "",
    policy: str = "flexible",
    tiers: Sequence[Sequence[int]] = (),
    where_kind: str = ONLINE,
    where_detail: str = "",
    has_place: bool = False,
    radius_km: int | None = None,
) -> list[str]:
    """What a listing of a kind still needs before it can be published: field names, in the order of the form."""
    needs = {
        "text": kind == "inquiry" and not text.strip(),
        "lengths": kind == "session" and not lengths,
        "packages": kind == "project" and not packages,
        "price": (kind in {"workshop", "digital"} and price is None) or (kind == "retainer" and not price),
        "scope": kind == "retainer" and not scope.strip(),
        "file": kind == "digital" and not has_file,
        "place": where_kind in NEEDS_PLACE and not has_place,
        "where_detail": where_kind in NEEDS_DETAIL and not where_detail.strip(),
        "radius_km": where_kind == "on_site" and not radius_km,
        "tiers": policy == "own" and not tiers,
    }
    nowhere = {"place", "where_detail", "radius_km"} if kind == "digital" else set()
    return [name for name, lacks in needs.items() if lacks and name not in nowhere]


def tiers_of(policy: str, own_tiers: Sequence[Sequence[int]] = ()) -> list[list[int]]:
    """A cancellation policy as [minutes before the start, per cent that goes back], the longest first."""
    if policy != "own":
        return [[int(tier.ahead.total_seconds()) // 60, tier.per_cent] for tier in POLICIES[policy]]
    return sorted(([int(minutes), int(per_cent)] for minutes, per_cent in own_tiers), reverse=True)


def are_tiers(tiers: Sequence[Sequence[int]]) -> bool:
    """True where each tier is a time ahead and a per cent, and nearer to the start less goes back, not more."""
    ordered = tiers_of("own", tiers)
    falling = all(far[0] > near[0] and far[1] > near[1] for far, near in pairwise(ordered))
    fine = all(0 <= ahead <= MOST_TIER_MINUTES and 1 <= per_cent <= 100 for ahead, per_cent in ordered)
    return falling and fine and len(ordered) <= MOST_TIERS


def instalments(total: int, plan: Sequence[Mapping[str, Any]], by: int = 1) -> list[int]:
    """`total` in the parts of a plan, in its order, minor units; they sum to it exactly. Without a plan it is one part.
    `by` is what charges differ by at least (tens where a currency has three decimals), and divides `total`.

    Each part is its per cent rounded down; what is left goes, a unit each, to those that lost most (the earlier first).
    """
    shares = [int(part["per_cent"]) for part in plan] or [100]
    if sum(shares) != 100:
        raise ValueError("the per cents of a plan sum to 100")
    units = total // by
    parts = [units * share // 100 for share in shares]
    lost_most = sorted(range(len(shares)), key=lambda at: (-(units * shares[at] % 100), at))
    for at in lost_most[: units - sum(parts)]:
        parts[at] += 1
    return [part * by for part in parts]


def client_parts(price: int, plan: Sequence[Mapping[str, Any]], fee: Callable[[int], int], by: int = 1) -> list[int]:
    """The same as the client pays them, with the `fee` of what is paid so far: all of the price's together.

    The first is the all-in price of the first part, as it is charged at booking; each later one is what the parts up to
    it come to, less what came before.
    """
    sums = list(accumulate(instalments(price, plan, by)))
    paid = [one + fee(one) for one in sums]
    return [now - before for before, now in pairwise([0, *paid])]


def is_plan(plan: Sequence[Mapping[str, Any]]) -> bool:
    """True for one to five parts of 1 to 100 per cent that sum to 100, the first due at booking, the others later."""
    if not 1 <= len(plan) <= MOST_INSTALMENTS or sum(int(part["per_cent"]) for part in plan) != 100:
        return False
    first, *later = (part["due"] for part in plan)
    each = all(1 <= int(part["per_cent"]) <= 100 for part in plan)
    days = all(1 <= int(part["days"]) <= MOST_DAYS for part in plan if part["due"] == "date")
    titles = all(str(part["title"]).strip() for part in plan if part["due"] == "milestone")
    return each and days and titles and first == "booking" and set(later) <= {"date", "milestone"}


def can_be_charged(price: int, plan: Sequence[Mapping[str, Any]], currency: str) -> bool:
    """True when each part of a practice's price is large enough to be charged, or all of it is free."""
    return price == 0 or min(instalments(price, plan, money.step(currency))) >= money.minimum(currency)


def file_bytes(name: str) -> int:
    """The size of a listing's private file: our names of such files end with it."""
    size = name.rpartition(".")[2]
    return int(size) if size.isascii() and size.isdigit() else 0


def can_move(status: str, to: str) -> bool:
    """True when a listing in `status` may become `to`."""
    return to in MOVES.get(status, ())


def hourly(lengths: Sequence[tuple[int, int]]) -> int:
    """The price of an hour by the (minutes, price) nearest to one, halves up. Minor units."""
    minutes, price = min(lengths, key=lambda one: (abs(one[0] - 60), one[0]))
    return (2 * price * 60 + minutes) // (2 * minutes)


def quartiles(prices: Sequence[int]) -> tuple[int, int, int] | None:
    """The three quartiles, between neighbours where they fall between; None of fewer than four."""
    if len(prices) < 4:
        return None
    ordered = sorted(prices)

    def at(quarter: int) -> int:
        place, rest = divmod(quarter * (len(ordered) - 1), 4)
        over = ordered[min(place + 1, len(ordered) - 1)]
        return ordered[place] + ((over - ordered[place]) * rest + 2) // 4

    return at(1), at(2), at(3)
