"""What has been told already, and how a practice words what its clients hear."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from community.core import clock
from community.core.db import Model


class Notice(Model):
    """One notice that went out. Its key makes a repeated delivery write no second mail."""

    __tablename__ = "notices"

    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)


class Reminding(Model):
    """When a practice's clients are reminded: minutes before the start, the longest first. The default without a row
    is a day and an hour.
    """

    __tablename__ = "remindings"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), primary_key=True)
    leads: Mapped[list[int]] = mapped_column(JSON, default=list)


class Wording(Model):
    """A practice's own words in one kind of message, with placeholders such as {client}."""

    __tablename__ = "wordings"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), primary_key=True)
    message: Mapped[str] = mapped_column(primary_key=True)  # confirmed, reminder, follow_up
    text: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
