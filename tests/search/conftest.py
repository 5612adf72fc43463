"""A search index of its own for every test, and a marketplace to search."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from community.core.db import writing
from community.core.events import emit
from community.listings.facts import ListingChanged
from community.niches import catalogue
from community.niches import queries as niches
from community.search import log
from community.search.embedded import EmbeddedEngine
from tests.world import World


@pytest.fixture(autouse=True)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EmbeddedEngine | None]:
    """The engine of the app under test; nothing for the tests of the engine itself."""
    if "app" not in request.fixturenames:
        yield None
        return
    app: Flask = request.getfixturevalue("app")
    made = EmbeddedEngine(tmp_path / "index", titles=catalogue.niche_of_title())
    app.extensions["search_engine"] = made
    for kept in (log._searches, log._shown, log._opened):
        kept.clear()
    yield made
    app.extensions.pop("search_engine")
    made.close()


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
