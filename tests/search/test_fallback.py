"""Elasticsearch out of reach: the embedded engine stands in, says so, and nothing is lost."""

import json
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from community.search.elastic import PATIENCE, ElasticEngine
from community.search.elastic_link import SEARCH_SECONDS, Deadline
from community.search.embedded import EmbeddedEngine
from community.search.engine import Query, SearchError
from community.search.fallback import FallbackEngine
from tests.search.test_engine import make


def closed_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@contextmanager
def node(answer):
    """A node that answers every request with what `answer()` returns: a status and a body, or nothing for ever."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, body = answer()
            self.send_response(status)
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_POST  # noqa: N815 - the server's names

        def log_message(self, *given):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def embedded(tmp_path):
    found = EmbeddedEngine(tmp_path)
    found.rebuild([make("translation", number) for number in range(1, 4)])
    return found


def slow():
    time.sleep(3)
    return 200, b"{}"


@pytest.mark.parametrize(
    "answer",
    [
        None,
        slow,
        lambda: (200, b"<html>no JSON at all"),
        lambda: (200, b"[]"),
        lambda: (200, b"{}"),
        lambda: (503, b'{"error": {"type": "unavailable", "reason": "starting"}, "status": 503}'),
        lambda: (404, b'{"error": {"type": "index_not_found_exception", "reason": "none"}, "status": 404}'),
    ],
    ids=["closed", "slow", "garbage", "no object", "no hits", "unavailable", "no index"],
)
def test_the_stand_in_answers_in_time_and_says_so(embedded, answer):
    def check(url):
        engine = FallbackEngine(ElasticEngine(url), embedded)
        began = time.monotonic()
        page = engine.search(Query("translator"))
        assert time.monotonic() - began < 2
        assert (page.total, page.stale) == (3, True)
        engine.first.close()

    if answer is None:
        check(f"http://127.0.0.1:{closed_port()}")
        return
    with node(answer) as url:
        check(url)


def test_the_breaker_opens_and_the_node_comes_back(embedded):
    there = {"hits": {"total": {"value": 0}}, "aggregations": {}}
    asked, status = [], [503]

    def answer():
        asked.append(1)
        return status[0], json.dumps(there if status[0] == 200 else {"error": "away", "status": 503}).encode()

    with node(answer) as url:
        engine = FallbackEngine(ElasticEngine(url, rest=0.2), embedded)
        plain = Query(facets=())
        assert engine.search(plain).stale
        assert engine.first.link.breaker.is_open
        assert engine.search(plain).stale
        assert len(asked) == 1
        status[0] = 200
        time.sleep(0.25)
        page = engine.search(plain)
        assert (page.stale, page.total) == (False, 0)
        assert not engine.first.link.breaker.is_open
        engine.first.close()


def test_writing_away_fails_but_the_stand_in_has_it(embedded):
    engine = FallbackEngine(ElasticEngine(f"http://127.0.0.1:{closed_port()}", rest=0.0), embedded)
    with pytest.raises(SearchError):
        engine.apply([make("bookkeeping", 1)])
    assert engine.search(Query(niche="bookkeeping")).total == 1
    with pytest.raises(SearchError):
        engine.rebuild([make("bookkeeping", number) for number in range(1, 8)])
    assert engine.search(Query()).total == 7
    assert engine.count() == 7
    health = engine.health()
    assert (health.ok, health.documents, health.needs_rebuild) == (True, 7, False)
    assert not engine.healths()["Elasticsearch"].ok
    engine.first.close()


def test_an_answer_that_names_refused_items_fails_the_batch(embedded):
    items = [
        {"index": {"_id": "a", "status": 201}},
        {"index": {"_id": "b", "status": 400, "error": {"type": "document_parsing_exception", "reason": "odd"}}},
    ]
    said = [{"x_listings-1": {"aliases": {"linchpin_listings": {}}}}, {"errors": True, "items": items}]
    with node(lambda: (200, json.dumps(said.pop(0)).encode())) as url:
        engine = ElasticEngine(url)
        with pytest.raises(SearchError, match="1 were not written: b: document_parsing_exception odd"):
            engine.apply([make("bookkeeping", 1, id="a"), make("bookkeeping", 2, id="b")])
        engine.close()


def test_a_cursor_of_the_other_engine_starts_over(embedded):
    engine = FallbackEngine(ElasticEngine(f"http://127.0.0.1:{closed_port()}"), embedded)
    here = embedded.search(Query(limit=1))
    assert engine.knows_cursor(Query(cursor=here.cursor))
    there = "WyJlcyIsICJyZWxldmFuY2UiLCAxMjNd"  # ["es", "relevance", 123]
    assert engine.knows_cursor(Query(cursor=there))
    assert not engine.knows_cursor(Query(cursor="nonsense"))
    again = engine.search(Query(cursor=there, limit=1))
    assert again.hits[0].document == here.hits[0].document
    engine.first.close()


def test_a_search_is_given_up_as_a_whole():
    """Three requests that are each in time are not, together: the stand-in has to answer within the two seconds."""
    now = [100.0]
    until = Deadline(PATIENCE, lambda: now[0])
    assert until.left() == SEARCH_SECONDS
    now[0] += 0.5
    assert until.left() == 0.4
    now[0] += 0.35
    with pytest.raises(SearchError):
        until.left()


def test_who_has_no_time_left_is_not_asked():
    asked = []

    def answer():
        asked.append(1)
        return 200, json.dumps({"hits": {"total": {"value": 0}}}).encode()

    query = Query("weding cakes", facets=())
    with node(answer) as url:
        with pytest.raises(SearchError):
            ElasticEngine(url, patience=0.0).search(query)
        assert asked == []
        ElasticEngine(url, patience=30.0).search(query)
    assert len(asked) > 1


@pytest.mark.parametrize(
    "junk",
    [
        {}, {"hits": []}, {"hits": {}}, {"hits": {"total": {"value": "many"}}}, {"hits": {"total": {"value": 3}}},
        {"hits": {"total": {"value": 99}, "hits": [{"_source": {}}]}}, {"hits": {"total": {"value": 3}, "hits": 7}},
        {"count": "many", "aggregations": [], "index": {"alias": 1}},
    ],
)  # fmt: skip
def test_an_answer_that_makes_no_sense_is_none(embedded, junk):
    with node(lambda: (200, json.dumps(junk).encode())) as url:
        engine = FallbackEngine(ElasticEngine(url, rest=0.0), embedded)
        found = engine.search(Query("translation"))
        assert (found.total, found.stale) == (3, True)
        engine.suggest("tran", 3)
        assert engine.health().documents in {0, 3}
