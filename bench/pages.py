"""How fast a list page is: search and a niche's page of the real app, beside a bare Flask + SQLAlchemy page.

The bare page (`bare.py`) reads the same listings from the same database and shows them in HTML of the same size. Both
run in this process, in turns, without a network.

    python bench/pages.py [--var DIR] [--size 2000] [--rounds 60]
"""

import argparse
import os
import platform
import re
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from flask.testing import FlaskClient  # noqa: E402
from sqlalchemy import Engine, event, func, select, tuple_  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

from bench.bare import bare_app, choices_for  # noqa: E402

GOAL_SHARE, GOAL_QUERIES, CARDS = 0.5, 6, 20
ACCEPT = {"Accept": "text/html"}


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


def rows(body: bytes, engine: Engine) -> str:
    """The numbers of the listings that a page shows, for the peer to show too."""
    from community.listings.models import Listing  # noqa: PLC0415 - models need the app first
    from community.profiles.models import Practice  # noqa: PLC0415

    shown_there = re.findall(r'class="card__t"><a href="/([^/"]+)/([^"]+)"', body.decode())
    whose = select(Listing.id).join(Practice, Practice.id == Listing.practice_id)
    with Session(engine) as session:
        found = session.scalars(whose.where(tuple_(Practice.slug, Listing.slug).in_(shown_there)))
        return ",".join(str(one) for one in found)


def compare(name: str, client: FlaskClient, bare: FlaskClient, path: str, engine: Engine, n: int) -> bool:
    """Measure one page beside its peer; True when the goals were met."""
    real = client.get(path, headers=ACCEPT).data
    asked = rows(real, engine)
    choices = choices_for(bare, asked, len(real))
    pages = [
        Page(name, lambda: client.get(path, headers=ACCEPT).data),
        Page("  bare", lambda: bare.get(f"/?ids={asked}&choices={choices}").data),
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
        many = select(Niche.slug).join(Listing, Listing.niche_id == Niche.id).group_by(Niche.slug)
        niche = db.session.scalar(many.order_by(func.count().desc(), Niche.slug))
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}"
    )
    client, bare = app.test_client(), bare_app(engine).test_client()
    fine = [
        compare(path, client, bare, path, engine, given.rounds)
        for path in ("/search", "/search?q=website", f"/niches/{niche}")
    ]
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
