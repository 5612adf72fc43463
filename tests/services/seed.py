"""Makes a database with the small seed world in it: `seed(var, database_url)`, or a copy of one: `copied`."""

import atexit
import secrets
import shutil
import tempfile
from datetime import timedelta
from functools import cache
from pathlib import Path

import psycopg
from flask import Flask
from sqlalchemy import URL, make_url

from community import create_app
from community.bookings.actions import workshops
from community.config import load
from community.core import clock
from community.core.db import db, writing
from community.listings.models import Listing
from community.rooms import actions as rooms
from community.serve import load_catalogue, migrate
from tests.world import World


def _kinds(world: World, practice: int, owner: int) -> None:
    """A listing on request, one for series, and a workshop with a date."""
    world.listing(practice, "By request", on_request=True)
    world.listing(practice, "Weekly", series_most=4)
    workshop = world.listing(practice, "A workshop", prices={}, kind="workshop", price=4000)
    with world.writing():
        first = (clock.now() + timedelta(days=50)).replace(hour=18, minute=0, second=0, microsecond=0)
        workshops.schedule(
            db.session.get_one(Listing, workshop), meetings=[(first, first + timedelta(hours=2))], seats=200, minimum=0,
            decides_at=first, deliverer_id=owner,
        )  # fmt: skip


def seed(var: Path, database_url: str = "", *, practices: int = 1, people: int = 0) -> None:
    """Migrate and add Noor's practice with its listing; more practices as told, and people who talk in the lounge:
    talker1@example.com and so on.
    """
    app = migrated(var, database_url)
    world = World(app)
    owner, practice, _listing = world.bookable()
    _kinds(world, practice, owner)
    for number in range(2, practices + 1):
        person = world.person(f"Owner{number} Test", email=f"owner{number}@example.com")
        world.listing(world.practice(person, f"Practice {number}"))
    for number in range(1, people + 1):
        world.person(f"Talker{number} Test", handle=f"talker{number}")
    with app.app_context(), writing():
        rooms.ensure_lounge()
    with app.app_context():
        db.engine.dispose()


def migrated(var: Path, database_url: str = "") -> Flask:
    """An app whose database has the catalogue in it and nobody."""
    if not database_url:
        shutil.copytree(_empty(), var, dirs_exist_ok=True)
        return create_app(load({"VAR": str(var)}))
    app = create_app(load({"VAR": str(var), "DATABASE_URL": database_url}))
    migrate(app)
    load_catalogue(app)
    return app


@cache
def _empty() -> Path:
    var = folder()
    app = create_app(load({"VAR": str(var)}))
    migrate(app)
    load_catalogue(app)
    with app.app_context():
        db.engine.dispose()
    return var


def copied(var: Path, database_url: str = "") -> None:
    """The small seed world as `seed` makes it by itself, copied from one that is made once a run."""
    if database_url:
        url = make_url(database_url)
        kept, name = _kept_in_postgresql(url.set(database="postgres"))
        with _as_admin(url.set(database="postgres")) as connection:
            connection.execute(f"DROP DATABASE {url.database}")
            connection.execute(f"CREATE DATABASE {url.database} TEMPLATE {name}")
    else:
        kept = _kept()
    shutil.copytree(kept, var, dirs_exist_ok=True)


@cache
def _kept() -> Path:
    var = folder()
    seed(var)
    return var


@cache
def _kept_in_postgresql(admin: URL) -> tuple[Path, str]:
    name, var = f"linchpin_seed_{secrets.token_hex(6)}", folder()
    with _as_admin(admin) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    atexit.register(_drop, admin, name)
    seed(var, admin.set(database=name).render_as_string(hide_password=False))
    return var, name


def folder() -> Path:
    """A new folder that is there until the process ends."""
    made = tempfile.TemporaryDirectory(prefix="linchpin-seed-")
    atexit.register(made.cleanup)
    return Path(made.name)


def _as_admin(admin: URL) -> psycopg.Connection[tuple[object, ...]]:
    plain = admin.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)


def _drop(admin: URL, name: str) -> None:
    with _as_admin(admin) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
