"""Who is muted in a room or kept out of it, words that are not wanted, and messages that wait for a look."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.core import clock
from community.core.db import Model
from community.rooms.models import Room


class RoomBar(Model):
    """A host or staff muted somebody in a room, or keeps them out of it, until when and why."""

    __tablename__ = "room_bars"
    __table_args__ = (
        CheckConstraint("kind in ('mute', 'ban')", name="kind"),
        Index("ix_room_bars_room_id_person_id", "room_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    kind: Mapped[str]
    reason: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    until: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]

    room: Mapped[Room] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class WordRule(Model):
    """A word that is not wanted in a room, or in all that stand open (no room): refused, or held until a host looks.

    Numbers do not come back: processes know a list by how many rules it has and by the newest.
    """

    __tablename__ = "word_rules"
    __table_args__ = (
        CheckConstraint("action in ('refuse', 'hold')", name="action"),
        UniqueConstraint("room_id", "folded"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"))
    word: Mapped[str]
    folded: Mapped[str]
    action: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)


class HeldMessage(Model):
    """A message with a word on it that a host looks at first."""

    __tablename__ = "held_messages"
    __table_args__ = (UniqueConstraint("room_id", "sender_id", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    sender_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    client_id: Mapped[str]
    text: Mapped[str]
    reply_to_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    word: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=clock.now)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    passed: Mapped[bool | None]

    room: Mapped[Room] = relationship()
    sender: Mapped[Person] = relationship(foreign_keys=[sender_id])
