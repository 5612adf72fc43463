"""Reports' notes and later evidence, appeals, the duty roster, and the log that nobody changes."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.core import clock
from community.core.db import Model
from community.core.guards import append_only


class ModerationEntry(Model):
    """One thing that staff, a host or the clock (nobody) did about a person, a room, a message or a report."""

    __tablename__ = "moderation_log"
    __table_args__ = (Index("ix_moderation_log_subject", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    what: Mapped[str]  # one of `log.WHAT`
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    subject: Mapped[str] = mapped_column(default="")  # "report:3", "sanction:7", "room:1"
    reason: Mapped[str] = mapped_column(default="")
    until: Mapped[datetime | None]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])


class EvidenceChange(Model):
    """What became of something after it was reported: its words after an edit, or its last ones when it was deleted."""

    __tablename__ = "evidence_changes"
    __table_args__ = (
        CheckConstraint("what in ('edited', 'deleted')", name="what"),
        Index("ix_evidence_changes_subject", "subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    what: Mapped[str]
    text: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)


class ReportNote(Model):
    """What staff write to each other about a report."""

    __tablename__ = "report_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=clock.now)

    by: Mapped[Person] = relationship(lazy="joined")


class Appeal(Model):
    """Somebody says that a decision about them was wrong: once for each `subject` ("sanction:7", "bar:2")."""

    __tablename__ = "appeals"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))  # whose decision it is about
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=clock.now)
    granted: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    answered_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class DutyShift(Model):
    """Weekly hours in which somebody looks after urgent reports, on their own clock.

    `day` counts from Monday, `starts` and `ends` are minutes of the day; one that ends before it starts goes over
    midnight.
    """

    __tablename__ = "duty_shifts"
    __table_args__ = (
        CheckConstraint("day between 0 and 6", name="day"),
        CheckConstraint("starts between 0 and 1439 and ends between 0 and 1439 and starts <> ends", name="hours"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    day: Mapped[int]
    starts: Mapped[int]
    ends: Mapped[int]

    person: Mapped[Person] = relationship(lazy="joined")


append_only("moderation_log")
append_only("evidence_changes")
