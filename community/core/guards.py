"""What the database refuses by itself. Alembic's batch mode on SQLite drops triggers without a word, so `install` runs
after every upgrade and puts each one back.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, text


@dataclass(frozen=True)
class Guard:
    """One rule of one table. The statements are complete and may be run again."""

    name: str
    table: str
    postgresql: tuple[str, ...]
    sqlite: tuple[str, ...]


_guards: dict[str, Guard] = {}


def guard(name: str, table: str, *, postgresql: tuple[str, ...], sqlite: tuple[str, ...]) -> None:
    """Register a guard; slices do so beside the model it protects."""
    _guards[name] = Guard(name, table, postgresql, sqlite)


def append_only(table: str) -> None:
    """Rows of `table` are written once: the database refuses to change or delete them."""
    name = f"{table}_append_only"
    sqlite = tuple(
        statement
        for verb in ("UPDATE", "DELETE")
        for statement in (
            f"DROP TRIGGER IF EXISTS {name}_{verb.lower()}",
            f"CREATE TRIGGER {name}_{verb.lower()} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{name}'); END",
        )
    )
    postgresql = (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"DROP TRIGGER IF EXISTS {name} ON {table}",
        f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    )
    guard(name, table, postgresql=postgresql, sqlite=sqlite)


def install(connection: Connection) -> None:
    """Put every guard in place whose table exists."""
    present = set(connection.dialect.get_table_names(connection))
    for known in _guards.values():
        if known.table in present:
            _run(connection, known)


def _run(connection: Connection, known: Guard) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    for statement in known.sqlite if is_sqlite else known.postgresql:
        connection.execute(text(statement))


def remove(connection: Connection, name: str) -> None:
    """Take one guard away. Only for the tests that show what happens without it."""
    known = _guards[name]
    if connection.dialect.name == "sqlite":
        drops = [s for s in known.sqlite if s.startswith("DROP")]
    else:
        drops = [s for s in known.postgresql if s.startswith(("DROP", "ALTER TABLE")) and "DROP" in s]
    for statement in drops:
        connection.execute(text(statement))


def expected() -> list[Guard]:
    """All registered guards."""
    return list(_guards.values())
