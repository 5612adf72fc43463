"""What × for whom, and where. Filled from the catalogue; operators may edit later."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.core.db import Model


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
