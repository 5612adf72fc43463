"""How fast a list page is: search and a niche's page of the real app, beside a bare Flask + SQLAlchemy page.

The bare page reads the same listings from the same database by their numbers, with practices and lengths in two
queries, and shows the same rows in HTML of the same size: cards with what the real cards show, the rest as one text. No
index, filters, counts, frame, languages, limits or headers. Both run in this process, in turns, without a network.

    python bench/pages.py [--var DIR] [--size 2000] [--rounds 60]
"""

import argparse
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from flask import Flask  # noqa: E402
from flask.testing import FlaskClient  # noqa: E402
from sqlalchemy import Engine, event, select  # noqa: E402
from sqlalchemy.orm import Session, joinedload, lazyload, selectinload  # noqa: E402

GOAL_SHARE, GOAL_QUERIES, CARDS = 0.5, 6, 20
ACCEPT = {"Accept": "text/html"}

BARE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title></head><body>
<main>{% for one in listings %}<article class="card"><div class="card__art"><img src="/covers/{{ one.cover }}.svg"
 alt="" width="400" height="300" loading="lazy"></div><div class="card__by"><b>{{ one.practice.name }}</b></div>
<h2 class="card__t"><a href="{{ url_for('show', practice=one.practice.slug, slug=one.slug) }}">{{ one.title }}</a></h2>
<p class="card__price"><b class="num">£{{ "%.2f"|format(one.lengths[0].price / 100) }}</b>
<span>{{ one.lengths[0].minutes }} min</span></p></article>
{% endfor %}</main><footer>{{ rest }}</footer></body></html>"""


@dataclass
class Page:
    """One way to make a page, and the processor's milliseconds it took each time."""

    name: str
    get: Callable[[], bytes]
    took: list[float] = field(default_factory=list)

    def run(self) -> bytes:
        """Make it once."""
        began = time.process_time()
        body = self.get()
        self.took.append((time.process_time() - began) * 1000)
        return body

    @property
    def median(self) -> float:
        """Milliseconds."""
        return statistics.median(self.took)


def bare_app(engine: Engine) -> Flask:
    """The peer: `/?ids=1,2,3&rest=LENGTH`."""
    from flask import request  # noqa: PLC0415 - beside its use

    from community.listings.models import Listing  # noqa: PLC0415 - models need the app first

    app = Flask("bare")
    page = app.jinja_env.from_string(BARE)  # compiled once, as a file would be
    whose = joinedload(Listing.practice)
    wanted = (lazyload("*"), whose, whose.lazyload("*"), selectinload(Listing.lengths))

    @app.get("/")
    def index() -> str:
        ids = [int(one) for one in request.args["ids"].split(",")]
        with Session(engine) as session:
            listings = session.scalars(select(Listing).options(*wanted).where(Listing.id.in_(ids))).unique().all()
            return page.render(title="Listings", listings=listings, rest=REST[: int(request.args["rest"])])

    @app.get("/<practice>/<slug>")
    def show(practice: str, slug: str) -> str:
        return practice + slug

    return app


REST = "Bookable time of small businesses, with the price it costs. " * 2_000


def count_queries(engine: Engine, work: Callable[[], Any]) -> int:
    """How many statements some work sends."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def shown(body: bytes) -> int:
    """How many cards a page has."""
    return body.count(b'<article class="card">')


def compare(
    name: str, client: FlaskClient, bare: FlaskClient, path: str, ids: list[int], engine: Engine, n: int
) -> bool:
    """Measure one page beside its peer; True when the goals were met."""
    real = client.get(path, headers=ACCEPT).data
    asked = ",".join(map(str, ids[: shown(real)]))
    empty = len(bare.get(f"/?ids={asked}&rest=0").data)
    rest = max(0, len(real) - empty)
    pages = [
        Page(name, lambda: client.get(path, headers=ACCEPT).data),
        Page("  bare", lambda: bare.get(f"/?ids={asked}&rest={rest}").data),
    ]
    for _ in range(5):
        sizes = [len(page.get()) for page in pages]
    for turn in range(n):
        for page in pages[turn % 2 :] + pages[: turn % 2]:
            page.run()
    queries = [count_queries(engine, page.get) for page in pages]
    for page, size, many in zip(pages, sizes, queries, strict=True):
        cards = shown(page.get())
        print(
            f"{page.name:24}{page.median:8.2f} ms{1000 / page.median:8.0f} pages/s{cards:4} cards{size:8} bytes"
            f"{many:4} queries"
        )
    share = pages[1].median / pages[0].median
    print(f"  {share:.0%} of the bare speed (goal ≥ {GOAL_SHARE:.0%}), {queries[0]} queries (goal ≤ {GOAL_QUERIES})")
    return share >= GOAL_SHARE and queries[0] <= GOAL_QUERIES


def main() -> int:
    """Measure and print; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--var", type=Path, default=ROOT / "var" / "bench-market", help="state with a market town")
    parser.add_argument("--size", type=int, default=2_000, help="listings, where the town is made first")
    parser.add_argument("--rounds", type=int, default=60)
    given = parser.parse_args()
    os.environ |= {"VAR": str(given.var.resolve()), "NO_DEMO": "1", "LOG_LEVEL": "WARNING"}
    given.var.mkdir(parents=True, exist_ok=True)
    from community import create_app  # noqa: PLC0415 - reads the environment
    from community.core.db import db  # noqa: PLC0415
    from community.listings.models import Listing  # noqa: PLC0415
    from community.niches.models import Niche  # noqa: PLC0415
    from community.search import rules  # noqa: PLC0415
    from community.serve import prepare  # noqa: PLC0415

    app = create_app()
    prepare(app)
    if app.test_cli_runner().invoke(args=["demo", "load", "--town", "market", "--size", str(given.size)]).exit_code:
        raise SystemExit("the market town could not be made")
    rules.PAGE = CARDS
    rules.Wanted.query.__kwdefaults__["limit"] = CARDS
    app.config["RATELIMIT_ENABLED"] = False
    with app.app_context():
        engine = db.engine
        most = select(Niche.slug).join(Listing, Listing.niche_id == Niche.id).limit(1)
        niche = db.session.scalar(most)
        ids = list(db.session.scalars(select(Listing.id).order_by(Listing.id.desc()).limit(50)))
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}"
    )
    client, bare = app.test_client(), bare_app(engine).test_client()
    fine = [
        compare(path, client, bare, path, ids, engine, given.rounds)
        for path in ("/search", "/search?q=website", f"/niches/{niche}")
    ]
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
