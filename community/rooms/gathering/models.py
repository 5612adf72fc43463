"""Who comes to a session, and what each means to do there."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.core import clock
from community.core.db import Model
from community.rooms.models import Session


class SessionSeat(Model):
    """One person who comes to one session. `came_at`: they were there. `win`: what went well, in their words."""

    __tablename__ = "session_seats"
    __table_args__ = (Index("ix_session_seats_person_id_came_at", "person_id", "came_at"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    taken_at: Mapped[datetime] = mapped_column(default=clock.now)
    came_at: Mapped[datetime | None]
    win: Mapped[str] = mapped_column(default="")

    person: Mapped[Person] = relationship(lazy="joined")
    session: Mapped[Session] = relationship()


class SessionGoal(Model):
    """What somebody means to do in a session, and what became of it. `carried_from_id`: it was moved on to here."""

    __tablename__ = "session_goals"
    __table_args__ = (
        CheckConstraint("outcome in ('done', 'moved', 'let_go')", name="outcome"),
        Index("ix_session_goals_session_id_person_id", "session_id", "person_id"),
        Index("ix_session_goals_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    text: Mapped[str]
    outcome: Mapped[str | None]
    # Unique: what was moved on is taken up once, however often the form is sent.
    carried_from_id: Mapped[int | None] = mapped_column(ForeignKey("session_goals.id"), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    settled_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined")


class WinClap(Model):
    """`by` claps for the win that a person shared in a session: once."""

    __tablename__ = "win_claps"

    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)

    by: Mapped[Person] = relationship(foreign_keys=[by_id])
