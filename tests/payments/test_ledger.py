"""The ledger: what the database itself refuses, past our own code and with real commits."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from community.core import guards
from community.core.db import db

TRANSACTION = text("INSERT INTO ledger_transactions (external_id, kind, subject, at) VALUES (:id, 'x', 'x', :at)")
POSTING = text(
    "INSERT INTO postings (transaction_id, account, amount, currency) "
    "SELECT id, :account, :amount, :currency FROM ledger_transactions WHERE external_id = :id"
)


@pytest.fixture
def connection(built: Flask) -> Iterator[Connection]:
    with built.app_context(), db.engine.connect() as opened:
        yield opened


def _write(connection: Connection, *entries: tuple[int, str]) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    connection.execute(TRANSACTION, {"id": "planted", "at": "2026-11-19 10:00:00+00:00"})
    for number, (amount, currency) in enumerate(entries):
        given = {"id": "planted", "account": f"a{number}", "amount": amount, "currency": currency}
        connection.execute(POSTING, given)


@pytest.mark.parametrize(
    "entries",
    [
        [(5, "GBP")],
        [(5, "GBP"), (-4, "GBP")],
        [(5, "GBP"), (-5, "EUR")],
        [(5, "GBP"), (-5, "GBP"), (1, "JPY")],
        [(5, "GBP"), (-5, "GBP"), (5, "GBP")],
    ],
)
def test_what_does_not_sum_to_zero_is_not_committed(connection: Connection, entries: list[tuple[int, str]]) -> None:
    _write(connection, *entries)
    raw = connection.connection
    with pytest.raises(IntegrityError):
        connection.commit()
    raw.rollback()  # as the pool does with a connection that comes back
    connection.rollback()
    assert (
        connection.execute(text("SELECT count(*) FROM ledger_transactions WHERE external_id = 'planted'")).scalar() == 0
    )


def test_without_the_guard_it_would_be(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    guards.remove(connection, "postings_sum_to_zero")
    connection.execute(TRANSACTION, {"id": "planted", "at": "2026-11-19 10:00:00+00:00"})
    connection.execute(POSTING, {"id": "planted", "account": "a", "amount": 5, "currency": "GBP"})
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert connection.execute(text("SELECT count(*) FROM ledger_open")).scalar() == 0
    connection.rollback()


def test_what_does_is(connection: Connection) -> None:
    _write(connection, (5, "GBP"), (-3, "GBP"), (7, "JPY"), (-7, "JPY"), (-2, "GBP"))
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert connection.execute(text("SELECT count(*) FROM ledger_open")).scalar() == 0
    connection.rollback()
