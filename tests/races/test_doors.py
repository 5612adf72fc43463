"""Every door that takes time or a seat, with many racers at once (quality.md, G1): exactly as many winners as there is
to have, no deadlock, everybody else told why; with the guards off it oversells. SQLite from one process, PostgreSQL
from two.

STORM_ROUNDS sets the rounds (4), STORM_DOOR_RACERS the racers (16).
"""

import json
import os
from collections import Counter
from datetime import UTC, datetime, timedelta
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
from community.bookings.actions import waiting, workshops
from community.bookings.choices import Choice
from community.bookings.models import Booking, Proposal
from community.config import load
from community.core import clock
from community.core.db import db, writing
from community.listings.models import Listing, WorkshopDate
from community.profiles.models import Practice
from tests.services import forks
from tests.services.seed import copied
from tests.world import World

pytestmark = pytest.mark.server
ROUNDS = int(os.environ.get("STORM_ROUNDS", "4"))
RACERS = int(os.environ.get("STORM_DOOR_RACERS", "16"))
SEATS = 3


class Racers:
    """A process of them, and the lines to it."""

    def __init__(self, command: list[str], environ: dict[str, str], log: Path) -> None:
        theirs, ours = zip(os.pipe(), reversed(os.pipe()), strict=True)
        self._process = forks.start(command, os.environ | environ, log, theirs)
        for one in theirs:
            os.close(one)
        self._mouth, self._ear = os.fdopen(ours[0], "w", buffering=1), os.fdopen(ours[1])
        assert self._ear.readline() == "ready\n", log.read_text()

    def tell(self, turn: dict[str, Any]) -> None:
        """Off they go."""
        self._mouth.write(json.dumps(turn) + "\n")

    def hear(self) -> dict[str, Any]:
        """How it went."""
        heard: dict[str, Any] = json.loads(self._ear.readline())
        return heard

    def end(self) -> None:
        """There are no more rounds."""
        self._mouth.close()
        self._process.wait(30)
        self._ear.close()


class Race:
    """A site with a free listing of each kind, and processes full of racers."""

    def __init__(self, var: Path, database_url: str, processes: int, *, off: bool = False) -> None:
        copied(var, database_url)
        given = {"VAR": str(var), "NO_DEMO": "1"} | ({"DATABASE_URL": database_url} if database_url else {})
        os.environ.pop("DATABASE_URL", None)
        self.app = create_app(load(given))
        self.world = World(self.app)
        self.turn = 0
        with self.world.writing():
            first = db.session.scalars(select(Listing)).first()
            assert first is not None
            self.practice, self.owner = first.practice_id, first.practice.owner.id
        self.peer = self.world.practice(self.world.person("Tom Peer"), "Tom Peer")
        self.waited = self.world.practice(self.world.person("Wim Peer"), "Wim Peer")
        for practice_id in (self.practice, self.peer, self.waited):
            self._always_open(practice_id)
        self.free = self.world.listing(self.practice, "Free", prices={60: 0})
        self.peers = self.world.listing(self.peer, "Free too", prices={60: 0})
        self.waited_for = self.world.listing(self.waited, "Full", prices={60: 0})
        self.asking = self.world.listing(self.practice, "Asking", prices={60: 0}, on_request=True)
        self.workshop = self.world.listing(self.practice, "Workshop", prices={}, kind="workshop", price=0)
        self.processes = [self._start(given, var, n, processes, off) for n in range(processes)]
        self.moving = [self._booked(self.free, timedelta(days=330, hours=2 * n)) for n in range(RACERS)]

    def _always_open(self, practice_id: int) -> None:
        with self.world.writing():
            practice = db.session.get_one(Practice, practice_id)
            availability.set_terms(practice, buffer_before=0, buffer_after=0, notice=0, horizon_days=365)
            availability.set_hours(practice, practice.owner, [OpenRange(day, 0, 1440) for day in range(7)])

    @staticmethod
    def _start(given: dict[str, str], var: Path, number: int, of: int, off: bool) -> "Racers":
        each = RACERS // of
        command = ["-m", "tests.races.doors", str(var), str(each), str(number * each)]
        return Racers(command + (["off"] if off else []), given, var / f"racers{number}.log")

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
        ahead = timedelta(days=52, hours=2 * self.turn)  # past the seeded workshop
        told = self._told(door, ahead) | {"door": door, "turn": self.turn, "bookings": self.moving, "owner": self.owner}
        start = told.pop("start", self._start_at(ahead))
        told["starts"] = [at.isoformat() for at in (start, start, start + timedelta(minutes=30))]
        for process in self.processes:
            process.tell(told)
        answers = [process.hear() for process in self.processes]
        won = [number for answer in answers for number in answer["won"]]
        return won, sum((Counter(answer["told"]) for answer in answers), Counter[str]())

    def _told(self, door: str, ahead: timedelta) -> dict[str, Any]:
        """What is there to have behind a door."""
        if door == "seat":
            return {"listing": self.workshop, "date": self._date(self._start_at(ahead))}
        if door == "answer":
            return {"booking": self._booked(self.asking, ahead)}
        if door == "hand_over":
            return {"listing": self.peers, "proposal": self._proposed(self._booked(self.free, ahead))}
        if door == "take":
            waiter, start = self._offered()
            return {"listing": self.waited_for, "waiter": waiter, "start": start}
        return {"listing": self.free}

    def _proposed(self, booking_id: int) -> int:
        """A booking that its practice and its client want handed over; the peer has not answered."""
        with self.world.writing():
            booking = db.session.get_one(Booking, booking_id)
            made = Proposal(
                booking_id=booking_id, kind="hand_over", side="practice", status="open", practice_id=self.peer, share=0,
                starts_at=booking.starts_at, ends_at=booking.ends_at, expires_at=booking.starts_at,
                client_agreed_at=clock.now(),
            )  # fmt: skip
            db.session.add(made)
            db.session.flush()
            return made.id

    def _offered(self) -> tuple[int, Any]:
        """Somebody who waits, and the hour that is kept for them: by the clock of the processes."""
        with clock.frozen(datetime.now(UTC)), self.world.writing():
            listing = db.session.get_one(Listing, self.waited_for)
            client = actions.Client("Who waits", f"w{self.turn}@example.com", f"w{self.turn}", "UTC", "en_GB")
            waiter = waiting.wait(listing, client=client, minutes=60)
            waiting.offer_next(listing)
            assert waiter.offered is not None
            return waiter.id, waiter.offered

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
            query = select(Claim).where(Claim.live).order_by(Claim.person_id, Claim.blocked_from)
            live = db.session.scalars(query).all()
            found = sum(
                one.person_id == two.person_id and one.blocked_until > two.blocked_from for one, two in pairwise(live)
            )
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
            process.end()
        with self.app.app_context():
            db.engine.dispose()


WINNERS = {"hold": 1, "reschedule": 1, "answer": 1, "seat": SEATS, "hand_over": 1, "take": 1}
TOLD = {
    "hold": {"slot_taken"},
    "reschedule": {"slot_taken", "same_time"},
    "answer": {"not_now"},
    "seat": {"full"},
    "hand_over": {"slot_taken", "nothing_asked", "peer_busy"},
    "take": {"slot_taken", "offer_over"},
}


def _race(race: Race) -> None:
    told: dict[str, Counter[str]] = {door: Counter() for door in WINNERS}
    for turn in range(ROUNDS):
        if turn % 10 == 0:
            print(f"round {turn + 1} of {ROUNDS}", flush=True)
        for door, winners in WINNERS.items():
            won, others = race.round(door)
            assert len(won) == winners, (door, won, others)
            assert set(others) <= TOLD[door], (door, others)
            told[door] += others
    assert (race.overlapping(), race.crowded()) == (0, 0)
    print(f"{ROUNDS} rounds × {RACERS} racers through {', '.join(WINNERS)}: {told}")
    race.end()


def _oversell(race: Race) -> None:
    for door in ("hold", "reschedule", "seat", "hand_over", "take"):
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
