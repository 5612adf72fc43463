"""One scene a process of tests: built once in a database of its own, and all that a module does to it undone."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, make_url

from community.core import clock
from community.core.db import db
from community.search import index
from community.search.embedded import EmbeddedEngine
from community.search.titles import shipped
from tests.conftest import NOON, fresh_database, isolated
from tests.shape.scene import Scene


@dataclass
class Kept:
    """The scene, and where it is: its database, and a copy of what the sandbox of Stripe knows."""

    scene: Scene
    engine: Engine
    sandbox: Path


@contextmanager
def _copy(built: Flask, folder: Path) -> Iterator[str]:
    """A copy of the app's database."""
    url = make_url(built.extensions["settings"].database_url)
    with built.app_context():
        db.engine.dispose()  # nobody is to be connected: SQLite has then written everything, PostgreSQL copies
    if url.get_backend_name() == "sqlite":
        shutil.copy(url.database or "", folder / "scene.db")
        yield f"sqlite:///{folder / 'scene.db'}"
    else:
        with fresh_database(os.environ["TEST_DATABASE_URL"], template=url.database or "") as copied:
            yield copied


@contextmanager
def _living_in(built: Flask, engine: Engine) -> Iterator[None]:
    """The app with another database, at the time of the tests."""
    with built.app_context():
        usual, db.engines[None] = db.engine, engine
    try:
        with clock.frozen(NOON):
            yield
    finally:
        with built.app_context():
            db.engines[None] = usual


@pytest.fixture(scope="session")
def kept(built: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """The ten roles and their things."""
    folder = tmp_path_factory.mktemp("scene")
    with _copy(built, folder) as url:
        engine = create_engine(url, **built.config["SQLALCHEMY_ENGINE_OPTIONS"])
        with _living_in(built, engine):
            scene = Scene(built)
        built.extensions["sandbox"].close()
        for file in built.extensions["settings"].var.glob("sandbox.db*"):
            shutil.move(file, folder)
        yield Kept(scene, engine, folder)
        engine.dispose()


@pytest.fixture(scope="module")
def scene(built: Flask, kept: Kept, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The scene, with forms that need no token, and all of it in a search index of its own."""
    engine = EmbeddedEngine(tmp_path_factory.mktemp("index"), titles=shipped())
    built.extensions["search_engine"] = engine
    for file in kept.sandbox.glob("sandbox.db*"):
        shutil.copy(file, built.extensions["settings"].var)
    with clock.frozen(NOON), isolated(built, kept.engine) as kept.scene.connection:
        with built.app_context():
            index.rebuild()
        built.config["WTF_CSRF_ENABLED"] = False
        try:
            yield kept.scene
        finally:
            built.config["WTF_CSRF_ENABLED"] = True
            built.extensions.pop("search_engine")
            engine.close()
