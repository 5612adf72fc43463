"""The demo loop: on a local site, made-up members are awake in the lounge, sit at a clock and now and then say a word.

Everybody in it is labelled: their page begins "Demo member.", and what the loop says ends in "(demo)". It runs
unless DEMO_LOOP=0, never in production, and touches nobody but the people of the demo town.
"""

import time
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

import structlog
from flask import Flask
from sqlalchemy import select

from community.accounts.models import Person
from community.core import clock
from community.core.db import db, writing
from community.core.site import settings
from community.demo import content
from community.demo.town import MAIL, dice
from community.rooms import actions as rooms
from community.rooms import lists, sessions
from community.rooms.models import Room
from community.rooms.presence import presence

log = structlog.get_logger(__name__)
AWAKE = 25
WEEKEND = 5
SECONDS = 25
LABEL = "(demo)"
PLAN = [{"kind": "focus", "seconds": 3000}, {"kind": "break", "seconds": 600}] * 2
_HOURS = range(7, 20)
_LINE_EVERY = 14  # rounds of the loop, some six minutes


def run(app: Flask) -> None:
    """Keep the lounge alive for ever; an error is waited out."""
    turn = 0
    while True:
        with app.app_context():
            try:
                once(turn)
            except Exception as error:  # noqa: BLE001 - a demo must not end the server
                log.warning("demo_loop", error=repr(error))
            finally:
                db.session.remove()
        turn += 1
        time.sleep(SECONDS)


def once(turn: int) -> int:
    """Renew the leases of those who are awake, keep a session running, say a line at times; returns how many are in."""
    now = clock.now()
    local = now.astimezone(ZoneInfo(settings().zone))
    awake = _awake(local)
    room_id = _lounge() if awake else None
    if room_id is None:
        return 0
    chance = dice("loop", int(now.timestamp()) // SECONDS)
    for person_id in awake:
        presence.enter(room_id, person_id, f"demo-{person_id}", now)
    if room_id not in lists.running([room_id]):
        _sit_down(room_id, awake[local.hour % len(awake)])
    elif turn % _LINE_EVERY == 0:
        _say(room_id, chance.choice(awake), chance, now)
    return len(awake)


def _awake(local: datetime) -> list[int]:
    """Who is there at this hour: the same people all hour, fewer at its edges and at weekends."""
    if local.hour not in _HOURS:
        return []
    query = select(Person.id).where(Person.email.endswith(f"@{MAIL}"), Person.password.is_(None)).order_by(Person.id)
    everybody = list(db.session.scalars(query))
    db.session.rollback()
    dice("awake", local.toordinal()).shuffle(everybody)
    wanted = AWAKE if local.weekday() < 5 else WEEKEND
    edge = min(local.hour - _HOURS[0], _HOURS[-1] - local.hour)
    return everybody[: wanted if edge >= 2 else max(3, wanted * (edge + 1) // 3)]


def _lounge() -> int | None:
    found = db.session.scalar(select(Room.id).where(Room.subject == "lounge"))
    db.session.rollback()
    return found


def _sit_down(room_id: int, host_id: int) -> None:
    with writing():
        room, host = db.session.get_one(Room, room_id), db.session.get_one(Person, host_id)
        rooms.enter(room, by=host)
        sessions.start_session(room, host=host, plan=PLAN, name=f"Morning makers {LABEL}")


def _say(room_id: int, person_id: int, chance: Random, now: datetime) -> None:
    lines = [line.text for line in content.chat_lines() if line.where == "lounge"]
    with writing():
        room, person = db.session.get_one(Room, room_id), db.session.get_one(Person, person_id)
        rooms.enter(room, by=person)
        rooms.say(room, f"{chance.choice(lines)} {LABEL}", client_id=f"loop-{int(now.timestamp())}", by=person)
