"""What only the embedded engine has: files, their lock, and what a kill or a broken disk leaves of them."""

import json
import subprocess
import sys
from threading import Thread

import pytest

from community.search import embedded_store
from community.search.embedded import EmbeddedEngine
from community.search.embedded_schema import tie
from community.search.engine import Query, SearchError, WriterBusyError
from community.search.turns import turn
from tests.search.conftest import TITLES
from tests.search.test_engine import NICHES, make


def test_writers_take_turns(tmp_path):
    first, second = EmbeddedEngine(tmp_path), EmbeddedEngine(tmp_path, wait=0.1)
    threads = [Thread(target=engine.apply, args=([make("translation", n)],)) for n, engine in enumerate([first] * 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert first.count() == 8
    with turn(tmp_path / "write.lock", 0), pytest.raises(WriterBusyError):
        second.apply([make("translation", 9)])
    second.apply([make("translation", 9)])
    assert second.count() == 9


def test_processes_take_turns(tmp_path):
    code = (
        "import sys, tests.search.test_embedded as t; from pathlib import Path\n"
        "e = t.EmbeddedEngine(Path(sys.argv[1]))\n"
        "for n in range(10): e.apply([t.make('bookkeeping', n, id=f'{sys.argv[2]}/{n}')])"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name]) for name in "ab"]
    assert [process.wait(60) for process in running] == [0, 0]
    assert EmbeddedEngine(tmp_path).count() == 20


def test_there_is_one_rebuild(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded_store, "_LOOK_SECONDS", 0.0)
    engine = EmbeddedEngine(tmp_path)
    with engine.rebuilding() as fill:
        fill.add([make("translation")])
        with pytest.raises(WriterBusyError):
            engine.rebuild([make("bookkeeping")])
    assert engine.search(Query()).hits[0].document.niche == "translation"
    assert len(list(tmp_path.glob("index-*"))) == 1


@pytest.mark.parametrize("where", ["apply", "rebuild"])
def test_a_killed_writer_leaves_a_usable_index(tmp_path, where):
    code = (
        "import os, signal, sys, tests.search.test_embedded as t; from pathlib import Path\n"
        "e = t.EmbeddedEngine(Path(sys.argv[1])); e.apply([t.make('bookkeeping', n) for n in range(5)])\n"
        "(Path(sys.argv[1]) / 'index-v1-left').mkdir()\n"
        "kill = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "t.embedded_store.add = t.embedded_store.Fill.add = kill\n"
        "getattr(e, sys.argv[2])([t.make('translation')])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path), where], check=False, capture_output=True)
    assert done.returncode == -9, done.stderr
    engine = EmbeddedEngine(tmp_path)
    assert engine.count() == 5
    engine.apply([make("translation")])
    assert engine.count() == 6
    assert engine.rebuild([make("translation")]) == 1
    assert len(list(tmp_path.glob("index-*"))) == 1
    assert not (tmp_path / "changes").exists()


def test_what_a_killed_batch_left_is_in_nobodys_way(tmp_path):
    """Killed after its files were written and before they counted: the next batch writes files of the same names."""
    engine = EmbeddedEngine(tmp_path)
    engine.apply([make("translation", number) for number in range(3)])
    live = tmp_path / (tmp_path / "current").read_text()
    before = {path.name: path.read_bytes() for path in live.iterdir()}
    engine.apply([make("bookkeeping")], [make("translation", 1).id])
    assert list(live.glob("*.del"))
    (live / "meta.json").write_bytes(before["meta.json"])
    engine = EmbeddedEngine(tmp_path)
    assert engine.count() == 3
    engine.apply([make("bookkeeping")], [make("translation", 1).id])
    assert engine.count() == 3
    assert [hit.document.niche for hit in engine.search(Query()).hits].count("bookkeeping") == 1


def test_many_batches_do_not_leave_many_pieces(tmp_path):
    engine = EmbeddedEngine(tmp_path)
    for number in range(40):
        engine.apply([make("translation", number)])
    assert engine.count() == 40
    live = tmp_path / (tmp_path / "current").read_text()
    assert len(json.loads((live / "meta.json").read_text())["segments"]) < 20


def test_a_pointer_to_elsewhere_is_no_index(tmp_path):
    engine = EmbeddedEngine(tmp_path)
    engine.rebuild([make("translation")])
    (tmp_path / "current").write_text("../elsewhere")
    assert EmbeddedEngine(tmp_path).health().needs_rebuild


def test_a_damaged_index_says_so_and_can_be_rebuilt(tmp_path):
    engine = EmbeddedEngine(tmp_path)
    engine.rebuild([make("translation")])
    engine.close()
    live = tmp_path / (tmp_path / "current").read_text()
    (live / "meta.json").write_text("{")
    engine = EmbeddedEngine(tmp_path)
    assert not engine.health().ok
    with pytest.raises(SearchError):
        engine.search(Query())
    engine.rebuild([make("translation"), make("bookkeeping")])
    assert engine.count() == 2
    engine.close()


def test_listings_that_score_alike_are_in_one_order_on_every_page(tmp_path):
    """Far more of them than the first page looks at, in an order that is not that of the files."""
    engine = EmbeddedEngine(tmp_path)
    engine.rebuild(make("translation", id=f"{number}/x", title="Translation", practice="") for number in range(60))
    wanted = sorted((f"{number}/x" for number in range(60)), key=tie)
    first = engine.search(Query("translation", limit=3))
    second = engine.search(Query("translation", limit=3, cursor=first.cursor))
    assert [hit.document.id for hit in (*first.hits, *second.hits)] == wanted[:6]
    assert first.total == 60


def test_what_is_counted_is_what_is_found(tmp_path):
    """The counts ask for less than the page: of every facet that all have, the choices add up to the total."""
    engine = EmbeddedEngine(tmp_path, titles=TITLES)
    engine.rebuild(make(niche, number) for niche in NICHES for number in range(5))
    for words in ("cake", "pastry chef", "bookeeping", "transl", "bike cycle sourdough", "labels serviced", ""):
        for sort in ("relevance", "price"):
            found = engine.search(Query(words, sort=sort))
            for name in ("niche", "where", "kind"):
                assert sum(bucket.count for bucket in found.facets[name].buckets) == found.total > 0, (words, name)
