"""The queue: one row per thing to do, written in the transaction that made it necessary."""

import threading
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from community.core import clock
from community.core.bus import Told, bus, heard
from community.core.db import Model

_woken = threading.Event()


class Delivery(Model):
    """One call of one durable handler. Done rows are deleted; dead ones wait for staff."""

    __tablename__ = "deliveries"

    id: Mapped[int] = mapped_column(primary_key=True)
    handler: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    key: Mapped[str | None] = mapped_column(unique=True)  # a tick's name: there is one of each
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    dead_at: Mapped[datetime | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    # A worker marks rows by id after it has let go of them: an id must never come back.
    __table_args__ = (Index("ix_deliveries_dead_at_due_at", "dead_at", "due_at"), {"sqlite_autoincrement": True})


def wake() -> None:
    """Tell every worker that something may be due. A lost wake-up costs one poll."""
    _woken.set()
    bus().tell("wake")


@heard("wake")
def _wake_here(_told: Told) -> None:
    _woken.set()


def wait_for_work(seconds: float) -> None:
    """Sleep until woken, at most `seconds`."""
    _woken.wait(seconds)
    _woken.clear()
