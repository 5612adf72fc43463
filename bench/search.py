"""How fast search is on many listings: the embedded engine and Elasticsearch, each beside the bare query in this run.

The listings and queries are made from the catalogue, the same ones each time. The bare query is what the engine
itself sends or runs, without reading the answer into our types: for Elasticsearch the same bodies over one raw
connection, for tantivy the same clauses: one pass for the hits, one for all facets. Beside the time that passed
stands the processor's, which other work on the machine disturbs less: of the calling thread, and on average of this
process and the node (--node its pid).

    python bench/search.py [--documents 100000] [--elasticsearch http://127.0.0.1:9200/bench] [--node PID]
"""

import argparse
import http.client
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sized
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from community.niches import catalogue  # noqa: E402
from community.search.elastic import ElasticEngine  # noqa: E402
from community.search.embedded import EmbeddedEngine  # noqa: E402
from community.search.embedded_clauses import understand  # noqa: E402
from community.search.embedded_facets import aggregation  # noqa: E402
from community.search.embedded_filters import complete  # noqa: E402
from community.search.embedded_pages import WINDOW  # noqa: E402
from community.search.engine import FACETS, Document, Near, Query  # noqa: E402
from community.search.protocol import SearchEngine  # noqa: E402
from community.search.titles import shipped  # noqa: E402

SEED = 20261125
TODAY = date(2026, 11, 25)
LIMIT = 12
GOAL_EMBEDDED_MS, GOAL_RATIO, GOAL_INDEXING, GOAL_TYPING_MS = 20.0, 1.2, 2_000, 10.0
SUGGESTIONS = 8
WARM_UP = 20
PATIENCE = 30.0  # seconds: a busy machine is slow


def documents(count: int) -> Iterator[Document]:
    """Yield listings as they could be: a niche, a town, a price, two days in three free."""
    rng = random.Random(SEED)
    niches = catalogue.niches()
    audiences = catalogue.audiences()
    phrases = [niche.description for niche in niches]
    days = [(TODAY + timedelta(days=number)).isoformat() for number in range(60)]
    towns = [(f"Town {number}", rng.uniform(50.5, 57), rng.uniform(-4.5, 1)) for number in range(300)]
    for number in range(count):
        niche, (town, latitude, longitude) = rng.choice(niches), rng.choice(towns)
        chosen = rng.sample(audiences, rng.randint(1, 3))
        practice = rng.randrange(count // 3 + 1)
        yield Document(
            id=str(number),
            title=f"{niche.name} {rng.choice(('for', 'with', 'and'))} {rng.choice(audiences).name.lower()}",
            text=". ".join([niche.description, *rng.choices(phrases, k=rng.randint(2, 12))]),
            practice=f"{rng.choice(('North', 'Little', 'Old', 'Bright'))} {rng.choice(niches).name} {practice}",
            practice_slug=f"practice-{practice}",
            niche=niche.slug,
            niche_name=niche.name,
            updated_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(400_000)),
            audiences=tuple(one.slug for one in chosen),
            audience_names=tuple(one.name for one in chosen),
            place=town,
            latitude=latitude,
            longitude=longitude,
            where=rng.choice(("online", "online", "phone", "on_site", "at_mine")),
            price=rng.randrange(niche.price_low, niche.price_high + 1, 500),
            free_days=tuple(day for day in days if rng.random() < 0.67),
            languages=("en",),
            payload={"slug": f"listing-{number}", "cover": "x", "minutes": niche.minutes},
        )


def queries(count: int) -> list[Query]:
    """Return what people ask for: titles, misspelt ones, words of several niches, filters, or nothing but filters."""
    rng = random.Random(SEED + 1)
    niches = catalogue.niches()
    titles = [title for names in catalogue.titles_by_niche().values() for title in names]
    found: list[Query] = []
    for number in range(count):
        asked: dict[str, Any] = {"words": rng.choice(titles), "limit": LIMIT, "today": TODAY}
        turn = number % 10
        if turn == 1:
            asked["words"] = misspelt(rng.choice(niches).name, rng)
        elif turn == 2:
            asked["words"] = f"{rng.choice(niches).name} {rng.choice(catalogue.audiences()).name}"
        elif turn == 3:
            asked["words"] = ""
        if turn in {3, 4}:
            asked["niche"] = rng.choice(niches).slug
        if turn in {5, 6}:
            first, last = TODAY + timedelta(days=turn - 5), TODAY + timedelta(days=rng.randint(1, 7))
            asked |= {"free_from": first, "free_to": last}
        if turn in {6, 7}:
            asked["near"] = Near(rng.uniform(51, 56), rng.uniform(-4, 1), 40)
        if turn == 8:
            asked |= {"price_max": 20_000, "where": ("online",)}
        if turn == 9:
            asked["sort"] = rng.choice(("price", "soonest", "newest"))
        found.append(Query(**asked))
    return found


def typed(asked: list[Query]) -> list[str]:
    """Return what stands in the field on the way to each query: two letters and more, one time in ten misspelt."""
    rng = random.Random(SEED + 2)
    names = [query.words or rng.choice(catalogue.niches()).name for query in asked]
    whole = [misspelt(name, rng) if number % 10 == 1 else name for number, name in enumerate(names)]
    return [name[: rng.randint(2, max(2, len(name)))] for name in whole]


def misspelt(text: str, rng: random.Random) -> str:
    """Leave one letter out of the longest word."""
    words = text.split()
    longest = max(words, key=len)
    at = rng.randrange(1, len(longest))
    return " ".join(word[:at] + word[at + 1 :] if word == longest else word for word in words)


@dataclass
class Times:
    """Milliseconds of one way to ask: as they passed, and of the processor."""

    name: str
    ask: Callable[[int], object]
    node: int | None = None  # process id of a server that works for it
    took: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    served: float = 0.0

    def run(self, number: int) -> None:
        """Ask the query of that number."""
        served, worked, began = seconds_of(self.node), time.thread_time(), time.perf_counter()
        self.ask(number)
        self.took.append((time.perf_counter() - began) * 1000)
        self.worked.append((time.thread_time() - worked) * 1000)
        self.served += (seconds_of(self.node) - served) * 1000

    @property
    def cpu(self) -> float:
        """Milliseconds of the processor a query, the server's among them."""
        return statistics.mean(self.worked) + self.served / len(self.worked)


def at(share: float, found: list[float]) -> float:
    """What `share` of the queries took at most."""
    return statistics.quantiles(found, n=100, method="inclusive")[round(share * 100) - 1]


def seconds_of(process: int | None) -> float:
    """The processor's seconds of another process so far, to a hundredth; 0 for none."""
    if process is None:
        return 0.0
    ticks = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


class BareTantivy:
    """The scored clause, and one pass of facets over the counted one, nothing else."""

    def __init__(self, engine: EmbeddedEngine, asked: list[Query]) -> None:
        self._searcher = engine._searcher()  # noqa: SLF001 - the peer reads the same files
        spots = engine._known_spots(self._searcher)  # noqa: SLF001
        found = [(q, understand(q.words, self._searcher, shipped()).strict) for q in asked]
        self._clauses = [(complete(a.scored, q, spots), complete(a.counted, q, spots)) for q, a in found]
        self._facets = {name: aggregation(name, TODAY) for name in FACETS}

    def ask(self, number: int) -> None:
        """Run one."""
        scored, counted = self._clauses[number]
        self._searcher.search(scored, limit=WINDOW, weight_by_field="boost")
        self._searcher.aggregate(counted, self._facets)


class BareElastic:
    """The engine's own requests over one raw connection."""

    def __init__(self, engine: ElasticEngine, url: str, asked: list[Query], *, last_only: bool) -> None:
        sent: list[tuple[str, bytes]] = []
        real = engine.link.ask

        def noted(method: str, path: str, body: Any = None, **more: Any) -> Any:
            sent.append((path, json.dumps(body).encode()))
            return real(method, path, body, **more)

        engine.link.ask = noted  # type: ignore[method-assign]
        self.requests = []
        for query in asked:
            sent.clear()
            engine.search(query)
            self.requests.append(sent[-1:] if last_only else sent[:])
        engine.link.ask = real  # type: ignore[method-assign]
        self._wire = http.client.HTTPConnection(urlsplit(url).netloc)

    def ask(self, number: int) -> None:
        """Send one query's requests and read the bytes that come back."""
        for path, body in self.requests[number]:
            self._wire.request("POST", path, body, {"Content-Type": "application/json"})
            self._wire.getresponse().read()


def indexed(name: str, engine: SearchEngine, count: int, node: int | None = None) -> bool:
    """Fill the engine, print how fast that was, and say whether the goal was met."""
    made = list(documents(count))
    served, worked, began = seconds_of(node), time.process_time(), time.perf_counter()
    engine.rebuild(made)
    speed = count / (time.perf_counter() - began)
    cpu = count / (time.process_time() - worked + seconds_of(node) - served)
    print(f"{name}: indexing {speed:,.0f} documents/s, {cpu:,.0f} a second of one core (goal ≥ {GOAL_INDEXING:,})")
    return speed >= GOAL_INDEXING


def read(engine: SearchEngine, query: Query) -> list[object]:
    """Search, and mark what matched in every hit's title and text."""
    return [hit.marks for hit in engine.search(query).hits]


def measured(asked: Sized, ways: list[Times], rounds: int) -> None:
    """Ask every query every way, each time another way first."""
    for number in range(min(WARM_UP, len(asked))):
        for way in ways:
            way.ask(number)
    for turn in range(rounds):
        for number in range(len(asked)):
            first = (turn + number) % len(ways)
            for way in ways[first:] + ways[:first]:
                way.run(number)
    for way in ways:
        kinds = (("passed", way.took), ("thread", way.worked))
        told = [f"{label} p50 {at(0.5, of):6.2f} p95 {at(0.95, of):6.2f} ms" for label, of in kinds]
        print(f"{way.name:31}", *told, f"processor {way.cpu:6.2f} ms", sep="   ", flush=True)


def embedded(count: int, asked: list[Query], rounds: int) -> bool:
    """Measure the embedded engine; True when its goals were met."""
    with tempfile.TemporaryDirectory() as root:
        engine = EmbeddedEngine(Path(root), titles=shipped())
        fine = indexed("embedded", engine, count)
        ours = Times("embedded", lambda number: read(engine, asked[number]))
        bare = Times("  bare tantivy, all facets once", BareTantivy(engine, asked).ask)
        measured(asked, [ours, bare], rounds)
        compare(ours, bare)
        print(f"  goal p95 ≤ {GOAL_EMBEDDED_MS} ms")
        words = typed(asked)
        typing = Times("  as you type", lambda number: engine.suggest(words[number], SUGGESTIONS))
        measured(words, [typing], rounds)
        print(f"  goal p95 ≤ {GOAL_TYPING_MS} ms")
        fast = at(0.95, ours.took) <= GOAL_EMBEDDED_MS and at(0.95, typing.took) <= GOAL_TYPING_MS
        return fine and fast


def compare(ours: Times, bare: Times) -> None:
    """Print how many times what the bare query takes."""
    passed = [at(share, ours.took) / at(share, bare.took) for share in (0.5, 0.95)]
    print(
        f"  ratio to {bare.name.strip()}: p50 {passed[0]:.2f}, p95 {passed[1]:.2f}, processor {ours.cpu / bare.cpu:.2f}"
    )


def elastic(url: str, count: int, asked: list[Query], rounds: int, node: int | None) -> bool:
    """Measure Elasticsearch; True when its goals were met."""
    engine = ElasticEngine(url, titles=shipped(), rest=0.0, patience=PATIENCE)
    try:
        fine = indexed("Elasticsearch", engine, count, node)
        everything = BareElastic(engine, url, asked, last_only=False)
        requests = sum(map(len, everything.requests))
        ours = Times("Elasticsearch", lambda number: read(engine, asked[number]), node)
        bare = Times("  bare, the same requests", everything.ask, node)
        last = Times("  bare, the last request only", BareElastic(engine, url, asked, last_only=True).ask, node)
        measured(asked, [ours, bare, last], rounds)
        for peer in (bare, last):
            compare(ours, peer)
        print(f"  goal p95 ≤ {GOAL_RATIO} × the bare query; {requests / len(asked):.2f} requests a search")
        return fine and at(0.95, ours.took) <= GOAL_RATIO * at(0.95, bare.took)
    finally:
        engine.store.clear()
        engine.close()


def main() -> int:
    """Measure and print; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--elasticsearch", default=os.environ.get("TEST_ELASTICSEARCH_URL", ""))
    parser.add_argument("--node", type=int, help="process id of Elasticsearch, where it runs on this machine")
    parser.add_argument("--only", choices=["embedded", "elasticsearch"])
    given = parser.parse_args()
    asked = queries(given.queries)
    print(f"{given.documents:,} listings, {given.queries} queries with {len(FACETS)} facets, {given.rounds} rounds")
    fine = True
    if given.only != "elasticsearch":
        fine &= embedded(given.documents, asked, given.rounds)
    if given.elasticsearch and given.only != "embedded":
        url = given.elasticsearch.rstrip("/")
        url = url if urlsplit(url).path else f"{url}/bench"
        fine &= elastic(url, given.documents, asked, given.rounds, given.node)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
