"""What the address of a search means: pure. Prices are minor units, all in; days are the reader's local ones."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from community.core.money import exponent, to_minor
from community.search.engine import FREE_DAYS, MAX_KM, MAX_PRICE, SPANS, Near, Query, Sort, clean_words

SORTS: tuple[Sort, ...] = ("relevance", "soonest", "price", "newest", "rating")
WHERES = ("online", "phone", "on_site", "at_mine")
KINDS = ("session", "project", "workshop", "retainer", "digital", "inquiry")
STARS = ("450", "400")  # hundredths
KM = 25
PAGE = 11  # with the invitation to ask, four rows of three
WHERE_OF = {"own_link": "online", "site_call": "online"}


@dataclass(frozen=True)
class Wanted:
    """What the parameters of one search say, tidied; what made no sense is left out."""

    q: str = ""
    niche: str = ""
    audience: str = ""
    place: str = ""
    km: int = KM
    price_min: int | None = None
    price_max: int | None = None
    free: str = ""
    rating: int | None = None
    where: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    sort: Sort = "relevance"
    cursor: str = ""

    @property
    def is_empty(self) -> bool:
        """True when nothing narrows the search."""
        return replace(self, sort="relevance", cursor="", km=KM) == Wanted()

    def address(self, **changes: Any) -> str:
        """The query string of this search with some parameters changed; a change starts at the first page."""
        said = vars(self) | {"cursor": ""} | changes
        pairs: list[tuple[str, str]] = []
        for name, value in said.items():
            if isinstance(value, tuple):
                pairs += [(name, one) for one in value]
            elif value not in ("", None) and not (name == "sort" and value == "relevance"):
                pairs.append((name, str(value)))
        if not said["place"]:
            pairs = [pair for pair in pairs if pair[0] != "km"]
        return urlencode(pairs)

    def query(self, *, near: Near | None, today: date, limit: int = PAGE) -> Query:
        """The same for the engine; `today` is the reader's."""
        first, last = free_range(self.free, today)
        return Query(
            words=self.q,
            niche=self.niche or None,
            audience=self.audience or None,
            near=near,
            price_min=self.price_min,
            price_max=self.price_max,
            free_from=first,
            rating_min=self.rating,
            free_to=last,
            today=today,
            where=self.where,
            kinds=self.kind,
            sort=self.sort,
            cursor=self.cursor or None,
            limit=limit,
        )


def read(get: Callable[[str], str], every: Callable[[str], Sequence[str]], currency: str) -> Wanted:
    """The parameters as they came. From the form: `low` and `high` in major units as people type them, `day` from the
    calendar field, which goes before the radio buttons when it is not what it `was`.
    """
    sort: Sort = next((known for known in SORTS if known == get("sort")), "relevance")
    low, high = _minor(get("price_min")), _minor(get("price_max"))
    low = low if low is not None else typed_price(get("low"), currency)
    high = high if high is not None else typed_price(get("high"), currency)
    return Wanted(
        q=clean_words(get("q")),
        niche=_slug(get("niche")),
        audience=_slug(get("audience")),
        place=clean_words(get("place"))[:80],
        km=_km(get("km")),
        price_min=low,
        price_max=high,
        free=_free(get("day") if get("day") != get("was") else "") or _free(get("free")),
        rating=_minor(get("rating")) if get("rating") in STARS else None,
        where=tuple(name for name in WHERES if name in every("where")),
        kind=tuple(name for name in KINDS if name in every("kind")),
        sort=sort,
        cursor=get("cursor")[:300],
    )


def free_range(free: str, today: date) -> tuple[date | None, date | None]:
    """The first and last day that `free` asks for: a span's name, a day, or two days with a slash."""
    if free in SPANS:
        return today, today + timedelta(days=SPANS[free])
    first, _, last = free.partition("/")
    begins = _day(first)
    return begins, _day(last) or begins


def typed_price(text: str, currency: str) -> int | None:
    """A price as typed ("40", "£40", "39.50") in minor units; None for anything else."""
    plain = re.sub(r"[^0-9.]", "", text[:20].replace(",", "."))
    try:
        minor = to_minor(Decimal(plain).quantize(Decimal(1).scaleb(-exponent(currency))), currency)
    except (InvalidOperation, ValueError):
        return None
    return min(minor, MAX_PRICE)


def price_bounds(value: str) -> tuple[int, int | None]:
    """The lowest and highest price of a facet's value, "2500-4999" or "50000-"."""
    low, _, high = value.partition("-")
    return int(low), int(high) if high else None


def typed_day(text: str) -> date | None:
    """A day of an address, "2026-12-01"; None for anything else."""
    return _day(text)


def _minor(text: str) -> int | None:
    return min(int(text), MAX_PRICE) if re.fullmatch(r"[0-9]{1,12}", text) else None


def _km(text: str) -> int:
    return max(1, min(int(MAX_KM), int(text))) if re.fullmatch(r"[0-9]{1,4}", text) else KM


def _slug(text: str) -> str:
    return text if re.fullmatch(r"[a-z0-9-]{1,80}", text) else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _free(text: str) -> str:
    if text in SPANS:
        return text
    first, _, last = text.partition("/")
    begins, ends = _day(first), _day(last)
    if begins is None:
        return ""
    if ends is None or ends <= begins:
        return begins.isoformat()
    return f"{begins.isoformat()}/{min(ends, begins + timedelta(days=FREE_DAYS)).isoformat()}"
