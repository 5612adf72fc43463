"""A database with rows in it, rows that point at each other among them, is brought up to date without losing any."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from community.core.db import db
from tests.shape.test_migrations import bare

__all__ = ["bare"]

ROWS = (
    "INSERT INTO payments (id, ref, purpose, subject, payer, payee, payee_name, amount, fee, currency, description, "
    "status, expires_at, refunded, created_at, manual) VALUES (1, 'p1', 'b', 'o', 'a@example.com', 'practice:1', 'N', "
    "100, 5, 'GBP', 'x', 'paid', '2026-01-01 00:00:00', 10, '2026-01-01 00:00:00', false)",
    "INSERT INTO refunds (id, ref, payment_id, amount, fee, reason, status, created_at) "
    "VALUES (1, 'r1', 1, 10, 1, 'x', 'done', '2026-01-01 00:00:00')",
    "INSERT INTO ledger_transactions (id, external_id, kind, subject, at) "
    "VALUES (1, 'a', 'k', 's', '2026-01-01 00:00:00')",
    "INSERT INTO postings (transaction_id, account, amount, currency) VALUES (1, 'a', 5, 'GBP'), (1, 'b', -5, 'GBP')",
)
READ = (
    "SELECT p.ref, r.ref, r.amount, (SELECT count(*) FROM postings) "
    "FROM payments p JOIN refunds r ON r.payment_id = p.id"
)


@pytest.fixture
def rows(bare: Flask) -> Iterator[Flask]:
    with bare.app_context():
        upgrade(revision="92595b1508d0")
        with db.engine.begin() as connection:
            for row in ROWS:
                connection.execute(text(row))
        yield bare


def test_up_down_and_up_with_money_in_it(rows: Flask, tmp_path: Path) -> None:
    for step in (upgrade, lambda: downgrade(revision="92595b1508d0"), upgrade):
        step()
        with db.engine.connect() as connection:
            assert connection.execute(text(READ)).one() == ("p1", "r1", 10, 2)
            if connection.dialect.name == "sqlite":
                assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
