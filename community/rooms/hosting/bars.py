"""Who is muted in a room or kept out of it, and who may decide that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import BindParameter, ColumnElement, exists, or_, select, update

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.accounts.safety import log
from community.core import clock, formats
from community.core.db import after_commit, db
from community.core.errors import NotFound, Refused
from community.core.realtime import push, sids_of, take_out
from community.rooms import revoking
from community.rooms import rules as room_rules
from community.rooms.hosting import rules
from community.rooms.hosting.models import RoomBar
from community.rooms.models import Room, RoomMember, Session
from community.rooms.presence import presence


@dataclass(frozen=True)
class Powers:
    """What somebody may do in a room. `until`: only as long as the session they host; None: as a host of the room."""

    until: datetime | None = None
    staff: bool = False

    @property
    def is_full(self) -> bool:
        """True for the room's own hosts and staff: they keep its rules too."""
        return self.until is None


def powers(viewer: Person, room: Room) -> Powers | None:
    """What `viewer` may do in a room that stands open; None for most. Who hosts a session there may quieten it for as
    long as it runs, once they are a member for a week.
    """
    if room.kind not in room_rules.OPEN_KINDS or accounts.sanction(viewer, "mute", "suspend", "ban") is not None:
        return None
    if viewer.is_staff:
        return Powers(staff=True)
    seat = db.session.get(RoomMember, (room.id, viewer.id))
    if seat is not None and seat.role == "host" and seat.standing == "in":
        return Powers()
    query = select(Session).where(Session.room_id == room.id, Session.host_id == viewer.id)
    running = db.session.scalar(query.where(Session.phase.is_not(None), Session.ended_at.is_(None)).limit(1))
    since = accounts.membership(viewer)
    if running is None or since is None or clock.now() - since.since < rules.HOSTS_FROM:
        return None
    return Powers(until=max(running.starts_at + room_rules.length(running.plan), clock.now() + timedelta(minutes=10)))


def in_force(
    room_id: int | ColumnElement[int], at: datetime | BindParameter[datetime]
) -> tuple[ColumnElement[bool], ...]:
    """The conditions of a bar that holds at `at`."""
    return RoomBar.room_id == room_id, RoomBar.lifted_at.is_(None), or_(RoomBar.until.is_(None), RoomBar.until > at)


def of(person: Person, room: Room, *kinds: str) -> RoomBar | None:
    """The bar of one of `kinds` that holds for a person in a room, the longest first."""
    query = select(RoomBar).where(RoomBar.person_id == person.id, RoomBar.kind.in_(kinds))
    query = query.where(*in_force(room.id, clock.now())).order_by(RoomBar.until.is_(None).desc(), RoomBar.until.desc())
    return db.session.scalar(query.limit(1))


def check_let_in(person: Person, room: Room) -> None:
    """Raise `Refused("room_banned")` for somebody who is kept out."""
    found = of(person, room, "ban")
    if found is not None:
        raise Refused("room_banned", words(found), 403)


def check_voice(person: Person, room: Room) -> None:
    """Raise `Refused("room_muted")` for somebody whom a host muted here."""
    found = of(person, room, "mute")
    if found is not None:
        raise Refused("room_muted", words(found), 403)


def words(bar: RoomBar) -> str:
    """What a bar says to the one it is about."""
    until = "" if bar.until is None else f"{formats.short_day(bar.until)}, {formats.clock_time(bar.until)}"
    if bar.kind == "mute":
        said = _("The hosts have muted you here until %(until)s.", until=until) if until else _("You are muted here.")
    elif until:
        said = _("The hosts keep you out of this room until %(until)s.", until=until)
    else:
        said = _("You can’t come into this room.")
    why = _("Their reason: %(reason)s", reason=bar.reason)
    return f"{said} {why} {_('You can ask for a second look on the page “Decisions about you”.')}"


def barred(viewer: Person, room: Room) -> Sequence[RoomBar]:
    """Who is muted or kept out now: for those with powers."""
    if powers(viewer, room) is None:
        raise NotFound
    query = select(RoomBar).where(*in_force(room.id, clock.now())).order_by(RoomBar.id.desc())
    return db.session.scalars(query).all()


def _target(room: Room, person: Person, by: Person) -> Powers:
    """May `by` do something about `person` here? Raises `NotFound`, and `Refused("host")` for hosts and staff."""
    mine = powers(by, room)
    seat = db.session.get(RoomMember, (room.id, person.id))
    if mine is None or person.id == by.id or seat is None:
        raise NotFound
    if person.is_staff or (seat.role == "host" and not mine.staff):
        raise Refused(
            "host", _("That is somebody who looks after this room too. Ask the people who run this site."), 403
        )
    return mine


def put(room: Room, person: Person, *, kind: str, minutes: int | None, reason: str, by: Person) -> RoomBar:
    """Mute somebody in a room, or keep them out ("ban"), for `minutes`; without end only as staff.

    Raises `NotFound` without the power, `Refused`: "host", "reason".
    """
    mine = _target(room, person, by)
    kept = _reason(reason)
    if kind not in {"mute", "ban"} or (minutes is not None and minutes not in rules.MINUTES):
        raise NotFound
    if minutes is None and not mine.staff:
        minutes = rules.MINUTES[-1]
    until = clock.now() + timedelta(minutes=minutes) if minutes else None
    if mine.until is not None:
        until = min(until, mine.until) if until else mine.until
    bar = RoomBar(room_id=room.id, person_id=person.id, kind=kind, reason=kept, by_id=by.id, until=until)
    db.session.add(bar)
    db.session.flush()
    log.note(f"room_{kind}", by=by, about=person.id, subject=f"room:{room.id}", reason=kept, until=until, bar=bar.id)
    if kind == "ban":
        send_out(room, person, words(bar))
    return bar


def remove(room: Room, person: Person, *, reason: str, by: Person) -> None:
    """Send somebody out; they may come back. Raises as `put`."""
    _target(room, person, by)
    kept = _reason(reason)
    log.note("room_remove", by=by, about=person.id, subject=f"room:{room.id}", reason=kept)
    send_out(room, person, _("A host has sent you out of this room: %(reason)s", reason=kept))


def make_host(room: Room, person: Person, *, on: bool, by: Person) -> None:
    """Have somebody with a seat look after a room, or no more: staff decide. Twice is once."""
    seat = db.session.get(RoomMember, (room.id, person.id))
    if not by.is_staff or seat is None or room.kind not in room_rules.OPEN_KINDS:
        raise NotFound
    role = "host" if on else "member"
    if seat.role != role:
        seat.role = role
        log.note("room_host", by=by, about=person.id, subject=f"room:{room.id}", on=on)


def _reason(text: str) -> str:
    kept = " ".join(text.split())[: rules.MOST_REASON]
    if not kept:
        raise Refused("reason", _("Say why, in words that the person can understand."), 422)
    return kept


def send_out(room: Room, person: Person, said: str) -> None:
    """Their seat is given up, their sockets hear nothing of the room from the commit on, everywhere."""
    db.session.execute(
        update(RoomMember)
        .where(RoomMember.room_id == room.id, RoomMember.person_id == person.id)
        .values(standing="left")
        .execution_options(synchronize_session="fetch")
    )
    room_id, person_id, channel = room.id, person.id, room_rules.channel(room.id)

    def end() -> None:
        take_out([person_id], channel)
        for sid in sids_of([person_id]):
            presence.leave(room_id, sid)

    after_commit(end)
    revoking.end_where_deaf(person_id)
    push(room_rules.own_channel(person_id), "removed", {"room": room.ref, "words": said})
    push(channel, "people", {"room": room.ref})


def lift(bar_id: int, *, by: Person) -> RoomBar:
    """Take a bar back before its time: who has the powers in its room. Twice is once."""
    bar = db.session.get(RoomBar, bar_id)
    if bar is None or powers(by, bar.room) is None:
        raise NotFound
    end(bar, by=by)
    return bar


def end(bar: RoomBar, *, by: Person) -> None:
    """End a bar."""
    if bar.lifted_at is None:
        bar.lifted_at = clock.now()
        log.note("room_lifted", by=by, about=bar.person_id, subject=f"room:{bar.room_id}", bar=bar.id)


def not_kept_out(person: Person, room_id: ColumnElement[int]) -> ColumnElement[bool]:
    """The condition that nobody keeps a person out of the room in a column."""
    kept_out = exists().where(RoomBar.person_id == person.id, RoomBar.kind == "ban", *in_force(room_id, clock.now()))
    return ~kept_out
