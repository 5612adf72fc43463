"""The socket server, and `push`: an ephemeral send after the commit. A lost push is harmless."""

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


def push(room: str, name: str, payload: dict[str, Any]) -> None:
    """Send `payload` to everybody in the socket room once the outermost transaction has committed."""
    after_commit(lambda: socketio.emit(name, payload, to=room))
