"""Rooms. `seq` counts every change of a room's log, `message_count` its messages."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.core import clock
from community.core.db import Model


class Room(Model):
    """A place to talk: the lounge, a session's room, a booking's room, or a direct one of two."""

    __tablename__ = "rooms"
    __table_args__ = (
        CheckConstraint("kind in ('lounge', 'niche', 'session', 'circle', 'booking', 'direct')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    subject: Mapped[str | None] = mapped_column(unique=True)  # "booking:7", "direct:3:9", "lounge"
    name: Mapped[str] = mapped_column(default="")
    topic: Mapped[str] = mapped_column(default="")
    seq: Mapped[int] = mapped_column(default=0)
    message_count: Mapped[int] = mapped_column(default=0)
    last_message_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    members: Mapped[list["RoomMember"]] = relationship(back_populates="room")


class RoomMember(Model):
    """One person in one room, and how far they have read. `request`: a stranger wrote first and waits for a yes."""

    __tablename__ = "room_members"
    __table_args__ = (
        CheckConstraint("role in ('member', 'host')", name="role"),
        CheckConstraint("standing in ('in', 'request', 'ignored', 'left')", name="standing"),
        Index("ix_room_members_person_id_standing", "person_id", "standing"),
    )

    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    role: Mapped[str] = mapped_column(default="member")
    standing: Mapped[str] = mapped_column(default="in")
    read_count: Mapped[int] = mapped_column(default=0)
    joined_at: Mapped[datetime] = mapped_column(default=clock.now)
    active_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]

    room: Mapped[Room] = relationship(back_populates="members")
    person: Mapped[Person] = relationship(lazy="joined")


class Message(Model):
    """One message. `seq` is its birth, `changed_seq` its last change; catching up goes by the latter."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("room_id", "seq"),
        UniqueConstraint("room_id", "sender_id", "client_id"),
        Index("ix_messages_room_id_changed_seq", "room_id", "changed_seq"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    seq: Mapped[int]
    changed_seq: Mapped[int]
    sender_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    client_id: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    deleted_at: Mapped[datetime | None]

    sender: Mapped[Person] = relationship(lazy="joined")
    room: Mapped[Room] = relationship()


class Session(Model):
    """A coworking session in a room: rounds and breaks on one clock. `phase` is an index into `plan`."""

    __tablename__ = "sessions"
    __table_args__ = (
        Index("ix_sessions_room_id_starts_at", "room_id", "starts_at"),
        UniqueConstraint("series", "starts_at"),
        CheckConstraint("mutuality in ('silent', 'check_in', 'chat')", name="mutuality"),
        CheckConstraint("seats between 2 and 500", name="seats"),
        CheckConstraint("taken >= 0 and (seats is null or taken <= seats)", name="taken"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    host_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    name: Mapped[str]
    starts_at: Mapped[datetime]
    plan: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # [{"kind": "focus" | "break", "seconds": 3000}]
    phase: Mapped[int | None]  # None before the start and after the end
    phase_started_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    # How it was planned (`gathering`). Each of a weekly `series` is a row, at the same wall time in `zone`.
    zone: Mapped[str] = mapped_column(default="Europe/London")
    series: Mapped[str | None]
    mutuality: Mapped[str] = mapped_column(default="chat")
    promised: Mapped[bool] = mapped_column(default=False)
    greeter_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    seats: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0)  # how many come; the database refuses more than `seats`
    called_off_at: Mapped[datetime | None]

    room: Mapped[Room] = relationship(lazy="joined")
    host: Mapped[Person] = relationship(lazy="joined", foreign_keys=[host_id])
    greeter: Mapped[Person | None] = relationship(foreign_keys=[greeter_id])


class Visit(Model):
    """When somebody came into a room and left it."""

    __tablename__ = "visits"
    __table_args__ = (Index("ix_visits_room_id_joined_at", "room_id", "joined_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
