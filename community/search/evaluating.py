"""How well search finds: O*NET's occupations as listings, asked for by titles of which each belongs to one of them."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean

import tantivy

from community.niches import catalogue
from community.search.embedded_schema import HEAP
from community.search.engine import Document, Query
from community.search.protocol import SearchEngine
from community.search.titles import Titles

Row = tuple[str, str]  # code, title
Ask = Callable[[str], Sequence[str]]  # the codes found, the best first
DEEP = 10
_SEED = 20261125


@dataclass(frozen=True, slots=True)
class Figures:
    """What share of the titles has its occupation among the first ten, and the mean of 1 ÷ its place there."""

    asked: int
    hits: float
    reciprocal: float

    def __str__(self) -> str:
        """As they are printed."""
        return f"hit@{DEEP} {self.hits:.4f}  MRR {self.reciprocal:.4f}  ({self.asked:,} titles)"


def rows_of(path: Path) -> list[Row]:
    """Return the rows of a file, `code<TAB>title` under a header or none."""
    lines = (line.rstrip("\n").split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return [(line[0], line[1]) for line in lines if len(line) > 1 and line[0] != "code"]


def occupations() -> Iterator[Document]:
    """Yield each occupation as a listing: its title, what it is and what is done, in a niche it is sold as."""
    tasks: dict[str, list[str]] = defaultdict(list)
    for code, _, text in catalogue.tasks():
        tasks[code].append(text)
    niches = catalogue.niches_by_slug()
    sold = {one.onet_code: niches[one.niche] for one in catalogue.synonyms()}
    for one in catalogue.occupations():
        yield Document(
            id=one.code,
            title=one.title,
            text=" ".join([one.description, *tasks[one.code]]),
            practice="",
            practice_slug=one.code,
            niche=sold[one.code].slug,
            niche_name=sold[one.code].name,
            updated_at=datetime(2026, 1, 1, tzinfo=UTC),
        )


def titles_without(rows: Iterable[Row]) -> Titles:
    """Return the shipped titles less those of the rows, so that nothing was learned from what is asked."""
    gone = set(rows)
    kept = [one for one in catalogue.synonyms() if (one.onet_code, one.title) not in gone]
    found = {slug: {niche.name: None} for slug, niche in catalogue.niches_by_slug().items()}
    for one in kept:
        found[one.niche].setdefault(one.title)
    return Titles({slug: tuple(titles) for slug, titles in found.items()}, kept)


def of_engine(engine: SearchEngine) -> Ask:
    """Return how to ask an engine."""

    def ask(title: str) -> list[str]:
        return [hit.document.id for hit in engine.search(Query(title, limit=DEEP, facets=())).hits]

    return ask


def bare(documents: Iterable[Document]) -> Ask:
    """Return how to ask plain BM25 over title and text: what search is measured against."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("all", tokenizer_name="en_stem")
    index = tantivy.Index(builder.build())
    writer = index.writer(HEAP, 1)
    for one in documents:
        writer.add_document(tantivy.Document(id=one.id, all=f"{one.title} {one.text}"))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def ask(title: str) -> list[str]:
        words = "".join(letter if letter.isalnum() else " " for letter in title)
        asked, _ = index.parse_query_lenient(words, ["all"])
        return [str(searcher.doc(at).get_first("id")) for _, at in searcher.search(asked, limit=DEEP).hits]

    return ask


def measured(ask: Ask, rows: Sequence[Row]) -> Figures:
    """Ask for every title and say how well that went."""
    found = [_reciprocal(ask(title), code) for code, title in rows]
    return Figures(len(found), mean(one > 0 for one in found), mean(found))


def _reciprocal(codes: Sequence[str], wanted: str) -> float:
    return 1 / (codes.index(wanted) + 1) if wanted in codes else 0.0


def misspelt(rows: Iterable[Row]) -> list[Row]:
    """Return the rows with one letter left out of the longest word, swapped, doubled or changed; the same each time."""
    rng = random.Random(_SEED)  # noqa: S311 - no secret
    return [(code, _slip(title, rng)) for code, title in rows]


def _slip(title: str, rng: random.Random) -> str:
    words = title.split()
    longest = max(range(len(words)), key=lambda at: len(words[at]), default=-1)
    if longest < 0 or len(words[longest]) < 3:
        return title
    word = words[longest]
    at = rng.randrange(1, len(word) - 1)
    ways: Mapping[str, str] = {
        "left out": word[:at] + word[at + 1 :],
        "swapped": word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        "doubled": word[:at] + word[at] + word[at:],
        "changed": word[:at] + rng.choice("aeiourstln") + word[at + 1 :],
    }
    words[longest] = ways[rng.choice(list(ways))]
    return " ".join(words)
