"""Two servers on one database and one Redis, for tests of what one does to the people of the other."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis

from community.core.db import db
from community.rooms import actions
from tests.conftest import fresh_database
from tests.rooms.wires import Wire
from tests.services.proxy import Proxy
from tests.services.seed import migrated
from tests.services.server import Server
from tests.world import World

Pair = tuple[Server, Server, str]

EARLY = ("Mara Ellis", "Tom Okafor", "Ines Duarte", "Lena Roth")
LATER = ("Omar Said", "Kofi Mensah", "Nia Brand", "Ruth Adler")
IDS = {"mara": 1, "tom": 2, "ines": 3, "lena": 4, "omar": 5, "kofi": 6, "nia": 7, "ruth": 8}


@pytest.fixture(scope="module")
def redis_proxy() -> Iterator[Proxy]:
    """The way to Redis, which can be closed."""
    address = urlsplit(os.environ["TEST_REDIS_URL"])
    redis.Redis.from_url(f"{os.environ['TEST_REDIS_URL']}/9").flushdb()  # limits outlive the processes
    with Proxy((address.hostname or "127.0.0.1", address.port or 6379)) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, redis_proxy: Proxy) -> Iterator[Pair]:
    """Two servers on one database and one Redis, and the lounge's name."""
    var = tmp_path_factory.mktemp("processes")
    with fresh_database(os.environ["TEST_POSTGRESQL_URL"]) as database:
        lounge = _seeded(var, database)
        environ = {"DATABASE_URL": database, "REDIS_URL": f"redis://127.0.0.1:{redis_proxy.port}/9"}
        with Server(var, **environ) as first, Server(var, **environ) as second:
            yield first, second, lounge


def _seeded(var: Path, database: str) -> str:
    app = migrated(var, database)
    world = World(app)
    for name in (*EARLY, *LATER):
        world.person(name, handle=name.split()[0].lower())
    world.person("Ola Staff", role="operator")
    with world.writing():
        lounge = actions.ensure_lounge().ref
    with app.app_context():
        db.engine.dispose()
    return lounge


def ban(staff: Wire, name: str) -> None:
    """Staff ban somebody for good."""
    terms = {"kind": "ban", "reason": "Told twice", "days": ""}
    staff.post(f"/staff/persons/{IDS[name]}/sanctions", terms, form_at="/account")


def joined(server: Server, name: str, room: str) -> Wire:
    """Somebody whose socket is in the room, at that process."""
    return Wire(server.url, f"{name}@example.com").sign_in().connect().join(room)
