"""Every migration goes down and up again, on the database the tests run on, and leaves the guards in place."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from community import create_app
from community.core.db import Model, db
from tests.conftest import fresh_database
from tests.conftest import test_settings as given
from tests.shape.guarded import expected, in_place


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Flask]:
    """An app whose database has nothing in it."""
    admin = os.environ.get("TEST_DATABASE_URL")
    if not admin:
        yield create_app(given(tmp_path))
        return
    with fresh_database(admin) as url:
        app = create_app(given(tmp_path, database_url=url))
        yield app
        with app.app_context():
            db.engine.dispose()


def test_every_step_down_and_up(bare: Flask) -> None:
    with bare.app_context():
        scripts = ScriptDirectory(str(Path(bare.root_path) / "migrations"))
        steps = [step.revision for step in scripts.walk_revisions()][::-1]
        for revision in steps:
            upgrade(revision=revision)
            downgrade(revision="-1")
            upgrade(revision=revision)
        with db.engine.connect() as connection:
            assert in_place(connection) == expected(connection)
            assert set(Model.metadata.tables) <= set(inspect(connection).get_table_names())
        downgrade(revision="base")
        with db.engine.connect() as connection:
            assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
