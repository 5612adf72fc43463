"""Runs migrations with the app's own engine, and puts the guards back after each upgrade."""

from alembic import context
from flask import current_app

from community.core import guards
from community.core.db import Model, db


def run() -> None:
    """Upgrade or downgrade on one connection."""
    with db.engine.connect() as connection:
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
