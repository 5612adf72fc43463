"""What a server does before it serves."""

import socket
import sqlite3
from contextlib import closing

import pytest
from gevent.pywsgi import WSGIServer

from community import create_app
from community.serve import listen, migrate
from tests.conftest import test_settings
from tests.services.server import free_port

pytestmark = pytest.mark.once


def test_sqlite_knows_how_many_rows_have_what(tmp_path):
    file = tmp_path / "one.db"
    app = create_app(test_settings(tmp_path, database_url=f"sqlite:///{file}"))
    migrate(app)
    with closing(sqlite3.connect(file)) as read:
        assert read.execute("SELECT count(*) FROM sqlite_stat1").fetchone()[0] > 0


def test_no_piece_of_an_answer_waits_for_the_one_before(tmp_path):
    app = create_app(test_settings(tmp_path, host="127.0.0.1", port=free_port()))
    server: WSGIServer = listen(app)
    with closing(server), socket.create_connection(server.address) as browser:
        accepted, address = server.do_read()
        with closing(accepted):
            assert address == browser.getsockname()
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_port_that_is_taken_is_said(tmp_path):
    app = create_app(test_settings(tmp_path, host="127.0.0.1", port=free_port()))
    with closing(listen(app)), pytest.raises(SystemExit, match="Set another PORT"):
        listen(app)
