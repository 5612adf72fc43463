"""What every search engine understands: documents in, queries in, results out.

Pure: no framework, no engine. Prices are minor units, all in; days are ISO dates; distances are kilometres;
times are aware UTC datetimes. A `Query` tidies whatever it is given: a hostile string can never raise later.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

Sort = Literal["relevance", "price", "soonest", "newest", "rating"]
Payload = Mapping[str, str | int | float | bool | None]
Run = tuple[str, bool]

MAX_CHARS = 200
MAX_WORDS = 12
MAX_LIMIT = 50
MAX_PRICE = 2**30 - 2
MAX_KM = 500.0
FREE_DAYS = 60
FACETS = ("niche", "audience", "where", "kind", "price", "free", "rating")
SPANS = {"today": 0, "week": 6, "month": 29}  # days after today
RATING_STEPS = (100, 400, 450)  # hundredths of a star: below four, from four, from four and a half
PRICE_STEPS = (0, 1, 2_500, 5_000, 10_000, 25_000, 50_000)


class SearchError(Exception):
    """The engine could not do what was asked; the caller falls back or tries again."""


class WriterBusyError(SearchError):
    """Another process holds the one writer."""


@dataclass(frozen=True, slots=True)
class Document:
    """One published listing as search sees it; ``id`` is any text that stays the same while the listing lives."""

    id: str
    title: str
    text: str
    practice: str
    practice_slug: str
    niche: str
    niche_name: str
    updated_at: datetime
    kind: str = "session"
    audiences: tuple[str, ...] = ()
    audience_names: tuple[str, ...] = ()
    place: str = ""
    latitude: float | None = None
    longitude: float | None = None
    where: str = "online"
    price: int | None = None
    currency: str = "GBP"
    free_days: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    payload: Payload = field(default_factory=dict)
    boost: float = 0.0
    rating: int | None = None  # hundredths of a star; None of what nobody has reviewed
    fresh: bool = False  # hardly anybody has been shown it yet
    stands_at: int = 450  # what it is sorted by: those, or the site's mean, so that nobody loses by being new


@dataclass(frozen=True, slots=True)
class Near:
    """A circle on the ground."""

    latitude: float
    longitude: float
    km: float = 25.0


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody is looking for; anything out of bounds is cut or dropped, never an error."""

    words: str = ""
    niche: str | None = None
    audience: str | None = None
    near: Near | None = None
    price_min: int | None = None
    price_max: int | None = None
    free_from: date | None = None
    free_to: date | None = None
    today: date | None = None  # the reader's; without it nothing is counted by when it is free
    where: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    rating_min: int | None = None
    sort: Sort = "relevance"
    cursor: str | None = None
    limit: int = 20
    facets: tuple[str, ...] = FACETS
    fresh: bool = False  # only what hardly anybody has been shown yet
    strict: bool = False  # only what has all the words, however few that are

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "words", clean_words(self.words))
        put(self, "niche", _clean_slug(self.niche))
        put(self, "audience", _clean_slug(self.audience))
        put(self, "near", _clean_near(self.near))
        put(self, "price_min", _clean_price(self.price_min))
        put(self, "price_max", _clean_price(self.price_max))
        put(self, "rating_min", None if self.rating_min is None else max(100, min(500, self.rating_min)))
        put(self, "where", tuple(clean_words(item) for item in self.where[:8]))
        put(self, "kinds", tuple(clean_words(item) for item in self.kinds[:8]))
        put(self, "limit", max(1, min(MAX_LIMIT, self.limit)))
        if self.sort not in ("relevance", "price", "soonest", "newest", "rating"):
            put(self, "sort", "relevance")

    def is_ranked(self) -> bool:
        """Return whether hits stand by how well they match; without words they match alike, and a field decides."""
        return self.sort == "relevance" and bool(self.words)

    def chosen(self) -> dict[str, tuple[str, ...]]:
        """Return the filters that want one of some values, by field."""
        found = {
            "niche": (self.niche,) if self.niche else (),
            "audience": (self.audience,) if self.audience else (),
            "where": self.where,
            "kind": self.kinds,
            "free": () if self.free_by() else self.free_days(),
        }
        return {name: values for name, values in found.items() if values}

    def narrows(self, facet: str) -> bool:
        """Return whether the query has the filter that one facet stands for."""
        priced = self.price_min is not None or self.price_max is not None
        own = {"niche": self.niche, "audience": self.audience, "where": self.where, "kind": self.kinds}
        return bool((own | {"price": priced, "free": self.free_days(), "rating": self.rating_min})[facet])

    def without(self, facet: str) -> "Query":
        """Return the query less the filter that one facet stands for."""
        gone: dict[str, dict[str, object]] = {
            "niche": {"niche": None},
            "audience": {"audience": None},
            "where": {"where": ()},
            "kind": {"kinds": ()},
            "price": {"price_min": None, "price_max": None},
            "free": {"free_from": None, "free_to": None},
            "rating": {"rating_min": None},
        }
        return replace(self, **gone[facet])  # type: ignore[arg-type]  # one of the known field sets above

    def free_by(self) -> date | None:
        """Return the last day asked for if the first is today, else None. Then a listing's first free day decides."""
        if self.today is None or self.free_from != self.today or not self.free_days():
            return None
        return self.free_to or self.free_from

    def free_days(self) -> tuple[str, ...]:
        """Return the ISO days asked for, at most FREE_DAYS of them; empty when any time will do."""
        first, last = self.free_from or self.free_to, self.free_to or self.free_from
        if first is None or last is None or last < first:
            return ()
        count = min((last - first).days + 1, FREE_DAYS)
        try:
            return tuple((first + timedelta(days=step)).isoformat() for step in range(count))
        except OverflowError:
            return ()


class Marks(NamedTuple):
    """Texts of a result as (piece, is a match) runs, to be escaped by the template: its title, and the part of its text
    around the first match that the title does not have, empty where there is none.
    """

    title: tuple[Run, ...]
    snippet: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One result; its marks are made when they are asked for: not every list shows them."""

    document: Document
    score: float
    marked: Callable[[Document], Marks] = field(repr=False, compare=False)
    distance_km: float | None = None

    @property
    def marks(self) -> Marks:
        """What in it was asked for."""
        return self.marked(self.document)


@dataclass(frozen=True, slots=True)
class Bucket:
    """One choice of a facet.

    A price ``value`` is "low-high" in minor units, "50000-" at the top; of *free* it is a name of SPANS, or "any"; of
    *rating* the least, in hundredths, with what is better counted in.
    """

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """The choices of one filter, counted with all the other filters applied."""

    name: str
    buckets: tuple[Bucket, ...]


def _nowhere(_hits: int) -> None:
    """Where a page without hits goes on."""


@dataclass(frozen=True, slots=True)
class Results:
    """One page of hits; ``relaxed`` says that few listings had all the words, so some words were let go.

    By relevance the ``exact`` ones, which have them all, then still stand first.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, Facet]
    cursor: str | None
    took_ms: float
    relaxed: bool = False
    exact: int = 0
    corrected: tuple[tuple[str, str], ...] = ()
    cursor_after: Callable[[int], str | None] = field(default=_nowhere, repr=False, compare=False)  # after so many hits
    stale: bool = False  # a stand-in answered, whose index may be a minute behind


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the engine answers, and whether its index must be rebuilt before it can be trusted."""

    ok: bool
    documents: int
    needs_rebuild: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Suggested:
    """What somebody may be about to type: niches by slug, listings, and one listing of each practice."""

    niches: tuple[str, ...] = ()
    listings: tuple[Document, ...] = ()
    practices: tuple[Document, ...] = ()


def clean_words(words: str) -> str:
    """Return the words without control characters and lone surrogates, cut to MAX_CHARS and MAX_WORDS."""
    text = str(words)[: MAX_CHARS * 4].encode("utf-8", "ignore").decode("utf-8")
    text = "".join(letter if letter.isprintable() else " " for letter in text)[:MAX_CHARS]
    return " ".join(text.split()[:MAX_WORDS])


def first_free(document: Document) -> date | None:
    """Return the document's first free day that reads as a date."""
    for day in sorted(document.free_days):
        try:
            return date.fromisoformat(day)
        except ValueError:
            continue
    return None


def _clean_slug(slug: str | None) -> str | None:
    return (clean_words(slug) or None) if slug else None


def _clean_price(price: int | None) -> int | None:
    return None if price is None else max(0, min(MAX_PRICE, price))


def _clean_near(near: Near | None) -> Near | None:
    if near is None or not all(map(math.isfinite, (near.latitude, near.longitude, near.km))):
        return None
    if abs(near.latitude) > 90 or abs(near.longitude) > 180:
        return None
    return Near(near.latitude, near.longitude, max(0.5, min(MAX_KM, near.km)))
