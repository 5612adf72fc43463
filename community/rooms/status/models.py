"""What people say of how they are, until when; and calls of a quarter of an hour."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.core import clock
from community.core.db import Model
from community.rooms.models import Room


class PersonStatus(Model):
    """A person's own word. `state` holds until `until`; `call_until`: open for a quick call as long as that."""

    __tablename__ = "person_statuses"
    __table_args__ = (CheckConstraint("state in ('', 'focus', 'break', 'away', 'dnd')", name="state"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    state: Mapped[str] = mapped_column(default="")
    until: Mapped[datetime | None]
    call_until: Mapped[datetime | None]


class QuickCall(Model):
    """One asks another who said that they are open for a call; it takes place once both have said yes."""

    __tablename__ = "quick_calls"
    __table_args__ = (CheckConstraint("asker_id <> person_id", name="two"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    asker_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    agreed_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]

    asker: Mapped[Person] = relationship(foreign_keys=[asker_id])
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    room: Mapped[Room] = relationship()
