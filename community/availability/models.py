"""Time: when a practice is open, and what is taken."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from community.core import clock
from community.core.db import Model
from community.core.guards import guard


class Calendar(Model):
    """How a practice takes bookings. Minutes unless named otherwise; days and weeks are the practice's own."""

    __tablename__ = "calendars"
    __table_args__ = (
        CheckConstraint("step between 5 and 60", name="step"),
        CheckConstraint("buffer_before between 0 and 240 and buffer_after between 0 and 240", name="buffers"),
        CheckConstraint("horizon_days between 1 and 365", name="horizon"),
        CheckConstraint("rest_days between 0 and 20", name="rest_days"),
        CheckConstraint("clients_at_once is null or clients_at_once between 1 and 500", name="clients_at_once"),
    )

    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), primary_key=True)
    step: Mapped[int] = mapped_column(default=30)
    buffer_before: Mapped[int] = mapped_column(default=0)
    buffer_after: Mapped[int] = mapped_column(default=15)
    notice: Mapped[int] = mapped_column(default=120)
    horizon_days: Mapped[int] = mapped_column(default=60)
    daily_limit: Mapped[int | None]
    weekly_limit: Mapped[int | None]
    clients_at_once: Mapped[int | None]  # open projects
    rest_days: Mapped[int] = mapped_column(default=0)  # working days a month that are to stay free
    quiet_from: Mapped[int | None]  # no notices from this minute of the day to the other, the practice's wall clock
    quiet_until: Mapped[int | None]


class WeeklyHours(Model):
    """One open range of one member on one weekday (Monday is 0), minutes from local midnight; it may cross midnight."""

    __tablename__ = "weekly_hours"
    __table_args__ = (
        CheckConstraint("weekday between 0 and 6", name="weekday"),
        CheckConstraint("starts >= 0 and starts < 1440 and ends > starts and ends <= 2880", name="range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    weekday: Mapped[int]
    starts: Mapped[int]
    ends: Mapped[int]


class DayHours(Model):
    """A member's hours of one day, in place of that weekday's: one row a range; without times the day is closed."""

    __tablename__ = "day_hours"
    __table_args__ = (
        CheckConstraint("(starts is null) = (ends is null)", name="both"),
        CheckConstraint(
            "starts is null or (starts >= 0 and starts < 1440 and ends > starts and ends <= 2880)", name="range"
        ),
        Index("ix_day_hours_person_id_day", "person_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    day: Mapped[date]
    starts: Mapped[int | None]
    ends: Mapped[int | None]


class TimeBlock(Model):
    """Time a member keeps for themselves, drawn into the calendar. Its claim is signed "block:<id>"."""

    __tablename__ = "time_blocks"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="")


class Feed(Model):
    """A calendar elsewhere whose busy time closes a member's hours. Read in the background; the address is a secret."""

    __tablename__ = "feeds"

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    name: Mapped[str]
    url: Mapped[str]
    etag: Mapped[str] = mapped_column(default="")
    checked_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]  # when it was last read whole
    error: Mapped[str] = mapped_column(default="")  # why the last try failed, a code
    failures: Mapped[int] = mapped_column(default=0)
    told_at: Mapped[datetime | None]  # when the owner was last told
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class FeedBusy(Model):
    """Busy time of a feed, recurrence expanded. No claim: a clash is shown to the practice, never refused."""

    __tablename__ = "feed_busy"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        Index("ix_feed_busy_feed_id_starts_at", "feed_id", "starts_at"),
        Index("ix_feed_busy_person_id_starts_at", "person_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    feed_id: Mapped[int] = mapped_column(ForeignKey("feeds.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class ClientPlace(Model):
    """One client's place with a practice for the days of a project, both ends included, the practice's own days."""

    __tablename__ = "client_places"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="order"),
        Index("ix_client_places_practice_id_last_day", "practice_id", "last_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    owner: Mapped[str] = mapped_column(index=True)  # "booking:7"
    first_day: Mapped[date]
    last_day: Mapped[date]
    live: Mapped[bool] = mapped_column(default=True)


class Leave(Model):
    """Days off, both ends included, in the practice's zone."""

    __tablename__ = "leaves"
    __table_args__ = (CheckConstraint("last_day >= first_day", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    note: Mapped[str] = mapped_column(default="")


class Claim(Model):
    """A person's time is taken. Buffers are frozen in. `guards` make the database refuse two live overlapping ones."""

    __tablename__ = "claims"
    __table_args__ = (
        CheckConstraint("blocked_from <= starts_at and ends_at <= blocked_until", name="buffers"),
        CheckConstraint("starts_at < ends_at", name="order"),
        Index("ix_claims_person_id_blocked_from", "person_id", "blocked_from", postgresql_where=text("live")),
        Index("ix_claims_owner", "owner"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    owner: Mapped[str]  # "booking:7", "block:3", "date:2", "waiter:5"
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    blocked_from: Mapped[datetime]
    blocked_until: Mapped[datetime]
    live: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


# The rule: two live claims of one person with different owners may not overlap. Both databases say it in their own
# way; `actions.hold` checks first and these refuse whatever it missed.
_OVERLAP = """
    SELECT RAISE(ABORT, 'claims_no_overlap') WHERE NEW.live AND EXISTS (
        SELECT 1 FROM claims WHERE person_id = NEW.person_id AND live AND owner <> NEW.owner
        AND blocked_from < NEW.blocked_until AND NEW.blocked_from < blocked_until AND id IS NOT NEW.id);
"""
guard(
    "claims_no_overlap",
    "claims",
    postgresql=(
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        "ALTER TABLE claims DROP CONSTRAINT IF EXISTS claims_no_overlap",
        "ALTER TABLE claims ADD CONSTRAINT claims_no_overlap EXCLUDE USING gist (person_id WITH =, "
        "tstzrange(blocked_from, blocked_until) WITH &&, owner WITH <>) WHERE (live)",
    ),
    sqlite=(
        "DROP TRIGGER IF EXISTS claims_no_overlap_insert",
        f"CREATE TRIGGER claims_no_overlap_insert BEFORE INSERT ON claims BEGIN {_OVERLAP} END",
        "DROP TRIGGER IF EXISTS claims_no_overlap_update",
        f"CREATE TRIGGER claims_no_overlap_update BEFORE UPDATE ON claims BEGIN {_OVERLAP} END",
    ),
)
