"""Who of several processes does what only one may do: a row that its holder renews."""

import os
import secrets
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import delete, or_
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, mapped_column

from community.core import clock
from community.core.db import Model, db, is_sqlite, writing


@cache
def this_process() -> str:
    """A name that no other process has; one that is forked gets its own."""
    return secrets.token_hex(8)


os.register_at_fork(after_in_child=this_process.cache_clear)


class Lease(Model):
    """One duty and who has it until when."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]


def hold(name: str, lasting: timedelta, *, holder: str = "") -> bool:
    """Take or renew the duty, for this process unless a `holder` is named; False while somebody else has it. Owns its
    transaction.
    """
    holder = holder or this_process()
    now = clock.now()
    insert = sqlite_insert if is_sqlite() else pg_insert
    wanted = insert(Lease).values(name=name, holder=holder, until=now + lasting)
    wanted = wanted.on_conflict_do_update(
        index_elements=["name"],
        set_={"holder": holder, "until": now + lasting},
        where=or_(Lease.holder == holder, Lease.until < now),
    )
    with writing() as session:
        return session.execute(wanted.returning(Lease.holder)).scalar() == holder


def let_go(name: str, *, holder: str = "") -> None:
    """Give the duty back, so that nobody waits for it to run out. Owns its transaction."""
    holder = holder or this_process()
    with writing():
        db.session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))
