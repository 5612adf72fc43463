"""Every door that takes time or a seat, with many racers at once (quality.md, G1): exactly as many winners as there is
to have, no deadlock, everybody else told why; with the guards off it oversells. SQLite from one process, PostgreSQL
from two.

STORM_ROUNDS sets the rounds (4), STORM_DOOR_RACERS the racers (16).
"""

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from community import create_app
from community.availability import actions as availability
from community.availability.models import Claim
from community.availability.rules import OpenRange
from community.bookings import actions
from community.bookings.actions import workshops
from community.bookings.choices import Choice
from community.bookings.models import Booking
from community.config import load
from community.core import clock
from community.core.db import db, writing
from community.listings.models import Listing, WorkshopDate
from tests.services.seed import seed
from tests.services.server import ROOT
from tests.world import World

pytestmark = pytest.mark.server
ROUNDS = int(os.environ.get("STORM_ROUNDS", "4"))
RACERS = int(os.environ.get("STORM_DOOR_RACERS", "16"))
SEATS = 3


class Race:
    """A site with a free listing of each kind, and processes full of racers."""

    def __init__(self, var: Path, database_url: str, processes: int, *, off: bool = False) -> None:
        seed(var, database_url)
        given = {"VAR": str(var), "NO_DEMO": "1"} | ({"DATABASE_URL": database_url} if database_url else {})
        os.environ.pop("DATABASE_URL", None)
        self.app = create_app(load(given))
        self.world = World(self.app)
        self.turn = 0
        with self.world.writing():
            first = db.session.scalars(select(Listing)).first()
            assert first is not None
            self.practice, self.owner = first.practice_id, first.practice.owner.id
            availability.set_terms(first.practice, buffer_before=0, buffer_after=0, notice=0, horizon_days=365)
            availability.set_hours(first.practice, first.practice.owner, [OpenRange(day, 0, 1440) for day in range(7)])
        self.free = self.world.listing(self.practice, "Free", prices={60: 0})
        self.asking = self.world.listing(self.practice, "Asking", prices={60: 0}, on_request=True)
        self.workshop = self.world.listing(self.practice, "Workshop", prices={}, kind="workshop", price=0)
        self.processes = [self._start(given, var, n, processes, off) for n in range(processes)]
        self.moving = [self._booked(self.free, timedelta(days=330, hours=2 * n)) for n in range(RACERS)]

    @staticmethod
    def _start(given: dict[str, str], var: Path, number: int, of: int, off: bool) -> "subprocess.Popen[str]":
        each = RACERS // of
        command = [sys.executable, "-m", "tests.races.doors", str(var), str(each), str(number * each)]
        process = subprocess.Popen(
            command + (["off"] if off else []), cwd=ROOT, env=os.environ | given, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    def _start_at(self, ahead: timedelta) -> Any:
        return (clock.now() + ahead).replace(minute=0, second=0, microsecond=0)

    def _booked(self, listing_id: int, ahead: timedelta) -> int:
        with self.world.writing():
            listing = db.session.get_one(Listing, listing_id)
            name = f"p{self.turn}-{ahead.total_seconds():.0f}"
            client = actions.Client(name, f"{name}@example.com", name, "UTC", "en_GB")
            choice = Choice(minutes=60, starts=(self._start_at(ahead),))
            return actions.hold(listing, choice=choice, client=client)[0].id

    def round(self, door: str) -> tuple[list[int], Counter[str]]:
        """One round through one door; the winners, and what the others were told."""
        self.turn += 1
        start = self._start_at(timedelta(days=10, hours=3 * self.turn))
        told: dict[str, Any] = {
            "door": door,
            "turn": self.turn,
            "listing": self.workshop if door == "seat" else self.free,
            "starts": [at.isoformat() for at in (start, start, start + timedelta(minutes=30))],
            "bookings": self.moving,
            "owner": self.owner,
        }
        if door == "seat":
            told["date"] = self._date(start)
        if door == "answer":
            told["booking"] = self._booked(self.asking, timedelta(days=10, hours=3 * self.turn))
        for process in self.processes:
            assert process.stdin is not None
            process.stdin.write(json.dumps(told) + "\n")
            process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for process in self.processes]  # type: ignore[union-attr]
        won = [number for answer in answers for number in answer["won"]]
        return won, sum((Counter(answer["told"]) for answer in answers), Counter[str]())

    def _date(self, start: Any) -> int:
        with self.app.app_context(), writing():
            listing = db.session.get_one(Listing, self.workshop)
            meeting = (start, start + timedelta(hours=1))
            return workshops.schedule(
                listing, meetings=[meeting], seats=SEATS, minimum=0, decides_at=start, deliverer_id=self.owner
            ).id

    def overlapping(self) -> int:
        """How many pairs of live claims of one person overlap."""
        with self.app.app_context():
            live = db.session.scalars(select(Claim).where(Claim.live).order_by(Claim.blocked_from)).all()
            found = sum(one.blocked_until > two.blocked_from for one, two in pairwise(live))
            db.session.rollback()
            return found

    def crowded(self) -> int:
        """How many live seats there are beyond those that exist."""
        with self.app.app_context():
            taken = Counter(db.session.scalars(select(Booking.date_id).where(Booking.seat.is_not(None))))
            dates = db.session.scalars(select(WorkshopDate).where(WorkshopDate.id.in_(taken))).all()
            found = sum(max(0, taken[date.id] - date.seats) for date in dates)
            db.session.rollback()
            return found

    def end(self) -> None:
        """Everybody goes home."""
        for process in self.processes:
            process.communicate(timeout=30)
        with self.app.app_context():
            db.engine.dispose()


WINNERS = {"hold": 1, "reschedule": 1, "answer": 1, "seat": SEATS}
TOLD = {
    "hold": {"slot_taken"},
    "reschedule": {"slot_taken", "same_time"},
    "answer": {"not_now"},
    "seat": {"full"},
}


def _race(race: Race) -> None:
    told: dict[str, Counter[str]] = {door: Counter() for door in WINNERS}
    for _turn in range(ROUNDS):
        for door, winners in WINNERS.items():
            won, others = race.round(door)
            assert len(won) == winners, (door, won, others)
            assert set(others) <= TOLD[door], (door, others)
            told[door] += others
    assert (race.overlapping(), race.crowded()) == (0, 0)
    print(f"{ROUNDS} rounds × {RACERS} racers through {', '.join(WINNERS)}: {told}")
    race.end()


def _oversell(race: Race) -> None:
    for door in ("hold", "reschedule", "seat"):
        for _turn in range(4):
            race.round(door)
    assert race.overlapping() > 0
    assert race.crowded() > 0
    race.end()


def test_sqlite_one_process(tmp_path: Path) -> None:
    _race(Race(tmp_path, "", 1))


def test_sqlite_without_guards(tmp_path: Path) -> None:
    _oversell(Race(tmp_path, "", 1, off=True))


@pytest.mark.postgresql
def test_postgresql_two_processes(tmp_path: Path, postgresql_database: str) -> None:
    _race(Race(tmp_path, postgresql_database, 2))


@pytest.mark.postgresql
def test_postgresql_without_guards(tmp_path: Path, postgresql_database: str) -> None:
    _oversell(Race(tmp_path, postgresql_database, 2, off=True))
