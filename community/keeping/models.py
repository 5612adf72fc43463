"""Listings that people keep, searches they want to hear of, and what each of these has told already.

A row says something of one person alone: it goes with the person, with the listing and with the search.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.core import clock
from community.core.db import Model
from community.listings.models import Listing


class Favourite(Model):
    """One listing that somebody keeps."""

    __tablename__ = "favourites"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id", ondelete="CASCADE"), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)

    listing: Mapped[Listing] = relationship()


class SavedSearch(Model):
    """A search that tells of listings published since `since`: when it was saved, or taken up again after a pause.

    `search` is its address as `Wanted.address` writes it, without order and page, so that the same search is one row.
    """

    __tablename__ = "saved_searches"
    __table_args__ = (UniqueConstraint("person_id", "search"), CheckConstraint("search <> ''", name="search"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"))
    search: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    since: Mapped[datetime] = mapped_column(default=clock.now)
    looked_at: Mapped[datetime] = mapped_column(default=clock.now)
    mailed_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
    matches: Mapped[list["SearchMatch"]] = relationship(
        back_populates="saved", cascade="all, delete-orphan", passive_deletes=True, order_by="SearchMatch.found_at"
    )


class SearchMatch(Model):
    """One listing that a search has found: there is one such row at most, so nothing is told of twice.

    `settled_at`: when it was mailed, or when it was clear that it would not be.
    """

    __tablename__ = "search_matches"
    __table_args__ = (CheckConstraint("settled_at is null or settled_at >= found_at", name="order"),)

    saved_id: Mapped[int] = mapped_column(ForeignKey("saved_searches.id", ondelete="CASCADE"), primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id", ondelete="CASCADE"), primary_key=True, index=True)
    found_at: Mapped[datetime] = mapped_column(default=clock.now)
    settled_at: Mapped[datetime | None]

    saved: Mapped[SavedSearch] = relationship(back_populates="matches")
