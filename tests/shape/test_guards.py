"""What the database refuses by itself is in place after a migration, after another, and after Alembic's batch mode."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, String, func, select
from sqlalchemy.exc import DatabaseError

from community.accounts.safety.models import ModerationEntry
from community.availability.models import Claim
from community.bookings.models import BookingEvent
from community.core import guards
from community.core.db import writing
from community.payments import ledger
from community.payments.models import LedgerTransaction, Posting
from tests.shape.guarded import expected, in_place
from tests.shape.scene import Scene


@pytest.fixture
def claimed(scene: Scene) -> Iterator[tuple[Scene, dict[str, Any]]]:
    """The columns of a live claim, to be claimed again by somebody else."""
    with scene.attempt():
        claim = scene.connection.execute(select(Claim.__table__).where(Claim.live).limit(1)).mappings().one()
        yield scene, {name: value for name, value in claim.items() if name != "id"}


def _claim(scene: Scene, columns: dict[str, Any], **changed: Any) -> None:
    savepoint = scene.connection.begin_nested()
    try:
        scene.connection.execute(Claim.__table__.insert().values(**columns | changed))
    finally:
        if savepoint.is_active:
            savepoint.rollback()


def _refuses_a_double_booking(scene: Scene, columns: dict[str, Any]) -> None:
    times = ("starts_at", "ends_at", "blocked_from", "blocked_until")
    later = {name: columns[name] + timedelta(minutes=5) for name in times}
    with pytest.raises(DatabaseError, match="claims_no_overlap"):
        _claim(scene, columns, owner="booking:other", **later)
    far = {name: columns[name] + timedelta(days=900) for name in times}
    _claim(scene, columns, owner="booking:other", **far)


def test_a_double_booking_is_refused(claimed: tuple[Scene, dict[str, Any]]) -> None:
    _refuses_a_double_booking(*claimed)


def test_without_the_guard_it_happens(claimed: tuple[Scene, dict[str, Any]]) -> None:
    scene, columns = claimed
    guards.remove(scene.connection, "claims_no_overlap")
    _claim(scene, columns, owner="booking:other")


def test_it_is_refused_after_a_batch_operation(claimed: tuple[Scene, dict[str, Any]]) -> None:
    """Batch mode makes the table anew on SQLite, and drops its triggers without a word."""
    scene, columns = claimed
    operations = Operations(MigrationContext.configure(scene.connection))
    with operations.batch_alter_table("claims", recreate="always" if _is_sqlite(scene) else "auto") as batch:
        batch.add_column(Column("planted", String(), nullable=True))
    if _is_sqlite(scene):
        assert not any(name.startswith("claims") for name in in_place(scene.connection))
    guards.install(scene.connection)
    assert in_place(scene.connection) == expected(scene.connection)
    _refuses_a_double_booking(scene, columns)


def _is_sqlite(scene: Scene) -> bool:
    return scene.connection.dialect.name == "sqlite"


@pytest.mark.parametrize("model", [BookingEvent, LedgerTransaction, Posting, ModerationEntry])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_logs_and_ledger_are_written_once(scene: Scene, model: Any, verb: str) -> None:
    table = model.__table__
    with scene.attempt():
        if model in {LedgerTransaction, Posting}:
            with scene.app.app_context(), writing():
                ledger.post(
                    external_id="test:1",
                    kind="test",
                    subject="test:1",
                    currency="GBP",
                    postings=[("site", 5), ("practice:1", -5)],
                )
        assert scene.connection.execute(select(func.count()).select_from(table)).scalar_one() > 0
        savepoint = scene.connection.begin_nested()
        statement = table.delete() if verb == "delete" else table.update().values(id=table.c.id)
        with pytest.raises(DatabaseError, match=f"{table.name}_append_only"):
            scene.connection.execute(statement)
        savepoint.rollback()
