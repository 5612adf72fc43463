"""Rooms. `seq` counts every change of a room's log, `message_count` its messages."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.core import clock
from community.core.db import Model


def _partial(condition: str) -> dict[str, Any]:
    """An index over the few rows that matter."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Room(Model):
    """A place to talk: the lounge, a session's room, a circle's, a booking's, of partners, or a direct one of two."""

    __tablename__ = "rooms"
    __table_args__ = (
        CheckConstraint(
            "kind in ('lounge', 'niche', 'session', 'circle', 'pairing', 'booking', 'direct')", name="kind"
        ),
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
    slow_seconds: Mapped[int] = mapped_column(default=0)  # between two messages of one person; 0: as one likes

    members: Mapped[list["RoomMember"]] = relationship(back_populates="room")


class RoomMember(Model):
    """One person in one room, and how far they have read. `request`: a stranger wrote first and waits for a yes.
    `guest`: only as long as an open house.
    """

    __tablename__ = "room_members"
    __table_args__ = (
        CheckConstraint("role in ('member', 'host')", name="role"),
        CheckConstraint("standing in ('in', 'guest', 'request', 'ignored', 'left')", name="standing"),
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
    """One message. `seq` is its birth, `changed_seq` its last change; catching up goes by the latter.

    `number` counts the room's messages: whoever has read `read_count` has read those up to that number. A change of
    what others quote is a change of them too.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("room_id", "seq"),
        UniqueConstraint("room_id", "sender_id", "client_id"),
        Index("ix_messages_room_id_changed_seq", "room_id", "changed_seq"),
        Index("ix_messages_reply_to_id", "reply_to_id", **_partial("reply_to_id is not null")),
        Index("ix_messages_pinned", "room_id", **_partial("pinned_at is not null")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    seq: Mapped[int]
    changed_seq: Mapped[int]
    sender_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    client_id: Mapped[str]
    number: Mapped[int]
    text: Mapped[str]
    reply_to_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    edited_at: Mapped[datetime | None]
    pinned_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    # What the page behind its first link says of itself: {"url", "title", "text", "site"}; "url" alone: nothing.
    preview: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))

    sender: Mapped[Person] = relationship(lazy="joined")
    room: Mapped[Room] = relationship()
    reply_to: Mapped["Message | None"] = relationship(remote_side="Message.id")
    reactions: Mapped[list["Reaction"]] = relationship(order_by="Reaction.id", cascade="all, delete-orphan")
    mentions: Mapped[list["Mention"]] = relationship(order_by="Mention.person_id", cascade="all, delete-orphan")
    files: Mapped[list["MessageFile"]] = relationship(
        order_by="MessageFile.id", cascade="all, delete-orphan", back_populates="message"
    )
    edits: Mapped[list["MessageEdit"]] = relationship(order_by="MessageEdit.id", cascade="all, delete-orphan")


class MessageEdit(Model):
    """What a message said before it was changed at `at`. Gone when the message is deleted."""

    __tablename__ = "message_edits"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=clock.now)


class Reaction(Model):
    """One person's sign under a message."""

    __tablename__ = "reactions"
    __table_args__ = (UniqueConstraint("message_id", "person_id", "sign"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    sign: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person] = relationship(lazy="joined")


class Mention(Model):
    """Somebody whom a message calls: by name, as one who was there (`here`), or as the host."""

    __tablename__ = "mentions"
    __table_args__ = (CheckConstraint("way in ('name', 'here', 'host')", name="way"),)

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True, index=True)
    way: Mapped[str] = mapped_column(default="name")

    person: Mapped[Person] = relationship(lazy="joined")


class MessageFile(Model):
    """A picture or a file in a message. `size` is bytes; `width` and `height` are a picture's, in pixels."""

    __tablename__ = "message_files"
    __table_args__ = (CheckConstraint("kind in ('image', 'file')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    kind: Mapped[str]
    file: Mapped[str] = mapped_column(unique=True)  # in the store
    file_name: Mapped[str]  # where it came from
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]

    message: Mapped[Message] = relationship(back_populates="files")


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
    open_house: Mapped[bool] = mapped_column(default=False)  # guests may come who are no members (`rooms.doors`)
    greeter_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    seats: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0)  # how many come; the database refuses more than `seats`
    table_version: Mapped[int] = mapped_column(default=0)  # counts what happens at its table: seats, goals, wins
    called_off_at: Mapped[datetime | None]

    room: Mapped[Room] = relationship(lazy="joined")
    host: Mapped[Person] = relationship(lazy="joined", foreign_keys=[host_id])
    greeter: Mapped[Person | None] = relationship(foreign_keys=[greeter_id])

    @property
    def table(self) -> str:
        """What a page knows its table by: another word as soon as anything happened at it."""
        return f"{self.id}.{self.table_version}"


class Visit(Model):
    """When somebody came into a room and left it."""

    __tablename__ = "visits"
    __table_args__ = (Index("ix_visits_room_id_joined_at", "room_id", "joined_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
