"""A room with 10,000 messages in Chromium on a phone four times slower: first paint, scrolling back and forth, memory.

The peer is the same page with the first fifty messages only: what more of them cost is the difference.

    python bench/room.py [--messages 10000] [--slower 4] [--pages 40]
"""

import argparse
import os
import statistics
import sys
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402
from sqlalchemy import insert, select, update  # noqa: E402

from community import create_app  # noqa: E402
from community.accounts.models import Person  # noqa: E402
from community.config import load  # noqa: E402
from community.core import clock  # noqa: E402
from community.core.db import db, writing  # noqa: E402
from community.rooms.models import Message, Room, RoomMember  # noqa: E402
from tests.journeys.town import sign_in  # noqa: E402
from tests.services.seed import seed  # noqa: E402
from tests.services.server import Server  # noqa: E402

GOAL_PAINT, GOAL_TASK = 1.5, 0.1  # seconds
GOAL_MEMORY = 1.5  # times the memory of a fresh page, after scrolling
PHONE = {"width": 390, "height": 844}
LISTEN = """
window.tasks = [];
new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map((one) => one.duration)))
  .observe({ type: "longtask", buffered: true });
"""
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
WORDS = (
    "Good morning",
    "Two labels left, then **tea**",
    "Who has a good printer for small runs? Asking for jars",
    "Done!",
)


@dataclass
class Seen:
    """One visit: seconds, seconds, megabytes, megabytes, and how many messages stood in the page far back."""

    paint: float
    task: float
    fresh: float
    after: float
    shown: int


def write(var: Path, many: int) -> str:
    """A lounge with so many messages of forty people; its reference."""
    seed(var, people=40)
    app = create_app(load({"VAR": str(var)}))
    with app.app_context(), writing():
        room = db.session.scalars(select(Room).where(Room.kind == "lounge")).one()
        people = db.session.scalars(select(Person.id).where(Person.handle.like("talker%")).order_by(Person.id)).all()
        db.session.execute(insert(RoomMember), [{"room_id": room.id, "person_id": one} for one in people])
        begins = clock.now() - timedelta(minutes=many)
        rows = [
            {
                "room_id": room.id, "seq": n, "changed_seq": n, "number": n, "client_id": f"bench-{n}",
                "sender_id": people[n * 7 % len(people)], "text": f"{WORDS[n % len(WORDS)]} ({n})",
                "created_at": begins + timedelta(minutes=n),
            }
            for n in range(1, many + 1)
        ]  # fmt: skip
        for start in range(0, many, 1000):
            db.session.execute(insert(Message), rows[start : start + 1000])
        db.session.execute(update(Room).where(Room.id == room.id).values(seq=many, message_count=many))
        db.session.execute(update(RoomMember).where(RoomMember.room_id == room.id).values(read_count=many))
        ref = room.ref
    with app.app_context():
        db.engine.dispose()
    return ref


def _memory(devtools: Any) -> float:
    devtools.send("HeapProfiler.collectGarbage")
    found = {one["name"]: one["value"] for one in devtools.send("Performance.getMetrics")["metrics"]}
    return float(found["JSHeapUsedSize"]) / 1e6


LONGEST = "() => Math.max(0, ...window.tasks)"
FIRST = "() => document.querySelector('#log [data-id]').id"
LAST = "() => [...document.querySelectorAll('#log [data-id]')].at(-1).id"


def _scroll(page: Page, pages: int, *, back: bool) -> None:
    """As a thumb does: to one end, again and again, until so many more pages have come or there are none."""
    by, edge = (-600, FIRST) if back else (600, LAST)
    for _ in range(pages):
        before = page.evaluate(edge)
        for _step in range(6):
            page.evaluate("(by) => document.getElementById('log').scrollBy(0, by)", by)
            page.wait_for_timeout(60)
        page.evaluate("(top) => (document.getElementById('log').scrollTop = top)", 0 if back else 1e9)
        try:
            page.wait_for_function(f"(id) => ({edge})() !== id", arg=before, timeout=4000)
        except Exception:  # noqa: BLE001 - there is nothing more on that side
            return


def visit(chromium: Browser, url: str, ref: str, slower: float, pages: int) -> Seen:
    """Open the room as somebody who sits in it, scroll back, and half of that forward again."""
    with chromium.new_context(base_url=url, viewport=PHONE) as context:  # type: ignore[arg-type]
        context.add_init_script(LISTEN)
        page = context.new_page()
        sign_in(page, "talker1@example.com")
        devtools = context.new_cdp_session(page)
        devtools.send("Performance.enable")
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": slower})
        page.goto(f"/rooms/{ref}?tab=chat", wait_until="load")
        page.wait_for_function("() => document.querySelector('#log [data-id]')")
        page.wait_for_timeout(1500)
        paint, fresh = page.evaluate(PAINTED) / 1000, _memory(devtools)
        page.evaluate("() => (window.tasks.length = 0)")
        _scroll(page, pages, back=True)
        page.wait_for_timeout(1500)
        task, shown = page.evaluate(LONGEST), page.locator("#log [data-id]").count()
        after = _memory(devtools)
        page.evaluate("() => (window.tasks.length = 0)")  # collecting garbage at once is a long one
        _scroll(page, pages // 2, back=False)
        return Seen(paint, max(task, page.evaluate(LONGEST)) / 1000, fresh, after, shown)


def main() -> int:
    """Print the table; 1 when a goal is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--slower", type=float, default=4)
    parser.add_argument("--pages", type=int, default=40)
    given = parser.parse_args()

    rows: dict[str, Seen] = {}
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        for many in (50, given.messages):
            with tempfile.TemporaryDirectory() as folder:
                ref = write(Path(folder), many)
                with Server(Path(folder)) as server:
                    visit(chromium, server.url, ref, 1, 0)  # warms the server
                    seen = [visit(chromium, server.url, ref, given.slower, given.pages) for _ in range(3)]
            fields = ("paint", "task", "fresh", "after", "shown")
            rows[f"{many:,}"] = Seen(*(statistics.median(getattr(one, name) for one in seen) for name in fields))
        chromium.close()
    print(f"{given.slower:g} × slower, {given.pages} pages back, median of three\n")
    print("| messages | first paint, s | longest task while scrolling, ms | memory fresh, MB | after, MB | shown |")
    print("|---|---|---|---|---|---|")
    for name, one in rows.items():
        print(f"| {name} | {one.paint:.2f} | {one.task * 1000:.0f} | {one.fresh:.1f} | {one.after:.1f} | {one.shown} |")
    whole = rows[f"{given.messages:,}"]
    return int(whole.paint > GOAL_PAINT or whole.task > GOAL_TASK or whole.after > GOAL_MEMORY * whole.fresh)


if __name__ == "__main__":
    sys.exit(main())
