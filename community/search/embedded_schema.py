"""The embedded index: its fields, its analysers and the way between a `Document` and a row."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache

import tantivy

from community.search.distance import spot
from community.search.engine import (
    FREE_DAYS,
    MAX_PRICE,
    Document,
    Sort,
    first_free,
)
from community.search.stored import from_kept, kept

VERSION = "v6"  # part of the directory's name: another schema is another index, rebuilt from the database
HEAP = 32_000_000  # bytes for a writer; tantivy's least is 15 MB a thread
# The same for one that writes everything, which takes only what it needs: the fewer pieces an index is written in, the
# faster it is asked (100,000 listings are 3 pieces instead of 7, a search takes two thirds).
HEAP_FOR_ALL = 64_000_000
STEMMED, PLAIN = "english_stems", "plain_words"
_SMALL = (
    "a an and any are at be by can do for from get have help how i in is it looking me my need of on or our "
    "some someone that the to want we who with you your"
)
STOPWORDS = frozenset(_SMALL.split(" "))
# BM25 weights: title > niche > practice > audience > text.
WEIGHTS = {"title": 2.5, "niche_text": 3.0, "practice_text": 1.5, "audience_text": 1.0, "text": 0.5}
ANYWHERE = "anywhere"  # the stems of all of these, for counting: one term to look for instead of six
NAMED = ("named", "owner")  # the words of title and practice, and of the practice alone: what is typed first
# The field that each order goes by. Relevance has one too, for where nothing is asked for: all match alike then.
ORDERS: Mapping[Sort, str] = {
    "relevance": "by_worth",
    "price": "by_price",
    "soonest": "by_soonest",
    "newest": "by_newest",
    "rating": "by_rating",
}
FRESH = "1"
LAST = 2**30 - 1
_TIE_BITS = 33


def _analyser(*, stemmed: bool) -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for each in (tantivy.Filter.remove_long(40), tantivy.Filter.lowercase(), tantivy.Filter.ascii_fold()):
        builder = builder.filter(each)
    if stemmed:
        builder = builder.filter(tantivy.Filter.stemmer("english"))
    return builder.build()


_STEMS, _WORDS = _analyser(stemmed=True), _analyser(stemmed=False)


def words_of(text: str) -> list[str]:
    """Return the folded, lower-case words of a text."""
    return list(_WORDS.analyze(text))


@lru_cache(maxsize=60_000)
def stem(word: str) -> str:
    """Return one word's folded English stem; empty when there is no word in it."""
    return next(iter(_STEMS.analyze(word)), "")


def telling(words: list[str]) -> list[str]:
    """Return the words without the small ones; all of them where there are no others."""
    return [word for word in words if word not in STOPWORDS] or words


def title_key(text: str) -> str:
    """Return a title with its order and small words forgotten: "Director of Sales" is "sales director"."""
    stems = {stem(word) for word in words_of(text) if word not in STOPWORDS}
    return " ".join(sorted(stems))


@lru_cache(maxsize=1)
def schema() -> tantivy.Schema:
    """Return the index schema."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw")
    for name in WEIGHTS:
        builder.add_text_field(name, tokenizer_name=STEMMED)
    builder.add_text_field(ANYWHERE, tokenizer_name=STEMMED, index_option="basic")
    builder.add_text_field("words", tokenizer_name=PLAIN, index_option="freq")
    for name in NAMED:
        builder.add_text_field(name, tokenizer_name=PLAIN, index_option="basic")
    builder.add_text_field("key", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("spot", tokenizer_name="raw", index_option="basic")
    for name in ("niche", "audience", "where", "kind"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("free", "fresh"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("price", "rating", "tie", "first_free", *ORDERS.values()):
        builder.add_integer_field(name, indexed=True, fast=True)
    builder.add_float_field("boost", fast=True)
    builder.add_bytes_field("stored", stored=True, indexed=False)
    return builder.build()


def register(index: tantivy.Index) -> tantivy.Index:
    """Return the index, knowing our analysers."""
    index.register_tokenizer(STEMMED, _STEMS)
    index.register_tokenizer(PLAIN, _WORDS)
    return index


def tie(document_id: str) -> int:
    """Return a number that orders equal documents the same way on every segment and machine."""
    digest = hashlib.blake2b(document_id.encode("utf-8", "ignore"), digest_size=8).digest()
    return int.from_bytes(digest) >> (64 - _TIE_BITS)


def ordered(value: int | None, ties: int) -> int:
    """Return one unique number per document, so that a page can start after the last one seen."""
    return (max(0, min(LAST, LAST if value is None else value)) << _TIE_BITS) | ties


def minutes_since_2000(moment: datetime) -> int:
    """Return whole minutes since 2000-01-01 UTC; 0 for anything earlier."""
    return max(0, int((moment - datetime(2000, 1, 1, tzinfo=UTC)).total_seconds() // 60))


def to_row(document: Document) -> tantivy.Document:
    """Return the index row of a document."""
    # All at once: a call for each value would be most of the work.
    row = tantivy.Document(
        key=[title_key(document.title)],
        niche=[document.niche],
        audience=list(document.audiences),
        where=[document.where],
        kind=[document.kind],
        free=list(document.free_days[:FREE_DAYS]),
        named=[f"{document.title} {document.practice}"],
        owner=[document.practice],
        id=[document.id],
        fresh=[FRESH] if document.fresh else [],
    )
    for name, text in texts(document).items():
        row.add_text(name, text)
        for every in ("words", ANYWHERE):
            row.add_text(every, text)
    for name, number in numbers(document).items():
        row.add_integer(name, number)
    if document.latitude is not None and document.longitude is not None:
        row.add_text("spot", spot(document.latitude, document.longitude))
    row.add_float("boost", max(0.0, document.boost))
    row.add_bytes("stored", json.dumps(kept(document), separators=(",", ":")).encode())
    return row


def texts(document: Document) -> dict[str, str]:
    """Return what is searched, by field, as both engines keep it."""
    return {
        "title": document.title,
        "niche_text": document.niche_name,
        "practice_text": document.practice,
        "audience_text": " ".join((*document.audience_names, document.place, *document.languages)),
        "text": document.text,
    }


def numbers(document: Document) -> dict[str, int]:
    """Return what is sorted and narrowed by, as both engines keep it; less what is not there."""
    ties, day = tie(document.id), first_free(document)
    found = {
        "tie": ties,
        "first_free": day.toordinal() if day else LAST,
        "by_worth": ordered(LAST - round(1e6 * max(0.0, document.boost)), ties),
        "by_price": ordered(document.price, ties),
        "by_soonest": ordered(day.toordinal() if day else None, ties),
        "by_newest": ordered(LAST - minutes_since_2000(document.updated_at), ties),
        "by_rating": ordered(LAST - document.stands_at, ties),
    }
    if document.price is not None:
        found["price"] = min(MAX_PRICE, document.price)
    if document.rating is not None:
        found["rating"] = document.rating
    return found


@lru_cache(maxsize=1_000)  # 35 µs each, of which a page needs fifty: those on first pages are asked for all day
def from_stored(raw: bytes) -> Document:
    """Return the document behind a row."""
    return from_kept(json.loads(raw))
