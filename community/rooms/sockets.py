"""Rooms over the socket. The session is read at connect, the right to a room anew at every event."""

from collections.abc import Callable
from threading import Semaphore
from typing import Any

import structlog
from flask import Flask, current_app, request
from flask_socketio import ConnectionRefusedError as NotConnected
from flask_socketio import join_room, leave_room

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.core import clock
from community.core.auth import login_of_viewer, viewer
from community.core.db import db, writing
from community.core.errors import Refused
from community.core.limits import hit
from community.core.realtime import connected, cut_off, disconnected, send, socketio
from community.core.site import settings
from community.rooms import actions, lists, payloads, queries, quick, quick_back, quick_here, rules
from community.rooms.gathering import queries as sessions
from community.rooms.hosting import bars, holding
from community.rooms.models import Room, RoomMember
from community.rooms.presence import presence
from community.rooms.rules import channel, own_channel
from community.rooms.status import statuses

log = structlog.get_logger(__name__)

LIMITS = {"say": "20 per 10 second", "typing": "20 per 10 second"}
EVENT_LIMIT = "120 per 10 second"  # of any kind
AT_ONCE = 8  # events that a process answers at once, but for usual messages

Answer = dict[str, Any]
Handler = Callable[[Person, dict[str, Any]], Answer]
Quick = Callable[[str, str, dict[str, Any]], Answer | None]  # gets the socket and its login; None: the handler decides

# A crowd that comes back after a restart waits here in order, not each for a connection of the database of their own.
_turns = Semaphore(AT_ONCE)
_logins: dict[str, tuple[str, int]] = {}  # of each open socket: what its session held at connect, and whose it is


def _sid() -> str:
    return str(request.sid)  # type: ignore[attr-defined]


def _person() -> Person:
    """Who speaks; a socket whose login has ended is cut off."""
    person = viewer()
    if person is None or accounts.sanction(person, "suspend", "ban") is not None:
        cut_off([_sid()])
        raise Refused("sign_in", status=401)
    found: Person = person
    return found


def event(name: str, *, quickly: Quick | None = None) -> Callable[[Handler], Handler]:
    """Answer a socket event: an expected refusal becomes {"error", "message"}; no transaction stays open.

    `quickly` may answer before the handler, outside a request: then the handler is not asked.
    """

    def register(handler: Handler) -> Handler:
        def work(data: object) -> Answer:
            if quickly is None:
                _count(name, _sid())
            return handler(_person(), data if isinstance(data, dict) else {})

        def guarded(data: object = None) -> Answer | None:
            with _turns:  # who has gone meanwhile, and perhaps knocked again, is not worked for
                return _answered(name, lambda: work(data)) if _sid() in _logins else {"error": "away", "message": ""}

        socketio.on_event(name, guarded)
        if quickly is not None:
            _put_before(name, quickly)
        return handler

    return register


def _answered(name: str, work: Callable[[], Answer | None]) -> Answer | None:
    try:
        return work()
    except Refused as refusal:
        return {"error": refusal.code, "message": str(refusal.message), **refusal.extra}
    except Exception as error:
        log.error("socket_error", socket_event=name, error=repr(error))
        if settings().testing:
            raise
        return {"error": "unexpected", "message": ""}
    finally:
        db.session.remove()


def _count(name: str, sid: str) -> str:
    """Count an event against its limits; the login that the socket was opened with."""
    login, person_id = _logins.get(sid, ("", 0))
    hit(EVENT_LIMIT, "socket", str(person_id))
    if name in LIMITS:
        hit(LIMITS[name], name, str(person_id))
    return login


def _put_before(name: str, quickly: Quick) -> None:
    """Ask `quickly` ahead of Flask-SocketIO, whose request with its session costs as much as writing a message."""
    _name, in_request, namespace = socketio.handlers.pop()

    def first(sid: str, data: object = None) -> Any:
        app = _app_of(sid)
        if app is None:
            return in_request(sid, data)
        with app.app_context():
            given = data if isinstance(data, dict) else {}
            answer = _answered(name, lambda: quickly(sid, _count(name, sid), given))
        return in_request(sid, data) if answer is None else answer

    socketio.handlers.append((name, first, namespace))


def _app_of(sid: str) -> Flask | None:
    environ = socketio.server.get_environ(sid, namespace="/")
    return environ["flask.app"] if environ else None


@socketio.on("connect")  # type: ignore[untyped-decorator]
def connect(_auth: object = None) -> None:
    """Visitors have no socket."""
    try:
        login = login_of_viewer()
        person_id = accounts.id_of_login(login) if login else None
        if person_id is None:
            raise NotConnected("sign_in")
        connected(_sid(), person_id)
        _logins[_sid()] = (login, person_id)
        join_room(own_channel(person_id))
    finally:
        db.session.remove()


@socketio.on("disconnect")  # type: ignore[untyped-decorator]
def disconnect(*_reason: object) -> None:
    """The leases run out after the grace; visits end now, and go on if the page was only reloaded."""
    disconnected(_sid())
    _logins.pop(_sid(), None)
    gone = presence.drop(_sid(), clock.now())
    if not gone:
        return
    # Its own context: whoever cuts a socket off has a session of their own at work.
    with current_app.app_context(), writing():
        for room_id, person_id in gone:
            actions.went(room_id, person_id)


def _room(person: Person, data: dict[str, Any]) -> Room:
    return queries.room_for(person, str(data.get("room", "")))


def _number(data: dict[str, Any], name: str) -> int | None:
    value = data.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _back_quickly(sid: str, login: str, data: dict[str, Any]) -> Answer | None:
    return quick_back.back(sid, login, str(data.get("room", "")), _number(data, "after"))


@event("join", quickly=_back_quickly)
def join(person: Person, data: dict[str, Any]) -> Answer:
    """Come into a room: subscribe first, then read, so that nothing falls between. The visit is written last: what was
    read is not read again after the commit.
    """
    room = _room(person, data)
    join_room(channel(room.id))
    try:
        member, is_new = _seat(person, room)
    except Refused:  # put out at this very moment
        leave_room(channel(room.id))
        raise
    # Whoever looks at a stranger's request is not shown to be there.
    came = member.standing != "request" and presence.enter(room.id, person.id, _sid(), clock.now())
    answer = payloads.changes(queries.changes(person, room, _number(data, "after")))
    answer |= {"reading": payloads.reading(room, member), **_people(person, room)}
    session = sessions.at_the_table(room.id)
    answer["clock"] = payloads.session(session) if session and session.phase is not None else None
    answer["table"] = session.table if session else ""
    if came or is_new:
        _tell_people(room, person, answer["present"])
    if came:
        with writing():
            actions.came(room.id, [person.id])
    return answer


def _seat(person: Person, room: Room) -> tuple[RoomMember, bool]:
    """The seat, taken or looked at again where there was none or not a lasting one; and whether it is another now."""
    member = db.session.get(RoomMember, (room.id, person.id))
    before = member.standing if member is not None else ""
    # Whose membership has ended comes back as a guest at most, whatever the seat from before says.
    lasts = before in queries.LIVE and (room.kind not in rules.OPEN_KINDS or accounts.is_member(person))
    if member is None or not lasts:
        with writing():
            member = actions.enter(room, by=person)
    return member, member.standing != before


def _people(person: Person, room: Room) -> Answer:
    """Who is here, by name in a room of ordinary size, else by number."""
    number, found = lists.present_first(person, room, rules.MOST_NAMED)
    states = statuses.of(person, [p.id for p in found])
    return {"present": number, "people": [payloads.person(p) | payloads.status(states.get(p.id)) for p in found]}


def _tell_people(room: Room, person: Person, number: int) -> None:
    """Have the others in a room of ordinary size ask again who is there; `number` of them are."""
    if number <= rules.MOST_NAMED:
        apart = queries.apart_from(person.id)
        send(channel(room.id), "people", {"room": room.ref}, skip=apart, skip_sid=_sid())


@event("leave")
def leave(person: Person, data: dict[str, Any]) -> Answer:
    """Go out of a room; the seat stays."""
    room = _room(person, data)
    leave_room(channel(room.id))
    if presence.leave(room.id, _sid()) is not None:
        with writing():
            actions.went(room.id, person.id)
        _tell_people(room, person, len(presence.here(room.id, clock.now())))
    return {"ok": True}


def _say_quickly(_by: str, login: str, data: dict[str, Any]) -> Answer | None:
    return None if data.get("reply_to") else quick.say(login, *_words(data))


def _words(data: dict[str, Any]) -> tuple[str, str, str]:
    return str(data.get("room", "")), str(data.get("text", "")), str(data.get("client_id", ""))


@event("say", quickly=_say_quickly)
def say(person: Person, data: dict[str, Any]) -> Answer:
    """Write; the answer is the stored message, on a retry the first one."""
    room, (_ref, text, client_id) = _room(person, data), _words(data)
    message = holding.say(room, text, client_id=client_id, by=person, reply_to=_number(data, "reply_to"))
    return {"message": payloads.one(person, message), "count": room.message_count}


@event("typing")
def typing(person: Person, data: dict[str, Any]) -> Answer:
    """Say that one is writing. Nothing is stored."""
    room = _room(person, data)
    if person.id not in presence.here(room.id, clock.now()) or accounts.sanction(person, "mute") is not None:
        return {"ok": False}
    if bars.of(person, room, "mute") is not None:
        return {"ok": False}
    skip = queries.apart_from(person.id) | {person.id}
    payload = {"room": room.ref, "by": payloads.person(person)}
    if not _is_request(person, room):
        send(channel(room.id), "typing", payload, skip=skip)
    return {"ok": True}


def _is_request(person: Person, room: Room) -> bool:
    return room.kind == "direct" and queries.member_of(person, room).standing == "request"


def _read_quickly(_by: str, login: str, data: dict[str, Any]) -> Answer | None:
    return quick_here.read(login, str(data.get("room", "")), _number(data, "count") or 0)


@event("read", quickly=_read_quickly)
def read(person: Person, data: dict[str, Any]) -> Answer:
    """Say how many messages one has read."""
    room = _room(person, data)
    count = _number(data, "count") or 0
    member = queries.member_of(person, room)
    if rules.read_to(room.message_count, member.read_count, count) > member.read_count:
        with writing():
            actions.mark_read(room, count, by=person)
    return payloads.reading(room, queries.member_of(person, room))


def _stay_quickly(sid: str, login: str, data: dict[str, Any]) -> Answer | None:
    return quick_here.stay(sid, login, str(data.get("room", "")))


@event("presence", quickly=_stay_quickly)
def here(person: Person, data: dict[str, Any]) -> Answer:
    """Renew the lease. The answer says how far the log and the table are, so that a lost last push is noticed."""
    room = _room(person, data)
    if not _is_request(person, room):
        presence.enter(room.id, person.id, _sid(), clock.now())
    answer = {"seq": payloads.room_seq(room), "view": queries.view_of(person), **_people(person, room)}
    session = sessions.at_the_table(room.id)
    answer["table"] = session.table if session else ""
    return answer | {"reading": payloads.reading(room, queries.member_of(person, room))}
