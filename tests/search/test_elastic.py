"""What only Elasticsearch has: a mapping, items that fail singly, aliases, several processes at once."""

from threading import Event, Thread

import pytest

from community.search.elastic import ElasticEngine
from community.search.elastic_schema import definition, language, stemmer, version
from community.search.elastic_store import ElasticStore
from community.search.engine import Query, SearchError
from tests.search.test_engine import NICHES, make


@pytest.fixture
def engine(node):
    found = ElasticEngine(node)
    found.rebuild([make(slug, number) for slug in NICHES for number in range(1, 7)])
    yield found
    found.close()


def test_the_mapping_refuses_what_it_does_not_know(engine):
    index = engine.store.aliases()[engine.store.alias]
    with pytest.raises(SearchError, match="strict"):
        engine.link.ask("PUT", f"/{index}/_doc/1", {"title": "A", "colour": "red"})
    assert engine.count() == 30


def test_one_refused_item_is_told_and_the_rest_is_kept(engine):
    good = make("translation", 50)
    bad = make("translation", 52, latitude=400.0, longitude=0.0)
    with pytest.raises(SearchError, match="1 were not written"):
        engine.apply([good, bad], ["bookkeeping-practice/1"])
    assert engine.count() == 30
    assert engine.search(Query(niche="bookkeeping")).total == 5
    with pytest.raises(SearchError):
        engine.rebuild([good, bad])
    assert engine.count() == 30
    assert len(engine.store._indices()) == 1


def test_searching_goes_on_while_indices_are_swapped(engine, node):
    reader, stop, seen, errors = ElasticEngine(node), Event(), set(), []

    def read():
        while not stop.is_set():
            try:
                seen.add(reader.ask(Query("translator", facets=())).total)
            except SearchError as error:
                errors.append(error)

    thread = Thread(target=read)
    thread.start()
    for _ in range(5):
        engine.rebuild([make(slug, number) for slug in NICHES for number in range(1, 7)])
    stop.set()
    thread.join(10)
    reader.close()
    assert (errors, seen) == ([], {6})
    assert len(engine.store._indices()) == 1


def test_a_rebuild_that_was_killed_is_cleared_away_by_the_next(engine):
    engine.store._create(f"{engine.store.prefix}left", engine.store.next, {})
    engine.apply([make("translation", 60)])
    assert engine.count() == 31
    assert engine.rebuild([make("translation", 60)]) == 1
    assert len(engine.store._indices()) == 1


def test_a_rebuild_that_lost_its_index_to_another_fails(engine):
    with pytest.raises(SearchError), engine.rebuilding() as first:
        first.add([make("translation", 1)])
        assert engine.rebuild([make("bookkeeping", 1)]) == 1
        first.add([make("translation", 2)])
    assert engine.count() == 1
    assert len(engine.store._indices()) == 1


def test_documents_that_went_missing_stop_the_swap(engine):
    with pytest.raises(SearchError, match="lacks 1 of 2"), engine.rebuilding() as new:
        new.add([make("translation", 1)])
        new.count += 1
    assert engine.count() == 30


def test_another_definition_asks_for_a_rebuild(engine, node):
    other = ElasticEngine(node, language="French")
    assert version("French") != version("English")
    assert other.health().needs_rebuild
    other.rebuild([make("translation", 1, title="Des gâteaux de mariage")])
    assert not other.health().needs_rebuild
    assert [text for text, match in other.search(Query("gateau")).hits[0].marks.title if match] == ["gâteaux"]
    other.close()


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en_GB", "gardens tastings wedding bookkeepers"),
        ("de_AT", "Bäckereien Gärten Hochzeiten"),
        ("fr", "conseillères gâteaux mariages"),
        ("es_ES", "clases panaderías jardines"),
        ("it_IT", "traduzioni giardini matrimoni"),
        ("pt_PT", "cartões jardins casamentos"),
        ("ja_JP", "gardens"),
    ],
)
def test_every_language_stems_here_as_there(engine, locale, words):
    name = language(locale)
    store = ElasticStore(engine.link, f"{engine.store.alias}_{name.lower()}", name)
    index = f"{store.prefix}analysed"
    engine.link.ask("PUT", f"/{index}", definition(name), seconds=30)
    try:
        asked = {"analyzer": "stemmed", "text": words}
        found = engine.link.ask("POST", f"/{index}/_analyze", asked)
    finally:
        engine.link.ask("DELETE", f"/{index}")
    assert [token["token"] for token in found["tokens"]] == [stemmer(name)(word) for word in words.split()]


def test_sites_share_a_node(engine):
    address = engine.link._client.transport.node_pool.get().base_url
    other = ElasticEngine(f"{address}/{engine.store.alias}_x")
    other.apply([make("translation", 1)])
    engine.rebuild([make("translation", 1), make("translation", 2)])
    assert (engine.count(), other.count()) == (2, 1)
    other.store.clear()
    other.close()
    with pytest.raises(ValueError, match="not made of"):
        ElasticEngine(f"{address}/a-b")
