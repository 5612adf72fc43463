"""What people looked for and what they were shown: the ground of the niche figures."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from community.core import clock
from community.core.db import Model


class SearchMade(Model):
    """One search. `visitor` is a salted digest that changes daily: it counts people and names nobody."""

    __tablename__ = "searches"
    __table_args__ = (Index("ix_searches_at", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    words: Mapped[str]
    niche: Mapped[str | None]
    audience: Mapped[str | None]
    place_id: Mapped[int | None]
    hits: Mapped[int]
    visitor: Mapped[str]
    took_ms: Mapped[int] = mapped_column(default=0, server_default="0")  # how long the engine took


class Impression(Model):
    """How often a listing was shown on a day, and how often it was opened."""

    __tablename__ = "impressions"

    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    shown: Mapped[int] = mapped_column(default=0)
    opened: Mapped[int] = mapped_column(default=0)
