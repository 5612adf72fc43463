"""The words of the demo town, Bramble Yard: typed readings of the pools in ``content/``.

Only words live here; what is written to the database, and when it happened, is for the seeding command.
Prices are what the practice is paid, in minor units of pound sterling, before the client's fee.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

CONTENT = Path(__file__).parent / "content"
TOWN = "Bristol"
CLIENT_WITHOUT_PRACTICE = "Sam Whitlock"


class ContentError(ValueError):
    """A content file does not say what its header promises."""


@dataclass(frozen=True, slots=True)
class Person:
    """A member's name."""

    first: str
    last: str

    @property
    def name(self) -> str:
        """Return the whole name."""
        return f"{self.first} {self.last}"


@dataclass(frozen=True, slots=True)
class Practice:
    """A practice of the town; ``about`` is Markdown, ``place`` a town's name, languages are ISO 639 codes."""

    name: str
    slug: str
    owner: str
    niches: tuple[str, ...]
    audiences: tuple[str, ...]
    value: str
    about: str
    place: str
    languages: tuple[str, ...]
    skills: tuple[str, ...]
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Takeaway:
    """One thing a client walks away with; ``icon`` is a Lucide name."""

    icon: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Length:
    """A bookable length in minutes and its price in minor units; 0 is a free call."""

    minutes: int
    price: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A session listing; ``practice`` is a practice's slug, ``where`` online, phone, on_site or at_mine."""

    practice: str
    slug: str
    title: str
    summary: str
    description: str
    takeaways: tuple[Takeaway, ...]
    lengths: tuple[Length, ...]
    where: str
    niche: str
    audiences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of chat; ``where`` is lounge, room or booking."""

    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """What somebody typed into search; ``kind`` is plain, misspelt or unmet, which names no niche."""

    words: str
    niche: str
    kind: str


def _rows(name: str, width: int) -> Iterator[list[str]]:
    """Yield the rows of ``content/<name>`` with line breaks restored; raise ContentError on another width."""
    with (CONTENT / name).open(encoding="utf-8") as lines:
        next(lines)
        for number, line in enumerate(lines, start=2):
            row = [cell.replace("\\n", "\n") for cell in line.rstrip("\n").split("\t")]
            if len(row) != width:
                raise ContentError(f"{name}, line {number}: {len(row)} columns, not {width}")
            yield row


def _list(cell: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in cell.split(",") if item.strip())


@lru_cache(maxsize=1)
def people() -> tuple[Person, ...]:
    """Return the members: the owners in the order of their practices, Sam Whitlock, then everybody else."""
    return tuple(Person(first, last) for first, last in _rows("people.tsv", 2))


@lru_cache(maxsize=1)
def practices() -> tuple[Practice, ...]:
    """Return the practices, those of the best-known members first."""
    return tuple(
        Practice(
            name=name,
            slug=slug,
            owner=owner,
            niches=_list(niches),
            audiences=_list(audiences),
            value=value,
            about=about,
            place=place,
            languages=_list(languages),
            skills=_list(skills),
            links=_list(links),
        )
        for name, slug, owner, niches, audiences, value, about, place, languages, skills, links in _rows(
            "practices.tsv", 11
        )
    )


def _takeaway(cell: str) -> Takeaway:
    icon, title, text = cell.split("~")
    return Takeaway(icon, title, text)


def _length(cell: str) -> Length:
    minutes, price = cell.split(":")
    return Length(int(minutes), int(price))


@lru_cache(maxsize=1)
def listings() -> tuple[Listing, ...]:
    """Return the session listings."""
    return tuple(
        Listing(
            practice=practice,
            slug=slug,
            title=title,
            summary=summary,
            description=text,
            takeaways=tuple(_takeaway(cell) for cell in takeaways.split("; ")),
            lengths=tuple(_length(cell) for cell in lengths.split(",")),
            where=where,
            niche=niche,
            audiences=_list(audiences),
        )
        for practice, slug, title, summary, text, takeaways, lengths, where, niche, audiences in _rows(
            "listings.tsv", 10
        )
    )


@lru_cache(maxsize=1)
def chat_lines() -> tuple[Line, ...]:
    """Return short lines of chat for the lounge, the rooms and the bookings."""
    return tuple(Line(where, text) for where, text in _rows("chat.tsv", 2))


@lru_cache(maxsize=1)
def search_phrases() -> tuple[Phrase, ...]:
    """Return what people type into search."""
    return tuple(Phrase(words, niche, kind) for words, niche, kind in _rows("searches.tsv", 3))


@lru_cache(maxsize=1)
def said() -> dict[tuple[str, int], tuple[str, ...]]:
    """Return what people say of each other by (kind, stars); a reply or a reference has none."""
    found: dict[tuple[str, int], list[str]] = {}
    for kind, stars, text in _rows("reviews.tsv", 3):
        found.setdefault((kind, int(stars)), []).append(text)
    return {key: tuple(texts) for key, texts in found.items()}
