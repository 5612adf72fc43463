"""What was asked for day by day, what stands against it, and the drafts of those who look for their niche."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from community.core import clock
from community.core.db import Model

KINDS = ("site", "field", "niche", "audience", "place")


class NicheDay(Model):
    """The searches of one day (UTC) in one cell, and by how many people. Days add up: nobody is known for longer.

    `kind` says what the cell is; of a field `part` is its slug, of a niche's audience or place the audience's slug or
    the place's number as text. Searches that led to no niche are the field ""; those that named no audience, or no
    place, are the part "" of their niche.
    """

    __tablename__ = "niche_days"
    __table_args__ = (CheckConstraint(f"kind in ({', '.join(repr(kind) for kind in KINDS)})", name="kind"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    niche: Mapped[str] = mapped_column(primary_key=True, default="")
    part: Mapped[str] = mapped_column(primary_key=True, default="")
    searches: Mapped[int]
    people: Mapped[int]
    unmet: Mapped[int]  # found nothing that has all the words
    unmet_people: Mapped[int]


class NicheSupply(Model):
    """What stood against it when last counted: practices that can be found there, their time, replies and prices.

    `free_minutes` are of the coming two weeks, all practices together; `reply_minutes` is the middle of how long the
    `answered` practices take; prices are quartiles of an hour, the practices' own, minor units, one a practice.
    """

    __tablename__ = "niche_supplies"

    kind: Mapped[str] = mapped_column(primary_key=True)
    niche: Mapped[str] = mapped_column(primary_key=True, default="")
    part: Mapped[str] = mapped_column(primary_key=True, default="")
    practices: Mapped[int]
    free_minutes: Mapped[int]
    answered: Mapped[int]
    reply_minutes: Mapped[int | None]
    priced: Mapped[int]
    price_low: Mapped[int | None]
    price_middle: Mapped[int | None]
    price_high: Mapped[int | None]
    counted_at: Mapped[datetime] = mapped_column(default=clock.now)


class NicheDraft(Model):
    """What somebody who looks for a niche has said so far; one a person, gone once it is published.

    `said` holds {"title", "code", "liked", "good", "never": task numbers, "niche", and what the offer's form has}.
    """

    __tablename__ = "niche_drafts"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True, autoincrement=False)
    said: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
