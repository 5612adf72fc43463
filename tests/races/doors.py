"""Racers in a process of their own, through every door that takes time or a seat. Run as
`python -m tests.races.doors VAR RACERS FIRST [off]`: one line of JSON in (a round: door, ids, start) makes RACERS
greenlets, numbered from FIRST, go through the door at once, and one line out says who won and what the others heard.

`off` is the control: neither lock, nor check, nor the database's refusal.
"""

from gevent import monkey

monkey.patch_all()

import json
import random
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

import gevent
from flask import Flask
from gevent.event import Event
from sqlalchemy.exc import OperationalError

from community import create_app
from community.accounts.models import Person
from community.availability.actions import Overlap
from community.bookings import actions, proposals, waitlists
from community.bookings.actions import handing_over, waiting
from community.bookings.choices import Choice
from community.core.db import db, is_away, writing
from community.core.errors import Refused
from community.listings.models import Listing


def _client(number: int, turn: int) -> actions.Client:
    return actions.Client(f"Racer {number}", f"r{turn}-{number}@example.com", f"b{turn}-{number}", "UTC", "en_GB")


def hold(number: int, turn: dict[str, Any]) -> None:
    """The same start for most, one that overlaps it for the others."""
    start = datetime.fromisoformat(turn["starts"][number % len(turn["starts"])])
    listing = db.session.get_one(Listing, turn["listing"])
    actions.hold(listing, choice=Choice(minutes=60, starts=(start,)), client=_client(number, turn["turn"]))


def reschedule(number: int, turn: dict[str, Any]) -> None:
    """Each moves a booking of their own to that start."""
    start = datetime.fromisoformat(turn["starts"][number % len(turn["starts"])])
    booking = actions.lock(turn["bookings"][number])
    actions.reschedule(booking, start=start, actor="client", by=None)


def answer(number: int, turn: dict[str, Any]) -> None:
    """Yes, no and take-back of one request at once."""
    booking = actions.lock(turn["booking"])
    by = db.session.get_one(Person, turn["owner"])
    if number % 3 == 0:
        actions.accept(booking, by=by)
    elif number % 3 == 1:
        actions.decline(booking, by=by)
    else:
        actions.withdraw(booking, by=None)


def seat(number: int, turn: dict[str, Any]) -> None:
    """The last seats of a workshop."""
    listing = db.session.get_one(Listing, turn["listing"])
    actions.hold(listing, choice=Choice(date_id=turn["date"]), client=_client(number, turn["turn"]))


def hand_over(number: int, turn: dict[str, Any]) -> None:
    """The peer takes a booking over, again and again, while others book the peer's same hour."""
    if number % 2:
        hold(number, turn)
    else:
        proposal = proposals.get(turn["proposal"])
        booking = handing_over.lock_both(proposal)
        by = db.session.get_one(Person, turn["owner"])
        handing_over.agree(proposal, booking, side="practice", by=by)


def take(number: int, turn: dict[str, Any]) -> None:
    """Who waited takes the hour they were offered, from several windows, while others try to book it."""
    if number % 2:
        hold(number, turn)
    else:
        choice = Choice(minutes=60, starts=(datetime.fromisoformat(turn["starts"][0]),))
        waiting.take(waitlists.get(turn["waiter"]), client=_client(number, turn["turn"]), choice=choice)


LOCK_NOT_AVAILABLE, TRIES = "55P03", 20
DOORS = {"hold": hold, "reschedule": reschedule, "answer": answer, "seat": seat, "hand_over": hand_over, "take": take}


def _pass(door: Callable[[], None]) -> None:
    """As the site's visitors do, again after a moment where no lock or connection came in time: that is a 503."""
    for _ in range(TRIES):
        try:
            with writing():
                return door()
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", "") != LOCK_NOT_AVAILABLE and not is_away(error):
                raise
        gevent.sleep(1)
    raise TimeoutError("never served")


def run(app: Flask, racers: int, first: int, turn: dict[str, Any]) -> dict[str, Any]:
    """All at once; who won, and how often each other answer came."""
    go, won, told = Event(), [], Counter[str]()

    def one(number: int) -> None:
        with app.test_request_context():
            go.wait()
            try:
                _pass(lambda: DOORS[turn["door"]](number, turn))
            except Overlap as refusal:
                told[refusal.code] += 1
            except Refused as refusal:
                told[refusal.code] += 1
            except Exception as error:  # noqa: BLE001 - a deadlock or anything else is what the race looks for
                told[f"!{error!r}"[:200]] += 1
            else:
                won.append(number)
            finally:
                db.session.remove()

    order = random.Random(turn["turn"]).sample(range(first, first + racers), racers)
    greenlets = [gevent.spawn(one, number) for number in order]
    gevent.sleep(0)
    go.set()
    gevent.joinall(greenlets)
    return {"won": won, "told": told}


def guards_off(app: Flask) -> None:
    """Everybody finds the time free, nobody waits, and the database takes it."""
    from community.availability import actions as availability
    from community.availability import queries
    from community.bookings.process import executor, taking
    from community.core import guards

    queries.conflicts = lambda *_args, **_kwargs: False  # type: ignore[assignment]
    queries.who_is_free = lambda *, members, **_kwargs: list(members)  # type: ignore[assignment]
    availability.lock_practices = lambda *_ids: None  # type: ignore[assignment]
    taking.taken_seats = lambda *_args, **_kwargs: (frozenset(), 0)  # type: ignore[assignment]
    executor.check = lambda *_args: None  # type: ignore[assignment]
    with app.app_context(), db.engine.begin() as connection:
        guards.remove(connection, "claims_no_overlap")
        connection.exec_driver_sql("DROP INDEX IF EXISTS uq_bookings_date_id_seat")


def main() -> None:
    """Answer rounds until there are no more."""
    racers, first = int(sys.argv[2]), int(sys.argv[3])
    app = create_app()
    if sys.argv[4:] == ["off"]:
        guards_off(app)
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(run(app, racers, first, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
