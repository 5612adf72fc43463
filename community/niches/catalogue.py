"""The catalogue as shipped: a pure, typed reading of the TSV files in ``data/``.

The tables in ``models`` are filled from here once and edited by operators afterwards; this never writes.
Prices are minor units of pound sterling and stand for a typical first job, low and high.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
CURRENCY = "GBP"


class CatalogueError(ValueError):
    """A data file does not say what its header promises."""


@dataclass(frozen=True, slots=True)
class Field:
    """A group of niches; ``icon`` is a Lucide name, ``tone`` one of the eight colour tones."""

    slug: str
    name: str
    icon: str
    tone: int


@dataclass(frozen=True, slots=True)
class Niche:
    """One kind of work, named as an independent would; ``unit`` is what the price is for."""

    slug: str
    field: str
    name: str
    description: str
    price_low: int
    price_high: int
    unit: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a practice works for."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Synonym:
    """A title people use for a niche; ``onet_code`` is empty for titles of our own."""

    niche: str
    onet_code: str
    title: str


@dataclass(frozen=True, slots=True)
class Occupation:
    """One of O*NET's occupations (see NOTICE)."""

    code: str
    title: str
    description: str


def _rows(name: str, columns: tuple[str, ...]) -> Iterator[list[str]]:
    """Yield the rows of ``data/<name>``; raise CatalogueError when header or width differ."""
    with (DATA / name).open(encoding="utf-8") as lines:
        header = tuple(next(lines, "").rstrip("\n").split("\t"))
        if header != columns:
            raise CatalogueError(f"{name}: expected {columns}, found {header}")
        for number, line in enumerate(lines, start=2):
            row = line.rstrip("\n").split("\t")
            if len(row) != len(columns):
                raise CatalogueError(f"{name}, line {number}: {len(row)} columns")
            yield row


@lru_cache(maxsize=1)
def fields() -> tuple[Field, ...]:
    """Return every field in display order."""
    rows = _rows("fields.tsv", ("slug", "name", "icon", "tone"))
    return tuple(Field(slug, name, icon, int(tone)) for slug, name, icon, tone in rows)


@lru_cache(maxsize=1)
def niches() -> tuple[Niche, ...]:
    """Return every niche, grouped by field in display order."""
    columns = ("slug", "field", "name", "description", "price_low", "price_high", "unit", "minutes")
    return tuple(
        Niche(slug, field, name, text, int(low), int(high), unit, int(minutes))
        for slug, field, name, text, low, high, unit, minutes in _rows("niches.tsv", columns)
    )


@lru_cache(maxsize=1)
def audiences() -> tuple[Audience, ...]:
    """Return every audience in display order."""
    return tuple(Audience(slug, name) for slug, name in _rows("audiences.tsv", ("slug", "name")))


def synonyms() -> Iterator[Synonym]:
    """Yield every title, read afresh: the file is large and needed only when an index is built."""
    for niche, code, title in _rows("synonyms.tsv", ("niche", "onet_code", "title")):
        yield Synonym(niche, code, title)


def occupations() -> Iterator[Occupation]:
    """Yield every occupation, read afresh."""
    for code, title, description in _rows("occupations.tsv", ("code", "title", "description")):
        yield Occupation(code, title, description)


def tasks() -> Iterator[tuple[str, int, str]]:
    """Yield what people do in an occupation, up to ten tasks of each: code, number, text; read afresh."""
    for code, number, text in _rows("tasks.tsv", ("code", "task_id", "task")):
        yield code, int(number), text


@lru_cache(maxsize=1)
def niches_by_slug() -> Mapping[str, Niche]:
    """Return the niches by slug."""
    return {niche.slug: niche for niche in niches()}


@lru_cache(maxsize=1)
def titles_by_niche() -> Mapping[str, tuple[str, ...]]:
    """Return the titles of each niche without doubles, our own first (about 3 MB once read)."""
    found: dict[str, dict[str, None]] = {niche.slug: {} for niche in niches()}
    for synonym in synonyms():
        found[synonym.niche].setdefault(synonym.title)
    return {slug: tuple(titles) for slug, titles in found.items()}
