"""Which guards a database has, and which it ought to have."""

from sqlalchemy import Connection, text

from community.core import guards


def in_place(connection: Connection) -> set[str]:
    """The names of the triggers and exclusion constraints that the database has."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal "
            "UNION SELECT conname FROM pg_constraint WHERE contype = 'x'"
        )
    return set(connection.execute(text(query)).scalars())


def expected(connection: Connection) -> set[str]:
    """The names that the registered guards make there."""
    if connection.dialect.name == "postgresql":
        return {known.name for known in guards.expected()}
    made = [words for known in guards.expected() for words in known.sqlite if words.startswith("CREATE TRIGGER")]
    return {words.split()[2] for words in made}
