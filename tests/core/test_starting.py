"""What a server does before it serves."""

import sqlite3
from contextlib import closing

import pytest

from community import create_app
from community.serve import migrate
from tests.conftest import test_settings

pytestmark = pytest.mark.once


def test_sqlite_knows_how_many_rows_have_what(tmp_path):
    file = tmp_path / "one.db"
    app = create_app(test_settings(tmp_path, database_url=f"sqlite:///{file}"))
    migrate(app)
    with closing(sqlite3.connect(file)) as read:
        assert read.execute("SELECT count(*) FROM sqlite_stat1").fetchone()[0] > 0
