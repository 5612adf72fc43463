"""A database that can't be asked is a 503 with its own page, wherever it is noticed."""

import os
import random
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from community import create_app
from community.core.db import is_away
from community.rooms import glance
from community.serve import prepare
from tests.conftest import test_settings
from tests.services.proxy import Proxy

PAGE = {"Accept": "text/html"}
GONE = OperationalError("select 1", {}, psycopg.OperationalError("the connection is lost"))


def lost(*_args: object) -> None:
    raise GONE


def test_a_state_that_is_not_the_databases_is_away_and_a_mistake_of_ours_is_not():
    odd = psycopg.ProgrammingError("can't change 'autocommit' now: connection in transaction status ACTIVE")
    assert is_away(ProgrammingError(None, None, odd))
    assert not is_away(ProgrammingError("select :a", {}, psycopg.ProgrammingError("the query has 1 placeholder")))


def test_an_error_page_without_a_database_says_so(client, monkeypatch):
    assert client.get("/nothing/here", headers=PAGE).status_code == 404
    monkeypatch.setattr(glance, "here", lost)
    answer = client.get("/nothing/here", headers=PAGE)
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "3")
    assert "reach its database" in answer.text


@pytest.mark.usefixtures("planted")  # the test's own transaction is what is let go
def test_a_connection_that_can_not_be_rolled_back_is_let_go(client, monkeypatch):
    whole, tried = Session.rollback, []

    def once(session: Session) -> None:
        tried.append(session)
        if len(tried) == 1:
            raise GONE
        whole(session)

    monkeypatch.setattr(Session, "rollback", once)
    assert client.get("/nothing/here", headers=PAGE).status_code == 503


@pytest.mark.postgresql
def test_noise_instead_of_answers_is_never_a_500(postgresql_database: str, tmp_path: Path):
    """Whatever noise breaks: a connection being made, one from the pool, one within a page."""
    at = urlsplit(postgresql_database)
    draw = random.Random(int(os.environ.get("SEED", "27112026")))
    with Proxy((at.hostname or "", at.port or 5432)) as proxy:
        there = at._replace(netloc=f"{at.username}@127.0.0.1:{proxy.port}", scheme="postgresql+psycopg").geturl()
        app = create_app(test_settings(tmp_path, database_url=there))
        prepare(app)
        client = app.test_client()
        for _round in range(20):
            proxy.mode = "pass"
            seen = [client.get(draw.choice(("/", "/search")), headers=PAGE).status_code]
            proxy.mode = "garbage"
            seen += [client.get(draw.choice(("/", "/rooms", "/nowhere")), headers=PAGE).status_code for _ in range(2)]
            assert set(seen) <= {200, 503}
            assert 503 in seen
