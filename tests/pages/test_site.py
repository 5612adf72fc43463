"""The site's own pages: each has a title and gives no cookie to those who look."""

import re

import pytest
from flask import url_for

from community.core.db import writing
from community.core.events import emit
from community.listings.facts import ListingChanged
from community.niches import queries as niches
from community.search.embedded import EmbeddedEngine
from community.search.titles import shipped

PATHS = (
    "/",
    "/how-it-works",
    "/terms",
    "/terms/2026-11-22",
    "/privacy",
    "/rules",
    "/accessibility",
    "/niches",
    "/niches/wedding-cakes",
)


@pytest.fixture(autouse=True)
def _index(app, tmp_path):
    app.extensions["search_engine"] = EmbeddedEngine(tmp_path / "index", titles=shipped())
    yield
    app.extensions.pop("search_engine").close()


@pytest.fixture
def three(app, world, drain):
    """Three listings of one niche for one audience, from one practice, in the index."""
    practice = world.practice(world.person("Mara Ellis"), "Mara Ellis")
    with app.app_context():
        niche_id, whom = niches.niche("wedding-cakes").id, niches.audience("couples").id
    for title in ("Tasting for two", "Cake rescue", "Sugar flowers"):
        listing_id = world.listing(practice, title, niche_id=niche_id, prices={30: 2500, 60: 4000})
        with app.app_context(), writing() as session:
            from community.listings.models import listings_audiences

            session.execute(listings_audiences.insert().values(listing_id=listing_id, audience_id=whom))
            emit(ListingChanged(listing_id))
    drain()


@pytest.mark.parametrize("path", PATHS)
def test_every_page_has_a_title_and_gives_no_cookie(client, path):
    answer = client.get(path)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    title = page.partition("<title>")[2].partition("</title>")[0]
    assert title.endswith("· Linchpin")
    assert len(title) > len(" · Linchpin")
    assert page.count("<h1") == 1


def test_unknown_versions_and_niches_are_not_there(client):
    for path in ("/terms/2020-01-01", "/privacy/x", "/niches/nothing", "/niches/wedding-cakes/nobody"):
        assert client.get(path).status_code == 404


def test_the_version_is_said(client):
    assert "This version holds from 22 November 2026." in client.get("/terms").get_data(as_text=True)


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("root", ["", "/under"])
def test_links_of_a_niche_are_those_of_the_routes(app, root):
    """Its page writes them by a shorter way."""
    browser = app.test_client()
    page = browser.get("/niches/wedding-cakes", environ_overrides={"SCRIPT_NAME": root}).get_data(as_text=True)
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": root}):
        _niche, nearby = niches.niche_and_nearby("wedding-cakes")
        wanted = [url_for("niches.pair", slug="wedding-cakes", audience="couples")]
        wanted += [url_for("niches.show", slug=one.slug) for one in nearby if one.slug != "wedding-cakes"][:12]
    assert len(wanted) > 1
    assert [one for one in wanted if f'href="{one}"' not in page] == []


@pytest.mark.usefixtures("three")
def test_home_shows_real_openings_and_counts(client):
    page = client.get("/").get_data(as_text=True)
    assert "Free this week" in page
    assert page.count('class="card"') == 1  # one of each practice
    assert "3 listings, from £26.25" in page


@pytest.mark.usefixtures("three")
def test_a_niche_and_its_pair(client):
    page = client.get("/niches/wedding-cakes").get_data(as_text=True)
    assert page.count('class="card"') == 3
    assert "£26.25 – £42" in page
    assert "/niches/wedding-cakes/couples" in page
    nearby = re.findall(r'class="tile" href="([^"]+)"', page)
    assert nearby
    assert {client.get(href).status_code for href in nearby} == {200}
    pair = client.get("/niches/wedding-cakes/couples")
    assert "Wedding cakes for couples" in pair.get_data(as_text=True)
    assert client.get("/niches/vat-help/couples").status_code == 302


@pytest.mark.usefixtures("three")
def test_machines_find_the_pages(client):
    assert "Sitemap: http://linchpin.test/sitemap.xml" in client.get("/robots.txt").get_data(as_text=True)
    assert "/sitemap/pages.xml" in client.get("/sitemap.xml").get_data(as_text=True)
    parts = ("pages", "practices-0", "listings-0")
    listed = "".join(client.get(f"/sitemap/{part}.xml").get_data(as_text=True) for part in parts)
    assert "<loc>http://linchpin.test/niches/wedding-cakes/couples</loc>" in listed
    assert "<loc>http://linchpin.test/mara-ellis/tasting-for-two</loc>" in listed
