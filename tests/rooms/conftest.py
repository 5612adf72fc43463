"""Sockets of signed-in people, and nobody present between tests."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from community.core.realtime import socketio
from community.rooms.hosting import screening
from community.rooms.presence import presence
from tests.rooms.houses import cora, later, mara, plan, ref  # noqa: F401 - for the tests of open houses
from tests.rooms.people import Talker
from tests.rooms.processes import pair, redis_proxy  # noqa: F401 - for the tests of two processes
from tests.world import World


@pytest.fixture(autouse=True)
def nobody_here(app: Flask) -> Iterator[None]:
    with app.app_context():
        presence.clear()
    screening._known.clear()  # of rooms that another test had
    yield
    with app.app_context():
        presence.clear()


@pytest.fixture
def talker(app: Flask, world: World) -> Iterator[Callable[..., Talker]]:
    """`talker("Tom Okafor")`: a person with a browser and an open socket."""
    made: list[Talker] = []

    def make(name: str, **values: Any) -> Talker:
        made.append(Talker(app, world, name, **values))
        return made[-1]

    yield make
    for each in made:
        if each.socket is not None and each.socket.is_connected():
            each.socket.disconnect()
    assert socketio.server is not None


@pytest.fixture
def statements(built: Flask) -> Iterator[list[str]]:
    """What the database was asked, in one line each."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(" ".join(statement.split()))

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)
