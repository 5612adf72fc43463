"""A database that can't be asked is a 503 with its own page, wherever it is noticed."""

import psycopg
import pytest
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from community.core.db import is_away
from community.rooms import glance

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
