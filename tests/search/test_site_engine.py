"""The site between two engines: which is chosen, one rebuild at a time, and a node that goes away."""

from dataclasses import replace
from datetime import timedelta

import pytest

from community.core import leases
from community.core.db import db, writing
from community.core.events import emit
from community.listings.facts import ListingChanged
from community.listings.models import Listing
from community.search import index
from community.search.elastic import ElasticEngine
from community.search.embedded import EmbeddedEngine
from community.search.engine import Query, SearchError, WriterBusyError
from community.search.fallback import FallbackEngine
from community.search.titles import shipped


def test_health_names_every_engine(app, market):
    result = app.test_cli_runner().invoke(args=["search", "health"])
    assert result.exit_code == 0, result.output
    assert "embedded: ok, 5 of 5 listings" in result.output


def test_there_is_one_rebuild_over_all_machines(app, market, engine):
    with app.app_context():
        assert leases.hold("search.rebuild", timedelta(minutes=1), holder="elsewhere")
        with pytest.raises(WriterBusyError):
            index.rebuild()
        leases.let_go("search.rebuild", holder="elsewhere")
        assert index.rebuild() == 5
        assert index.progress() is None


def test_a_stand_in_says_so_on_the_page(app, client, market, engine, tmp_path):
    assert "a minute old" not in client.get("/search?q=cake").get_data(as_text=True)
    away = ElasticEngine("http://127.0.0.1:1")  # nothing listens there
    stand_in = EmbeddedEngine(tmp_path / "stand-in", titles=shipped())
    app.extensions["search_engine"] = FallbackEngine(away, stand_in)
    with app.app_context(), pytest.raises(SearchError):
        index.rebuild()
    page = client.get("/search?q=cake")
    assert "These results may be a minute old." in page.get_data(as_text=True)
    assert "Wedding <mark>cake</mark> tasting" in page.get_data(as_text=True)
    result = app.test_cli_runner().invoke(args=["search", "health"])
    assert "Elasticsearch: not ok" in result.output
    assert "embedded: ok, 5 of 5 listings" in result.output


def test_a_delivery_waits_for_the_node(app, client, market, engine, drain, advance, tmp_path):
    class Gate(ElasticEngine):
        open = False

        def apply(self, *given):
            if not self.open:
                raise SearchError("away")
            engine.apply(*given)

    first = Gate("http://127.0.0.1:1")
    stand_in = EmbeddedEngine(tmp_path / "stand-in")
    app.extensions["search_engine"] = FallbackEngine(first, stand_in)
    with app.app_context(), writing():
        db.session.get_one(Listing, market["Free first call"]).title = "A call about marzipan"
        emit(ListingChanged(market["Free first call"]))
    drain()
    assert stand_in.search(Query("marzipan")).exact == 1
    assert engine.search(Query("marzipan")).exact == 0
    Gate.open = True
    advance(timedelta(minutes=1))
    drain()
    assert engine.search(Query("marzipan")).exact == 1


def test_the_settings_choose_the_engine(built, tmp_path):
    alone, full = (
        replace(built.extensions["settings"], var=tmp_path, elasticsearch_url=url)
        for url in ("", "http://127.0.0.1:1/a")
    )
    with built.app_context():
        assert isinstance(index._chosen(alone), EmbeddedEngine)
        found = index._chosen(full)
    assert isinstance(found, FallbackEngine)
    assert found.first.store.alias == "a_listings"
