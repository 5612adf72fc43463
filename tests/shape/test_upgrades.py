"""Every guard is in the migrated database, and comes back with the next upgrade."""

from flask import Flask

from community.core import guards
from community.core.db import db
from community.serve import migrate
from tests.shape.guarded import expected, in_place


def test_the_migrated_database_has_every_guard(built: Flask) -> None:
    with built.app_context(), db.engine.connect() as connection:
        assert {known.name for known in guards.expected()} >= {
            "claims_no_overlap",
            "booking_events_append_only",
            "postings_append_only",
        }
        assert in_place(connection) == expected(connection)


def test_it_is_refused_after_another_upgrade(built: Flask) -> None:
    """With a guard lost in between, as a careless migration would lose it."""
    with built.app_context(), db.engine.begin() as connection:
        guards.remove(connection, "claims_no_overlap")
        assert in_place(connection) != expected(connection)
    migrate(built)
    with built.app_context(), db.engine.connect() as connection:
        assert in_place(connection) == expected(connection)
