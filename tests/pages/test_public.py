"""What machines read: addresses, feeds, structured data, and that a page which has not changed is not sent again."""

import json
import re
import xml.etree.ElementTree as ET
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from community.core.db import db, writing
from community.listings.models import Listing
from community.niches.models import Niche
from community.niches.queries import place
from community.profiles.models import Practice
from community.search import index
from tests.reviews.conftest import WORDS, Reviewed
from tests.world import World

SITE = "http://linchpin.test"
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
# What Google's pages on structured data ask for: https://developers.google.com/search/docs/appearance/structured-data
REQUIRED: dict[str, tuple[str, ...]] = {
    "ProfessionalService": ("name", "url"),
    "Organization": ("name", "url", "logo"),
    "WebSite": ("name", "url"),
    "SearchAction": ("target", "query-input"),
    "Service": ("name", "provider", "serviceType"),
    "Product": ("name", "offers"),
    "Course": ("name", "description", "provider"),
    "CourseInstance": ("courseMode", "startDate", "endDate"),
    "Offer": ("price", "priceCurrency", "availability", "url"),
    "AggregateRating": ("ratingValue", "reviewCount", "bestRating", "worstRating"),
    "Review": ("author", "datePublished", "reviewRating", "reviewBody"),
    "Rating": ("ratingValue", "bestRating", "worstRating"),
    "Person": ("name",),
    "BreadcrumbList": ("itemListElement",),
    "ListItem": ("position", "name", "item"),
    "PostalAddress": ("addressLocality", "addressCountry"),
    "GeoCoordinates": ("latitude", "longitude"),
}


def things(page: str) -> list[dict[str, Any]]:
    """Every typed thing of a page's JSON-LD, also within others; each has what its type must have."""
    found: list[dict[str, Any]] = []

    def walk(value: Any) -> None:
        if isinstance(value, list):
            for one in value:
                walk(one)
        elif isinstance(value, dict):
            if "@type" in value:
                missing = [name for name in REQUIRED[value["@type"]] if value.get(name) in (None, "", [])]
                assert not missing, (value["@type"], missing)
                found.append(value)
            for one in value.values():
                walk(one)

    for text in re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, re.S):
        data = json.loads(text)
        assert data["@context"] == "https://schema.org"
        walk(data)
    return found


def kinds(page: str) -> set[str]:
    return {thing["@type"] for thing in things(page)}


def addresses(client: FlaskClient) -> list[str]:
    """What the sitemap's files name."""
    parts = [one.text for one in ET.fromstring(client.get("/sitemap.xml").data).iter(f"{MAP}loc")]
    found: list[str] = []
    for part in parts:
        assert part
        answer = client.get(part.removeprefix(SITE))
        found += [str(one.text) for one in ET.fromstring(answer.data).iter(f"{MAP}loc")]
    return found


@pytest.fixture
def house(app: Flask, world: World) -> Reviewed:
    return Reviewed(app, world)


@pytest.fixture
def three(house: Reviewed) -> Reviewed:
    """Three listings of one niche in Bristol."""
    house.world.listing(house.practice, "Labels for jam")
    house.world.listing(house.practice, "A sign for a stall")
    with house.world.writing():
        house.practice_of(house.practice).place = place("Bristol")
    with house.app.app_context():
        index.rebuild()
    return house


def test_every_address_of_the_sitemap_is_there_and_says_so(three: Reviewed, client: FlaskClient) -> None:
    found = addresses(client)
    assert len(set(found)) == len(found)
    for wanted in ("/", "/noor-haddad", "/noor-haddad/labels-for-jam", "/niches/brand-identity-food/in/bristol"):
        assert SITE + wanted in found
    assert SITE + "/tom-peer" not in found  # nothing to book there
    for address in found:
        answer = client.get(address.removeprefix(SITE))
        assert answer.status_code == 200, address
        canonical = re.search(r'<link rel="canonical" href="([^"]+)"', answer.get_data(as_text=True))
        assert not canonical or canonical[1] == address
        assert "Set-Cookie" not in answer.headers, address
    for path in ("/sitemap/listings-9.xml", "/sitemap/pages.xml"):
        assert client.get(path).status_code == 200
    assert client.get("/sitemap/secrets-0.xml").status_code == client.get("/sitemap/listings-x.xml").status_code == 404


def test_a_town_has_a_page_only_with_something_in_it(three: Reviewed, client: FlaskClient) -> None:
    page = client.get("/niches/brand-identity-food/in/bristol").get_data(as_text=True)
    assert "Labels for jam" in page
    assert "in Bristol" in page
    for path in ("/niches/brand-identity-food/in/leeds", "/niches/bookkeeping/in/bristol", "/niches/x/in/bristol"):
        assert client.get(path).status_code == 404
    with three.world.writing():
        db.session.scalars(select(Listing).where(Listing.slug == "labels-for-jam")).one().status = "paused"
    assert client.get("/niches/brand-identity-food/in/bristol").status_code == 404


def test_a_niche_nobody_offers_is_not_for_search_engines(client: FlaskClient, app: Flask) -> None:
    with app.app_context():
        slug = db.session.scalars(select(Niche.slug).order_by(Niche.id)).first()
    assert 'name="robots" content="noindex"' in client.get(f"/niches/{slug}").get_data(as_text=True)


def test_structured_data_has_what_it_must(three: Reviewed, client: FlaskClient) -> None:
    bare = client.get("/noor-haddad").get_data(as_text=True)
    assert "AggregateRating" not in kinds(bare)
    three.both(three.done(), stars=4)
    practice = client.get("/noor-haddad").get_data(as_text=True)
    assert {"ProfessionalService", "AggregateRating", "Review", "BreadcrumbList", "PostalAddress"} <= kinds(practice)
    rating = next(one for one in things(practice) if one["@type"] == "AggregateRating")
    assert (rating["ratingValue"], rating["reviewCount"]) == ("4.42", 1)
    listing = client.get("/noor-haddad/a-brand-identity").get_data(as_text=True)
    assert {"Service", "Offer", "AggregateRating", "Review", "BreadcrumbList"} <= kinds(listing)
    own = next(one for one in things(listing) if one["@type"] == "AggregateRating")
    assert own["ratingValue"] == "4.00"
    assert next(one for one in things(listing) if one["@type"] == "Review")["reviewBody"] == WORDS
    other = client.get("/noor-haddad/labels-for-jam").get_data(as_text=True)
    assert "AggregateRating" not in kinds(other)  # the stars of another thing are not its own
    assert {"Organization", "WebSite", "SearchAction"} <= kinds(client.get("/").get_data(as_text=True))
    assert "BreadcrumbList" in kinds(client.get("/niches/brand-identity-food").get_data(as_text=True))


def test_hostile_words_stay_words(three: Reviewed, client: FlaskClient) -> None:
    with three.world.writing():
        practice = db.session.get_one(Practice, three.practice)
        practice.name, practice.help_what = "</script><script>alert(1)//", 'be "quoted" & <b>'
    page = client.get("/noor-haddad").get_data(as_text=True)
    assert "<script>alert(1)" not in page
    assert next(one for one in things(page) if one["@type"] == "ProfessionalService")["name"].startswith("</script>")
    feed = client.get("/feeds/practices/noor-haddad.xml")
    assert ET.fromstring(feed.data).find(f"{ATOM}entry/{ATOM}author/{ATOM}name").text.startswith("</script>")  # type: ignore[union-attr]


def test_feeds(three: Reviewed, client: FlaskClient) -> None:
    for path, title in (
        ("/feeds/practices/noor-haddad.xml", "New from Noor Haddad, Linchpin"),
        ("/feeds/niches/brand-identity-food.xml", None),
    ):
        answer = client.get(path)
        assert (answer.mimetype, answer.status_code) == ("application/atom+xml", 200)
        feed = ET.fromstring(answer.data)
        entries = feed.findall(f"{ATOM}entry")
        assert len(entries) == 3
        assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 3
        for part in (feed, *entries):
            assert all(part.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))
        assert title in (None, feed.findtext(f"{ATOM}title"))
        assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.get("/feeds/practices/nobody.xml").status_code == 404


@pytest.mark.parametrize("path", ["/cards/noor-haddad.png", "/cards/noor-haddad/labels-for-jam.png"])
def test_share_cards(three: Reviewed, client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    with Image.open(BytesIO(answer.data)) as picture:
        assert picture.size == (1200, 630)
    assert len(answer.data) < 120_000
    assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert path in client.get(path.removeprefix("/cards").removesuffix(".png")).get_data(as_text=True)
    assert client.get(path.replace("noor", "nora")).status_code == 404


def test_what_has_not_changed_is_not_sent_again(three: Reviewed, client: FlaskClient) -> None:
    for path in ("/", "/noor-haddad", "/noor-haddad/labels-for-jam", "/search?q=jam", "/niches", "/robots.txt"):
        first = client.get(path)
        tag = first.headers["ETag"]
        again = client.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b""), path
        assert "Content-Security-Policy" not in again.headers  # the kept page has the nonce of its own
        assert "Content-Security-Policy" in first.headers
    with three.app.app_context(), writing():
        db.session.get_one(Practice, three.practice).name = "Noor and Tiago"
    assert client.get("/noor-haddad", headers={"If-None-Match": client.get("/").headers["ETag"]}).status_code == 200


def test_whoever_is_known_gets_a_page_each_time(three: Reviewed) -> None:
    ada = three.world.signed_in(three.ada)
    answer = ada.get("/noor-haddad")
    assert "ETag" not in answer.headers
    assert "no-cache" in answer.headers["Cache-Control"]
    assert ada.get("/noor-haddad", headers={"If-None-Match": "*"}).status_code == 200
    form = three.app.test_client().get("/signin")
    assert "Set-Cookie" in form.headers
    assert "ETag" not in form.headers
