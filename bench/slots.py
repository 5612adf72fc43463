"""How fast a month of slots is: a practice of one with 500 bookings and one of ten, beside a plain double loop.

The database is one of its own, made here. The peer has what the database would have said in lists and tries every step
of every day against every open range and every booking: the same starts come out, or this fails.

    python bench/slots.py [--rounds 200]
"""

import argparse
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from flask import Flask  # noqa: E402
from pages import count_queries  # noqa: E402

BOOKINGS, MINUTES, MEMBERS, SEED = 500, 60, 10, 20261125
ZONE = "Europe/London"
GOAL_MS, GOAL_QUERIES, GOAL_TEN = 30.0, 6, 12
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 31)
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
HOURS = [(day, begins * 60, ends * 60) for day in range(6) for begins, ends in ((8, 12), (13, 18))]
BUFFER = timedelta(minutes=15)

Span = tuple[datetime, datetime]


def bookings() -> list[Span]:
    """Half-hours and hours of four months round the asked one, none touching another."""
    rng = random.Random(SEED)
    starts = [datetime(2026, 10, 1, 8, tzinfo=UTC) + timedelta(minutes=90 * n) for n in range(1_600)]
    chosen = sorted(rng.sample(starts, BOOKINGS))
    return [(start, start + timedelta(minutes=rng.choice((30, 60)))) for start in chosen]


def make(app: Flask, taken: list[Span], members: int) -> tuple[int, list[int]]:
    """Write a practice of that many people, each with hours and the bookings; returns its id and theirs."""
    from community.availability.models import Calendar  # noqa: PLC0415 - models need the app first
    from community.core.db import writing  # noqa: PLC0415
    from community.profiles.models import Practice  # noqa: PLC0415

    words = dict.fromkeys(("help_whom", "help_what", "help_how"), "x")
    terms = {"step": 30, "buffer_before": 0, "buffer_after": 15, "notice": 120}
    with app.app_context(), writing() as session:
        practice = Practice(slug=f"bench-{members}", name="bench", zone=ZONE, **words)
        session.add(practice)
        session.flush()
        session.add(Calendar(practice_id=practice.id, daily_limit=50, weekly_limit=50 * 60 * members, **terms))
        return practice.id, [join(practice.id, f"bench-{members}-{n}", taken) for n in range(members)]


def join(practice: int, name: str, taken: list[Span]) -> int:
    """Add one person to a practice; returns the id."""
    from community.accounts.models import Person  # noqa: PLC0415
    from community.availability.models import Claim, WeeklyHours  # noqa: PLC0415
    from community.core.db import db  # noqa: PLC0415
    from community.profiles.models import PracticeRole  # noqa: PLC0415

    session = db.session
    person = Person(email=f"{name}@bench.example", name=name, handle=name, fs_uniquifier=name, active=True)
    session.add(person)
    session.flush()
    who = {"person_id": person.id, "practice_id": practice}
    session.add(PracticeRole(role="owner", **who))
    session.add_all(WeeklyHours(weekday=day, starts=low, ends=high, **who) for day, low, high in HOURS)
    session.add_all(
        Claim(owner=f"booking:{n}", starts_at=a, ends_at=b, blocked_from=a, blocked_until=b + BUFFER, **who)
        for n, (a, b) in enumerate(taken)
    )
    return person.id


def plain(taken: list[Span]) -> list[datetime]:
    """The peer: every step against everything."""
    zone, length, found = ZoneInfo(ZONE), timedelta(minutes=MINUTES), []
    for number in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=number)
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
        for minute in range(0, 1_440, 30):
            start = (midnight + timedelta(minutes=minute)).astimezone(UTC)
            ranges = [(low, high) for weekday, low, high in HOURS if weekday == day.weekday()]
            is_open = any(low <= minute and minute + MINUTES <= high for low, high in ranges)
            is_taken = any(start < b + BUFFER and a < start + length + BUFFER for a, b in taken)
            if is_open and not is_taken and start >= NOW + timedelta(hours=2):
                found.append(start)
    return found


def main() -> int:
    """Measure and print; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as var:
        os.environ |= {"VAR": var, "NO_DEMO": "1", "LOG_LEVEL": "WARNING"}
        os.environ.pop("DATABASE_URL", None)
        from community import create_app  # noqa: PLC0415 - reads the environment
        from community.availability import queries  # noqa: PLC0415
        from community.core.db import db  # noqa: PLC0415
        from community.serve import prepare  # noqa: PLC0415

        app = create_app()
        prepare(app)
        taken = bookings()
        one, ten = make(app, taken, 1), make(app, taken, MEMBERS)

        def month(practice: int, members: list[int]) -> list[datetime]:
            span: dict[str, Any] = {"zone": ZONE, "minutes": MINUTES, "first": FIRST, "last": LAST, "now": NOW}
            try:
                return queries.slots(practice_id=practice, members=members, **span)
            finally:
                db.session.rollback()

        with app.app_context():
            return report(lambda: month(*one), lambda: month(*ten), lambda: plain(taken), rounds)


def report(
    ours: Callable[[], list[datetime]],
    ten: Callable[[], list[datetime]],
    bare: Callable[[], list[datetime]],
    rounds: int,
) -> int:
    """Measure in turns and print."""
    from community.core.db import db  # noqa: PLC0415

    if ours() != bare():
        raise RuntimeError("the two do not agree on the slots")
    ways = {"one member": ours, "ten members": ten, "plain double loop": bare}
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            began = time.process_time()
            way()
            took[name].append((time.process_time() - began) * 1000)
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}"
    )
    print(f"{BOOKINGS} bookings, {len(ours())} free starts of {MINUTES} min in a month; milliseconds of the processor")
    queries = {name: count_queries(db.engine, way) for name, way in ways.items()}
    high = {name: statistics.quantiles(found, n=20)[18] for name, found in took.items()}
    for name, found in took.items():
        print(f"{name:20} p50 {statistics.median(found):7.2f}   p95 {high[name]:7.2f}   {queries[name]} queries")
    print(f"goal p95 ≤ {GOAL_MS:g} ms, ≤ {GOAL_QUERIES} queries; ten ≤ {GOAL_TEN} queries")
    is_fine = high["one member"] <= GOAL_MS and queries["one member"] <= GOAL_QUERIES
    return 0 if is_fine and queries["ten members"] <= GOAL_TEN else 1


if __name__ == "__main__":
    sys.exit(main())
