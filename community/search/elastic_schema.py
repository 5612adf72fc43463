"""The Elasticsearch index: its mapping, its analysers and the way from a `Document` to a source.

Weights, stop words and title keys are those of the embedded index, so that both rank alike. Amounts are minor units as
`long`; the document itself lies whole in `stored`, which is not indexed, and nothing else is kept of the source.
"""

import hashlib
import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import tantivy

from community.search.embedded_schema import NAMED, ORDERS, WEIGHTS, numbers, texts, title_key
from community.search.engine import FREE_DAYS, Document
from community.search.stored import kept

Body = dict[str, Any]

# Snowball's name of the stemmer for the language of a locale; tantivy, which marks matches, has
# the same, save that its Dutch is an older edition: there a match is found all the same, but not always marked.
LANGUAGES = {
    "da": "Danish",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "it": "Italian",
    "nl": "Dutch",
    "no": "Norwegian",
    "pt": "Portuguese",
    "sv": "Swedish",
}
EDGE = 12  # letters of a word that is being typed
KEYWORDS = ("niche", "audience", "where", "kind")


def language(locale: str) -> str:
    """Return the stemmer for a locale as "de_AT"; English for one without."""
    return LANGUAGES.get(locale.partition("_")[0].lower(), "English")


@lru_cache(maxsize=len(LANGUAGES))
def stemmer(name: str) -> Callable[[str], str]:
    """Return what stems one word as the index does; empty when there is no word in it."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for each in (
        tantivy.Filter.remove_long(40),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.stemmer(name.lower()),
    ):
        builder = builder.filter(each)
    analyser = builder.build()

    @lru_cache(maxsize=60_000)
    def stem(word: str) -> str:
        return next(iter(analyser.analyze(word)), "")

    return stem


def definition(name: str) -> Body:
    """Return settings and mapping of the index in one language, as `PUT index` takes them."""
    folded = ["lowercase", "asciifolding"]
    analysis = {
        "tokenizer": {"alphanumeric": {"type": "pattern", "pattern": r"[^\p{L}\p{N}\p{M}]+"}},
        "filter": {
            "stems": {"type": "snowball", "language": name},
            "edges": {"type": "edge_ngram", "min_gram": 1, "max_gram": EDGE},
        },
        "analyzer": {
            "plain": {"type": "custom", "tokenizer": "alphanumeric", "filter": folded},
            "stemmed": {"type": "custom", "tokenizer": "alphanumeric", "filter": [*folded, "stems"]},
            "begun": {"type": "custom", "tokenizer": "alphanumeric", "filter": [*folded, "edges"]},
        },
    }
    settings = {
        # One shard: scores compare and facets count exactly; a shard bears far more than one site's listings.
        "number_of_shards": 1,
        "auto_expand_replicas": "0-1",
        "refresh_interval": "1s",
        "analysis": analysis,
    }
    return {"settings": settings, "mappings": _mappings()}


def _mappings() -> Body:
    stemmed: Body = {"type": "text", "analyzer": "stemmed", "copy_to": "words"}
    fields: Body = dict.fromkeys(WEIGHTS, stemmed)
    fields |= {field: {"type": "keyword", "eager_global_ordinals": True} for field in KEYWORDS}
    fields |= {field: {"type": "long"} for field in ("price", "rating", "tie", "first_free", *ORDERS.values())}
    edges: Body = {"type": "text", "analyzer": "begun", "search_analyzer": "plain", "index_options": "docs"}
    names: Body = {"type": "text", "analyzer": "plain", "index_options": "docs", "norms": False}
    fields |= {name: names | {"fields": {"edges": edges | {"norms": False}}} for name in NAMED}
    fields |= {
        "fresh": {"type": "boolean", "doc_values": False},
        "owner_slug": {"type": "keyword", "index": False},
        "words": {"type": "text", "analyzer": "plain", "index_options": "freqs"},
        "key": {"type": "keyword", "doc_values": False},
        "free": {"type": "keyword", "doc_values": False},
        "place": {"type": "geo_point"},
        "boost": {"type": "float"},
        "stored": {"type": "object", "enabled": False},
    }
    return {"dynamic": "strict", "_source": {"includes": ["stored"]}, "properties": fields}


def version(name: str) -> str:
    """Return a short name of the definition: an index made by another one must be rebuilt."""
    text = json.dumps(definition(name), sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()


def to_source(document: Document) -> Body:
    """Return what is indexed of a document."""
    source: Body = {
        **texts(document),
        **numbers(document),
        "named": f"{document.title} {document.practice}",
        "owner": document.practice,
        "fresh": document.fresh,
        "owner_slug": document.practice_slug,
        "key": title_key(document.title),
        "niche": document.niche,
        "audience": document.audiences,
        "where": document.where,
        "kind": document.kind,
        "free": document.free_days[:FREE_DAYS],
        "boost": max(0.0, document.boost),
        "stored": kept(document),
    }
    if document.latitude is not None and document.longitude is not None:
        source["place"] = {"lat": document.latitude, "lon": document.longitude}
    return source
