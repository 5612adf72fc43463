"""What × for whom, and where. Filled from the catalogue; operators may edit later."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.core import clock
from community.core.db import Model
from community.core.guards import append_only


class Field(Model):
    """A group of niches, with its icon and colour tone (1-8)."""

    __tablename__ = "fields"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    icon: Mapped[str]
    tone: Mapped[int]


class Niche(Model):
    """What people offer. Prices are what a first job usually costs, minor units of the catalogue's GBP."""

    __tablename__ = "niches"

    id: Mapped[int] = mapped_column(primary_key=True)
    field_id: Mapped[int] = mapped_column(ForeignKey("fields.id"), index=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    line: Mapped[str]
    price_low: Mapped[int]
    price_high: Mapped[int]
    unit: Mapped[str]
    minutes: Mapped[int]

    field: Mapped[Field] = relationship(lazy="joined")


class Audience(Model):
    """Whom it is for."""

    __tablename__ = "audiences"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class Place(Model):
    """A town of GeoNames; the id is theirs."""

    __tablename__ = "places"
    __table_args__ = (Index("ix_places_folded_population", "folded", "population"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    folded: Mapped[str]
    country: Mapped[str]
    latitude: Mapped[float]
    longitude: Mapped[float]
    zone: Mapped[str]
    population: Mapped[int]


class FormerNiche(Model):
    """An address that a niche had, or one that was merged into it: it leads there, and the shipped catalogue does not
    bring it back.
    """

    __tablename__ = "former_niches"

    slug: Mapped[str] = mapped_column(primary_key=True)
    niche_id: Mapped[int] = mapped_column(ForeignKey("niches.id"), index=True)


class NicheTitle(Model):
    """What people call a niche, beside the shipped titles: `shown` is one more, else a shipped one taken away."""

    __tablename__ = "niche_titles"
    __table_args__ = (UniqueConstraint("niche_id", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    niche_id: Mapped[int] = mapped_column(ForeignKey("niches.id"))
    title: Mapped[str]
    shown: Mapped[bool]


class NicheProposal(Model):
    """A member proposes a niche; an operator accepts or declines it with a reason."""

    __tablename__ = "niche_proposals"
    __table_args__ = (CheckConstraint("status in ('open', 'accepted', 'declined')", name="status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    field_id: Mapped[int] = mapped_column(ForeignKey("fields.id"))
    name: Mapped[str]
    why: Mapped[str]
    status: Mapped[str] = mapped_column(default="open", index=True)
    reason: Mapped[str] = mapped_column(default="")
    niche_id: Mapped[int | None] = mapped_column(ForeignKey("niches.id"))  # what it became
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    decided_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    field: Mapped[Field] = relationship()
    niche: Mapped[Niche | None] = relationship()


class CatalogueEntry(Model):
    """One thing that an operator did to the catalogue. The database refuses changes to it."""

    __tablename__ = "catalogue_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    what: Mapped[str]
    about: Mapped[str]  # the name of the niche or audience, as it was then
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    by: Mapped[Person | None] = relationship()


append_only("catalogue_log")
