"""Circles, who is in them, when they meet, what is on the agenda and what was written down."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.core import clock
from community.core.db import Model
from community.rooms.models import Room


class Circle(Model):
    """Four to six members who meet once a month: on the `week`th `weekday` (Monday is 0; week 5 is the last one) at
    `at`, minutes from midnight on the clock of `zone`, for `minutes`.
    """

    __tablename__ = "circles"
    __table_args__ = (
        CheckConstraint("seats between 4 and 6", name="seats"),
        CheckConstraint("weekday between 0 and 6", name="weekday"),
        CheckConstraint("week between 1 and 5", name="week"),
        CheckConstraint("at between 0 and 1439", name="at"),
        CheckConstraint("minutes between 30 and 240", name="minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"), unique=True)
    keeper_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    name: Mapped[str]
    about: Mapped[str] = mapped_column(default="")
    zone: Mapped[str]
    weekday: Mapped[int]
    week: Mapped[int]
    at: Mapped[int]
    minutes: Mapped[int] = mapped_column(default=90)
    seats: Mapped[int] = mapped_column(default=6)
    takes_asks: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]

    room: Mapped[Room] = relationship()
    keeper: Mapped[Person] = relationship(foreign_keys=[keeper_id])
    members: Mapped[list["CircleMember"]] = relationship(back_populates="circle", order_by="CircleMember.since")


class CircleMember(Model):
    """One person and one circle: in it, asking, invited (`by_id`), or gone."""

    __tablename__ = "circle_members"
    __table_args__ = (
        CheckConstraint("standing in ('in', 'asked', 'invited', 'left')", name="standing"),
        Index("ix_circle_members_person_id_standing", "person_id", "standing"),
    )

    circle_id: Mapped[int] = mapped_column(ForeignKey("circles.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    standing: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    since: Mapped[datetime] = mapped_column(default=clock.now)

    circle: Mapped[Circle] = relationship(back_populates="members")
    person: Mapped[Person] = relationship(lazy="joined", foreign_keys=[person_id])


class CircleMeeting(Model):
    """One evening of a circle. Whoever writes the minutes first is their writer; `version` counts what was saved."""

    __tablename__ = "circle_meetings"
    __table_args__ = (UniqueConstraint("circle_id", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circles.id"))
    starts_at: Mapped[datetime]
    writer_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    text: Mapped[str] = mapped_column(default="")
    written_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=0)

    circle: Mapped[Circle] = relationship()
    writer: Mapped[Person | None] = relationship()
    items: Mapped[list["CircleItem"]] = relationship(back_populates="meeting", order_by="CircleItem.id")


class CircleItem(Model):
    """One thing on an agenda, by a member. A commitment is `kept` or not at the next meeting."""

    __tablename__ = "circle_items"
    __table_args__ = (CheckConstraint("kind in ('check_in', 'ask', 'topic', 'commitment')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("circle_meetings.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    kind: Mapped[str]
    text: Mapped[str]
    kept: Mapped[bool | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    meeting: Mapped[CircleMeeting] = relationship(back_populates="items")
    person: Mapped[Person] = relationship(lazy="joined")
