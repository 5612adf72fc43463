"""A search index of its own for every test, and a marketplace to search."""

import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from community.core.db import writing
from community.core.events import emit
from community.listings.facts import ListingChanged
from community.niches import queries as niches
from community.search import log
from community.search.elastic import ElasticEngine
from community.search.embedded import EmbeddedEngine
from community.search.titles import Titles, shipped
from tests.world import World

NODE = os.environ.get("TEST_ELASTICSEARCH_URL", "")
KINDS = ("embedded", "elastic") if NODE else ("embedded",)
TITLES = Titles(
    {
        "wedding-cakes": ("Wedding cakes", "wedding cake maker", "tiered cake", "pastry chef", "cake person"),
        "bookkeeping": ("Bookkeeping", "bookkeeper", "accounts clerk", "xero set-up"),
        "brand-identity": ("Brand identity", "logo designer", "art director"),
        "bike-repair": ("Bike repair", "bicycle repairer", "cycle mechanic"),
        "translation": ("Translation", "translator", "interpreter"),
    }
)
collect_ignore = [] if NODE else ["test_elastic.py"]

Engine = EmbeddedEngine | ElasticEngine
Maker = Callable[..., Engine]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What asks an engine something asks each engine there is."""
    if {"app", "make_engine"} & set(metafunc.fixturenames):
        metafunc.parametrize("kind", KINDS, indirect=True)


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> str:
    """Which engine a test is about."""
    return str(getattr(request, "param", "embedded"))


@pytest.fixture
def node() -> Iterator[str]:
    """The address of a namespace of one's own on the node, emptied afterwards."""
    url = f"{NODE}/t_{secrets.token_hex(6)}"
    yield url
    cleaner = ElasticEngine(url)
    cleaner.store.clear()
    cleaner.close()


@pytest.fixture
def make_engine(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Maker]:
    """Gives engines that share one index."""
    made: list[Engine] = []
    url = request.getfixturevalue("node") if kind == "elastic" else ""

    def make(titles: Titles = TITLES) -> Engine:
        found: Engine = ElasticEngine(url, titles=titles) if url else EmbeddedEngine(tmp_path / "index", titles=titles)
        made.append(found)
        return found

    yield make
    for engine in made:
        engine.close()


@pytest.fixture
def engine(site_engine: Engine) -> Engine:
    """The engine of the app under test."""
    return site_engine


@pytest.fixture(autouse=True)
def site_engine(request: pytest.FixtureRequest, kind: str) -> Iterator[Engine | None]:
    """An engine for the app under test; nothing for tests without an app."""
    if "app" not in request.fixturenames:
        yield None
        return
    app: Flask = request.getfixturevalue("app")
    made: Engine = request.getfixturevalue("make_engine")(shipped())
    app.extensions["search_engine"] = made
    for kept in (log._searches, log._shown, log._opened):
        kept.clear()
    yield made
    app.extensions.pop("search_engine")


@pytest.fixture
def market(app: Flask, world: World, drain: Callable[[], int]) -> dict[str, int]:
    """Three practices with five listings, in the index; the ids by a short name."""
    ids: dict[str, int] = {}
    offers = (
        ("Noor Haddad", "brand-identity-food", (("A brand identity for hot sauce", {60: 9500}),)),
        ("Mara Ellis", "wedding-cakes", (("Wedding cake tasting", {45: 2500}), ("Free first call", {15: 0}))),
        ("Bea Lyle", "vat-help", (("VAT return in an hour", {60: 6000, 90: 8000}), ("Books by phone", {30: 3000}))),
    )
    for name, niche, listings in offers:
        person = world.person(name)
        practice = world.practice(person, name)
        ids[name] = person
        ids[f"{name} practice"] = practice
        for title, prices in listings:
            with app.app_context():
                niche_id = niches.niche(niche).id
            where = "phone" if "phone" in title else "own_link"
            ids[title] = world.listing(practice, title, prices=prices, niche_id=niche_id, where_kind=where)
            with app.app_context(), writing():
                emit(ListingChanged(ids[title]))
    drain()
    return ids
