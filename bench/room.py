"""A room with 10,000 messages in Chromium on a phone four times slower: first paint, scrolling back and forth, memory.

The peer is the same page with the first fifty messages only: what more of them cost is the difference.

    python bench/room.py [--messages 10000] [--slower 4] [--pages 40]
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
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
SOON = 5  # pages back, where memory is looked at too: from there on it should stay
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
FIRST = "document.querySelector('#log [data-id]')?.id"
LAST = "[...document.querySelectorAll('#log [data-id]')].at(-1).id"
SHOWN = "document.querySelectorAll('#log [data-id]').length"
WORDS = (
    "Good morning",
    "Two labels left, then **tea**",
    "Who has a good printer for small runs? Asking for jars",
    "Done!",
)


@dataclass
class Seen:
    """One visit: seconds, seconds, megabytes three times, and how many messages stood in the page far back."""

    paint: float
    task: float
    fresh: float
    soon: float
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


class Eyes:
    """What is seen of a page and done in it, without what Playwright would put into its memory (as much again as the
    page has by itself).
    """

    def __init__(self, page: Page) -> None:
        self.page, self.devtools = page, page.context.new_cdp_session(page)
        self.devtools.send("Performance.enable")

    def ask(self, expression: str) -> Any:
        """The value of an expression in the page."""
        found = self.devtools.send("Runtime.evaluate", {"expression": expression, "returnByValue": True})
        return found["result"].get("value")

    def wait(self, expression: str, seconds: float = 10) -> bool:
        """Until that is true; whether it came to be."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.ask(expression):
                return True
            self.page.wait_for_timeout(50)
        return False

    def memory(self) -> float:
        """Megabytes of the page's heap, without what nothing holds any more."""
        self.page.wait_for_timeout(1500)
        for _ in range(3):
            self.devtools.send("HeapProfiler.collectGarbage")
        found = {one["name"]: one["value"] for one in self.devtools.send("Performance.getMetrics")["metrics"]}
        return float(found["JSHeapUsedSize"]) / 1e6

    def scroll(self, pages: int, *, back: bool) -> float:
        """As a thumb does: to one end, again and again, until so many more pages have come or there are none. Gives the
        longest task's milliseconds.
        """
        by, edge = (-600, FIRST) if back else (600, LAST)
        self.ask("window.tasks.length = 0")  # collecting garbage at once is a long one
        for _ in range(pages):
            before = self.ask(edge)
            for _step in range(6):
                self.ask(f"document.getElementById('log').scrollBy(0, {by})")
                self.page.wait_for_timeout(60)
            self.ask(f"document.getElementById('log').scrollTop = {0 if back else 1e9}")
            if not self.wait(f"{edge} !== {before!r}", 4):  # there is nothing more on that side
                break
        self.page.wait_for_timeout(1500)
        return float(self.ask("Math.max(0, ...window.tasks)"))


def visit(chromium: Browser, url: str, ref: str, slower: float, pages: int) -> Seen:
    """Open the room as somebody who sits in it, scroll back, and half of that forward again."""
    with chromium.new_context(base_url=url, viewport=PHONE) as context:  # type: ignore[arg-type]
        context.add_init_script(LISTEN)
        page = context.new_page()
        sign_in(page, "talker1@example.com")
        eyes = Eyes(page)
        eyes.devtools.send("Emulation.setCPUThrottlingRate", {"rate": slower})
        page.goto(f"/rooms/{ref}?tab=chat", wait_until="load")
        eyes.wait(FIRST)
        fresh, paint = eyes.memory(), eyes.ask(PAINTED) / 1000
        tasks = [eyes.scroll(min(SOON, pages), back=True)]
        soon = eyes.memory()
        tasks.append(eyes.scroll(pages - SOON, back=True))
        after, shown = eyes.memory(), eyes.ask(SHOWN)
        tasks.append(eyes.scroll(pages // 2, back=False))
        return Seen(paint, max(tasks) / 1000, fresh, soon, after, shown)


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
            fields = ("paint", "task", "fresh", "soon", "after", "shown")
            rows[f"{many:,}"] = Seen(*(statistics.median(getattr(one, name) for one in seen) for name in fields))
        chromium.close()
    print(f"{given.slower:g} × slower, {given.pages} pages back, median of three\n")
    print("| messages | first paint, s | longest task, ms | memory fresh, MB | 5 pages back | after | shown |")
    print("|---|---|---|---|---|---|---|")
    for name, one in rows.items():
        memory = " | ".join(f"{of:.2f}" for of in (one.fresh, one.soon, one.after))
        print(f"| {name} | {one.paint:.2f} | {one.task * 1000:.0f} | {memory} | {one.shown} |")
    whole = rows[f"{given.messages:,}"]
    return int(whole.paint > GOAL_PAINT or whole.task > GOAL_TASK or whole.after > GOAL_MEMORY * whole.fresh)


if __name__ == "__main__":
    sys.exit(main())
