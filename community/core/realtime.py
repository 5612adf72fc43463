"""The socket server, and `push`: an ephemeral send after the commit, in every process. A lost push is harmless.

Each process knows its own sockets and whose they are; others are told names of rooms and persons, never of sockets.
"""

import random
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import gevent
from flask import Flask
from flask_socketio import SocketIO

from community.core import clock
from community.core.bus import Told, bus, heard
from community.core.db import after_commit
from community.core.fanout_fit import create_manager
from community.core.websocket import fix_slow_readers

MAX_MESSAGE_BYTES = 16 * 1024
DRAIN_SECONDS = 20.0  # at most
DRAIN_PACE_SECONDS = 0.06  # between two sockets: at 40 and 50 ms storms did not settle on a slow machine

Watcher = Callable[[str, dict[str, Any]], None]

socketio = SocketIO()
_person_of: dict[str, int] = {}  # of each open socket of this process
_opened_at: dict[str, datetime] = {}
_watching: dict[str, Watcher] = {}


def init_app(app: Flask) -> None:
    """Attach the socket server: websocket only, our own origin only."""
    fix_slow_readers()
    settings = app.extensions["settings"]
    socketio.init_app(
        app,
        async_mode=(mode := "threading" if settings.testing else "gevent"),
        client_manager=create_manager(mode),
        transports=["websocket"],
        cors_allowed_origins=[settings.base_url, *settings.extra.get("origins", [])],
        max_http_buffer_size=MAX_MESSAGE_BYTES,
        ping_interval=25,
        ping_timeout=20,
        manage_session=False,
        cookie=None,
    )


# ---- whose socket it is ---------------------------------------------------------------------------------------
def connected(sid: str, person_id: int) -> None:
    """A person's socket is open here."""
    _person_of[sid] = person_id
    _opened_at[sid] = clock.now()


def disconnected(sid: str) -> None:
    """A socket is gone."""
    _person_of.pop(sid, None)
    _opened_at.pop(sid, None)


def sids_of(person_ids: Iterable[int]) -> list[str]:
    """The open sockets of persons in this process."""
    wanted = set(person_ids)
    return [sid for sid, person_id in _person_of.items() if person_id in wanted] if wanted else []


def sids_older_than(moments: Mapping[int, datetime]) -> list[str]:
    """The sockets here that persons opened before the moment given for each."""
    return [sid for sid in sids_of(moments) if _opened_at[sid] < moments[_person_of[sid]]]


def open_sockets() -> int:
    """How many people's sockets are open in this process."""
    return len(_person_of)


def connected_people() -> set[int]:
    """The persons who have an open socket in this process."""
    return set(_person_of.values())


# ---- sending --------------------------------------------------------------------------------------------------
def push(room: str, name: str, payload: dict[str, Any], *, skip: Iterable[int] = ()) -> None:
    """Send `payload` to the socket room once the outermost transaction has committed; not to the persons in `skip`."""
    people = list(skip)
    after_commit(lambda: send(room, name, payload, skip=people))


def send(
    room: str, name: str, payload: dict[str, Any], *, skip: Iterable[int] = (), skip_sid: str | None = None
) -> None:
    """Send `payload` now; not to the persons in `skip`, nor to one socket of this process."""
    people = list(skip)
    send_here(room, name, payload, skip=people, skip_sid=skip_sid)
    bus().tell("push", room=room, name=name, payload=payload, skip=people)


def send_here(
    room: str, name: str, payload: dict[str, Any], *, skip: Iterable[int] = (), skip_sid: str | None = None
) -> None:
    """The same to the sockets of this process only."""
    if next(socketio.server.manager.get_participants("/", room), None) is None:
        return
    if name in _watching:
        _watching[name](room, payload)
    sids = [*sids_of(skip), *([skip_sid] if skip_sid else [])]
    socketio.emit(name, payload, to=room, skip_sid=sids or None)


def watching(name: str) -> Callable[[Watcher], Watcher]:
    """Register what learns, as (socket room, payload), of all that is sent under `name` to sockets of this process."""

    def register(watcher: Watcher) -> Watcher:
        _watching[name] = watcher
        return watcher

    return register


@heard("push")
def _pushed(told: Told) -> None:
    send_here(told["room"], told["name"], told["payload"], skip=told["skip"])


# ---- the end of access ----------------------------------------------------------------------------------------
def take_out(person_ids: Iterable[int], room: str) -> None:
    """Have persons hear nothing of `room` any more, in every process."""
    people = list(person_ids)
    _take_out_here(people, room)
    bus().tell("take_out", urgent=True, people=people, room=room)


def _take_out_here(people: list[int], room: str) -> None:
    for sid in sids_of(people):
        socketio.server.leave_room(sid, room, namespace="/")


@heard("take_out")
def _taken_out(told: Told) -> None:
    _take_out_here(told["people"], told["room"])


def cut_off_people(person_ids: Iterable[int]) -> None:
    """End the sockets of persons, in every process."""
    people = list(person_ids)
    cut_off(sids_of(people))
    bus().tell("cut_off", urgent=True, people=people)


@heard("cut_off")
def _were_cut_off(told: Told) -> None:
    cut_off(sids_of(told["people"]))


def cut_off(sids: Iterable[str]) -> None:
    """End sockets of this process: they hear nothing from now on, and are closed beside the caller."""
    for sid in list(sids):
        for room in list(socketio.server.rooms(sid, namespace="/")):
            socketio.server.leave_room(sid, room, namespace="/")
        if socketio.server.async_mode == "threading":
            socketio.server.disconnect(sid, namespace="/")
        else:  # closing waits until a slow reader has taken what was sent before
            socketio.start_background_task(socketio.server.disconnect, sid, "/")


def drain(seconds: float = DRAIN_SECONDS) -> None:
    """Before this process ends: close its sockets one by one over `seconds`, so that they do not all knock elsewhere at
    once. Closed below socket.io's own goodbye, each page connects again by itself.
    """
    engine = socketio.server.eio
    sids = list(engine.sockets)
    random.shuffle(sids)
    seconds = min(seconds, DRAIN_PACE_SECONDS * len(sids))
    for sid in sids:
        gevent.spawn(engine.disconnect, sid)
        gevent.sleep(seconds / len(sids))
