"""Silent rounds: who planned one wants quiet, so the chat waits for the break."""

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import exists, select

from community.accounts.models import Person
from community.core import clock, formats
from community.core.db import db
from community.core.errors import Refused
from community.rooms.models import Room, Session


def check(room: Room, by: Person) -> None:
    """Raise `Refused("silent")` while a silent session's round runs here: in the lounge, which is everybody's, only for
    those who sit at its table. `wait` are the seconds until the break.
    """
    query = select(Session).where(Session.room_id == room.id, Session.mutuality == "silent")
    running = db.session.scalar(query.where(Session.phase.is_not(None), Session.ended_at.is_(None)).limit(1))
    if running is None or running.phase is None or running.phase_started_at is None:
        return
    phase = running.plan[running.phase]
    if phase["kind"] != "focus" or (room.kind == "lounge" and not _sits(running, by)):
        return
    ends = running.phase_started_at + timedelta(seconds=int(phase["seconds"]))
    left = int((ends - clock.now()).total_seconds())
    if left > 0:
        said = _(
            "A silent round: the chat opens at %(time)s. Your words wait in the field.", time=formats.clock_time(ends)
        )
        raise Refused("silent", said, 409, {"wait": left})


def _sits(session: Session, by: Person) -> bool:
    from community.rooms.gathering.models import SessionSeat  # noqa: PLC0415 - gathering stands on this slice's log

    mine = exists().where(SessionSeat.session_id == session.id, SessionSeat.person_id == by.id)
    return bool(db.session.scalar(select(mine)))
