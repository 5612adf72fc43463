"""Ending somebody's sockets everywhere within a second: told over the bus, and read from the database by a process that
can't hear the bus.
"""

import time
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import Flask
from flask_login import user_logged_out
from sqlalchemy import select, update

from community.accounts.models import Person
from community.core import clock
from community.core.bus import bus
from community.core.db import after_commit, db
from community.core.realtime import connected_people, cut_off, cut_off_people, sids_older_than

log = structlog.get_logger(__name__)
SECONDS = 0.5
# How far back to look: the bus may have been deaf that long before it was noticed.
BEHIND = timedelta(seconds=10)


def end_sockets(person_id: int) -> None:
    """End a person's sockets in every process, at the commit. Inside a write."""
    at = clock.now()
    db.session.execute(update(Person).where(Person.id == person_id).values(sockets_ended_at=at))
    after_commit(lambda: cut_off_people([person_id]))


def end_where_deaf(person_id: int) -> None:
    """Have processes that can't hear the bus end a person's sockets; the others are told of what is meant. Inside a
    write.
    """
    db.session.execute(update(Person).where(Person.id == person_id).values(sockets_ended_at=clock.now()))


@user_logged_out.connect  # type: ignore[untyped-decorator]
def signed_out(_app: object, user: Any = None, **_more: object) -> None:
    """A logout ends the person's sockets; other browsers of theirs connect again by themselves."""
    if user is not None and getattr(user, "id", None) is not None:
        end_sockets(user.id)


def watch(app: Flask) -> None:
    """While the bus is deaf, or somebody could not tell us something, look into the database instead; for ever."""
    deaf_since = None
    while True:
        time.sleep(SECONDS)
        with app.app_context():
            if bus().is_whole and not bus().take_missed():
                deaf_since = None
                continue
            deaf_since = deaf_since or clock.now() - BEHIND
            try:
                cut_off(sids_older_than(_ended(deaf_since)))
            except Exception as error:  # noqa: BLE001 - without the database nobody is let in anew either
                log.warning("not_watched", error=repr(error))
            finally:
                db.session.remove()


def _ended(since: datetime) -> dict[int, datetime]:
    """Whose sockets were ended since then, and when."""
    here = connected_people()
    if not here:
        return {}
    query = select(Person.id, Person.sockets_ended_at).where(Person.id.in_(here), Person.sockets_ended_at >= since)
    return {person_id: at for person_id, at in db.session.execute(query) if at}
