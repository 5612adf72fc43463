"""The socket server, and `push`: an ephemeral send after the commit. A lost push is harmless."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from flask_socketio import SocketIO

from community.core.db import after_commit
from community.core.websocket import fix_slow_readers

MAX_MESSAGE_BYTES = 16 * 1024

socketio = SocketIO()


def init_app(app: Flask) -> None:
    """Attach the socket server: websocket only, our own origin only."""
    fix_slow_readers()
    settings = app.extensions["settings"]
    socketio.init_app(
        app,
        async_mode="threading" if settings.testing else "gevent",
        transports=["websocket"],
        cors_allowed_origins=[settings.base_url, *settings.extra.get("origins", [])],
        max_http_buffer_size=MAX_MESSAGE_BYTES,
        ping_interval=25,
        ping_timeout=20,
        manage_session=False,
        cookie=None,
    )


def push(room: str, name: str, payload: dict[str, Any], *, skip: Callable[[], list[str]] | None = None) -> None:
    """Send `payload` to everybody in the socket room once the outermost transaction has committed.

    `skip` names the sockets that must not get it; it is asked after the commit and may not touch the database.
    """
    after_commit(lambda: socketio.emit(name, payload, to=room, skip_sid=skip() if skip else None))


def take_out(sids: Iterable[str], room: str) -> None:
    """Have sockets hear nothing of `room` any more, at once."""
    for sid in sids:
        socketio.server.leave_room(sid, room, namespace="/")


def cut_off(sids: Iterable[str]) -> None:
    """End sockets: they hear nothing from now on, and are closed beside the caller."""
    for sid in list(sids):
        for room in list(socketio.server.rooms(sid, namespace="/")):
            socketio.server.leave_room(sid, room, namespace="/")
        if socketio.server.async_mode == "threading":
            socketio.server.disconnect(sid, namespace="/")
        else:  # closing waits until a slow reader has taken what was sent before
            socketio.start_background_task(socketio.server.disconnect, sid, "/")
