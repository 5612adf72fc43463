"""Structured data as an independent parser of JSON-LD reads it (PyLD), held against schema.org's own words.

The parser resolves names, types and addresses as a search engine does. What schema.org says of each type stands below,
written out by hand: what a property may hold, and which must be there. Nothing is fetched.
"""

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient
from pyld import jsonld

from tests.pages.test_public import house, three  # noqa: F401 - fixtures
from tests.reviews.conftest import Reviewed

SCHEMA = "https://schema.org/"
# Which names schema.org's context reads as addresses; all others are plain values or things.
_LINKS = ("url", "logo", "image", "item", "sameAs", "availability", "target")
CONTEXT = {"@context": {"@vocab": SCHEMA, **{name: {"@id": SCHEMA + name, "@type": "@id"} for name in _LINKS}}}

TEXT, LINK, NUMBER = "text", "link", "number"
THING = {"name": TEXT, "url": LINK, "description": TEXT, "image": LINK, "sameAs": LINK}
RATED = {"aggregateRating": "AggregateRating", "review": "Review"}
BODY = THING | RATED | {"logo": LINK, "address": "PostalAddress", "knowsLanguage": TEXT}
MAKER = "ProfessionalService"
# Of each type: what it must have, and what each of its properties holds. "!" is what search engines ask for.
TYPES: dict[str, dict[str, str]] = {
    "Organization": BODY | {"name": "!text", "url": "!link", "logo": "!link"},
    "ProfessionalService": BODY | {"name": "!text", "url": "!link", "geo": "GeoCoordinates"},
    "WebSite": THING
    | {"name": "!text", "url": "!link", "publisher": "Organization", "potentialAction": "!SearchAction"},
    "SearchAction": {"target": "!link", "query-input": "!text"},
    "Service": THING | RATED
    | {"name": "!text", "serviceType": TEXT, "provider": "!" + MAKER, "offers": "Offer", "areaServed": TEXT},
    "Product": THING | RATED | {"name": "!text", "category": TEXT, "brand": MAKER, "offers": "!Offer"},
    "Course": THING | RATED
    | {"name": "!text", "description": "!text", "about": TEXT, "provider": "!" + MAKER, "offers": "Offer",
       "hasCourseInstance": "CourseInstance", "areaServed": TEXT},
    "CourseInstance":
    {"courseMode": "!text", "startDate": "!text", "endDate": "!text", "maximumAttendeeCapacity": NUMBER},
    "Offer": {"price": "!number", "priceCurrency": "!text", "availability": "!link", "url": "!link", "name": TEXT},
    "AggregateRating":
    {"ratingValue": "!number", "reviewCount": "!number", "bestRating": NUMBER, "worstRating": NUMBER},
    "Review": {"author": "!Person", "datePublished": "!text", "reviewBody": TEXT, "reviewRating": "!Rating"},
    "Rating": {"ratingValue": "!number", "bestRating": NUMBER, "worstRating": NUMBER},
    "Person": {"name": "!text"},
    "PostalAddress": {"addressLocality": "!text", "addressCountry": "!text"},
    "GeoCoordinates": {"latitude": "!number", "longitude": "!number"},
    "BreadcrumbList": {"itemListElement": "!ListItem"},
    "ListItem": {"position": "!number", "name": "!text", "item": "!link"},
}  # fmt: skip


class Scripts(HTMLParser):
    """The pieces of JSON-LD in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = (tag, dict(attrs).get("type")) == ("script", "application/ld+json")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._inside = False


def _local(address: str, _options: object) -> dict[str, Any]:
    """The one context there is; any other address would be a fetch."""
    assert address.rstrip("/") == SCHEMA.rstrip("/"), address
    return {"contextUrl": None, "documentUrl": address, "document": CONTEXT}


def parsed(page: str) -> list[dict[str, Any]]:
    """Every node with a type in a page, as the parser understands it."""
    scripts = Scripts()
    scripts.feed(page)
    every: list[dict[str, Any]] = []
    for text in scripts.found:
        flat = jsonld.flatten(json.loads(text), options={"documentLoader": _local, "base": "http://linchpin.test/"})
        every += [node for node in flat if "@type" in node]
        known = {node["@id"]: node["@type"][0].removeprefix(SCHEMA) for node in flat if "@type" in node}
        for node in flat:
            check(node, known)
    return every


def check(node: dict[str, Any], known: dict[str, str]) -> None:
    """Raises AssertionError where a node is of no type, lacks what it must have, or holds what it may not."""
    assert "@type" in node, f"said of nothing: {node}"
    kind = node["@type"][0].removeprefix(SCHEMA)
    allowed = TYPES[kind]
    has = {name.removeprefix(SCHEMA): values for name, values in node.items() if name[0] != "@"}
    missing = [name for name, what in allowed.items() if what[0] == "!" and not has.get(name)]
    assert not missing, (kind, missing)
    for name, values in has.items():
        assert name in allowed, f"{kind} has no {name}"
        for value in values:
            assert is_a(allowed[name].lstrip("!"), value, known), (kind, name, value)


def is_a(wanted: str, value: dict[str, Any], known: dict[str, str]) -> bool:
    """Whether a value is the text, link, number or thing it should be."""
    if wanted == LINK:
        return str(value.get("@id", "")).startswith(("http://linchpin.test", "https://"))
    if wanted == TEXT:
        return bool(str(value.get("@value", "")).strip())
    if wanted == NUMBER:
        return float(value["@value"]) >= -180
    return known.get(value.get("@id", "")) == wanted


def kinds(page: str) -> set[str]:
    return {node["@type"][0].removeprefix(SCHEMA) for node in parsed(page)}


def test_pages_say_what_they_are(three: Reviewed, client: FlaskClient) -> None:  # noqa: F811
    three.both(three.done(), stars=4)
    wanted = {
        "/": {"Organization", "WebSite", "SearchAction"},
        "/noor-haddad": {MAKER, "AggregateRating", "Review", "Rating", "Person", "PostalAddress", "BreadcrumbList"},
        "/noor-haddad/a-brand-identity": {"Service", MAKER, "Offer", "AggregateRating", "Review", "BreadcrumbList"},
        "/noor-haddad/labels-for-jam": {"Service", MAKER, "Offer", "BreadcrumbList", "ListItem"},
        "/niches/brand-identity-food": {"BreadcrumbList", "ListItem"},
        "/niches/brand-identity-food/in/bristol": {"BreadcrumbList", "ListItem"},
    }
    for path, those in wanted.items():
        assert those <= kinds(client.get(path).get_data(as_text=True)), path
    assert kinds(client.get("/search?q=jam").get_data(as_text=True)) == set()  # it asks not to be indexed


@pytest.mark.parametrize(
    ("node", "wrong"),
    [
        ({"@type": "Rating", "bestRating": 5}, "ratingValue"),
        ({"@type": "Person", "name": "Ada", "nickname": "A"}, "no nickname"),
        ({"@type": "ListItem", "position": "first", "name": "x", "item": "/x"}, "first"),
        ({"@type": "Review", "author": "Ada", "datePublished": "2026", "reviewRating": {"@type": "Rating"}}, "author"),
        ({"name": "Ada"}, "said of nothing"),
    ],
)
def test_what_is_wrong_is_seen(node: dict[str, Any], wrong: str) -> None:
    text = json.dumps({"@context": "https://schema.org"} | node)
    with pytest.raises((AssertionError, ValueError), match=wrong):
        parsed(f'<script type="application/ld+json">{text}</script>')


def test_no_other_context_is_fetched() -> None:
    text = '{"@context": "https://example.com/own", "@type": "Person", "name": "Ada"}'
    with pytest.raises(jsonld.JsonLdError):
        parsed(f'<script type="application/ld+json">{text}</script>')
    with pytest.raises(AssertionError, match="example"):
        _local("https://example.com/own", {})
