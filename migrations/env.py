"""Runs migrations with the app's own engine, and puts the guards back after each upgrade."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from community.core import guards
from community.core.db import Model, db


@contextmanager
def unchecked(connection: Connection) -> Iterator[None]:
    """Batch mode on SQLite drops each table and makes it anew, which rows that point at it would forbid. So foreign
    keys are off meanwhile, and all of them are looked at afterwards.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    try:
        yield
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise RuntimeError(f"the migration left rows that point nowhere: {broken[:5]}")
    finally:
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")


def run() -> None:
    """Upgrade or downgrade on one connection."""
    with db.engine.connect() as connection, unchecked(connection):
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            transaction_per_migration=True,
            user_module_prefix="community.core.db.",
        )
        with context.begin_transaction():
            context.run_migrations()
        guards.install(connection)
        connection.commit()


assert current_app  # noqa: S101 - Flask-Migrate gives the app
run()
