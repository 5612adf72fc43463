"""Listings: what a practice offers. Prices are the practice's own, before the client's fee."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.core import clock
from community.core.db import Model
from community.niches.models import Audience, Niche, Place
from community.profiles.models import Practice

listings_audiences = Table(
    "listings_audiences",
    Model.metadata,
    Column("listing_id", ForeignKey("listings.id"), primary_key=True),
    Column("audience_id", ForeignKey("audiences.id"), primary_key=True),
)


class Listing(Model):
    """Something a practice sells. `where_detail` is shown only once a booking is confirmed.

    A *session* is bookable time in one to four lengths; a *project* has packages; a *workshop* has dates with seats and
    one `price`; a *retainer* has a `price` a month; a *digital* one has a private file and a `price`; an *inquiry* is
    answered with a quote.
    """

    __tablename__ = "listings"
    __table_args__ = (
        UniqueConstraint("practice_id", "slug"),
        CheckConstraint("status in ('draft', 'published', 'paused', 'archived')", name="status"),
        CheckConstraint("kind in ('session', 'project', 'workshop', 'retainer', 'digital', 'inquiry')", name="kind"),
        CheckConstraint("price is null or price >= 0", name="price"),
        CheckConstraint("series_most between 1 and 12", name="series_most"),
        CheckConstraint("clients_most is null or clients_most between 1 and 500", name="clients_most"),
        CheckConstraint("where_kind in ('own_link', 'site_call', 'phone', 'on_site', 'at_mine')", name="where_kind"),
        CheckConstraint("policy in ('flexible', 'moderate', 'strict', 'own')", name="policy"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    slug: Mapped[str]
    kind: Mapped[str] = mapped_column(default="session")
    status: Mapped[str] = mapped_column(default="draft", index=True)
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    outcomes: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)  # icon, title, text
    niche_id: Mapped[int] = mapped_column(ForeignKey("niches.id"), index=True)
    where_kind: Mapped[str]
    where_detail: Mapped[str] = mapped_column(default="")
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    radius_km: Mapped[int | None]
    policy: Mapped[str] = mapped_column(default="flexible")
    tiers: Mapped[list[list[int]]] = mapped_column(JSON, default=list)  # of an own policy: [minutes ahead, per cent]
    price: Mapped[int | None]  # of a seat, a month or a file: minor units, before the client's fee
    scope: Mapped[str] = mapped_column(default="")  # what is in a month of a retainer, line by line
    clients_most: Mapped[int | None]  # of a retainer: how many clients at most, None where only places count
    on_request: Mapped[bool] = mapped_column(default=False)
    deliverer_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))  # None: whoever of the members is free
    series_most: Mapped[int] = mapped_column(default=1)  # sessions that can be booked at once, weekly
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)  # {"text", "required"}
    # What a digital one delivers: a private file of ours, whose name ends with its size in bytes (`rules.file_bytes`).
    file: Mapped[str] = mapped_column(default="")
    file_name: Mapped[str] = mapped_column(default="")
    cover: Mapped[str]  # seed of the generated cover
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    published_at: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    practice: Mapped[Practice] = relationship(lazy="joined")
    niche: Mapped[Niche] = relationship(lazy="joined")
    place: Mapped[Place | None] = relationship(lazy="joined")
    audiences: Mapped[list[Audience]] = relationship(secondary=listings_audiences)
    lengths: Mapped[list["Length"]] = relationship(order_by="Length.minutes", cascade="all, delete-orphan")
    images: Mapped[list["Image"]] = relationship(order_by="Image.position", cascade="all, delete-orphan")
    packages: Mapped[list["Package"]] = relationship(
        back_populates="listing", order_by="Package.position", cascade="all, delete-orphan"
    )
    addons: Mapped[list["Addon"]] = relationship(order_by="Addon.position", cascade="all, delete-orphan")
    dates: Mapped[list["WorkshopDate"]] = relationship(back_populates="listing", order_by="WorkshopDate.starts_at")

    @property
    def is_public(self) -> bool:
        """True while clients can find and book it."""
        return self.status == "published"

    @property
    def offers(self) -> list["Package"]:
        """The packages of a project that can be booked, in order."""
        return [package for package in self.packages if package.active] if self.kind == "project" else []

    @property
    def prices(self) -> list[int]:
        """What it begins at in each of its sizes: the practice's own, minor units. None of an inquiry."""
        if self.kind == "session":
            return [length.price for length in self.lengths]
        if self.kind == "project":
            return [package.price for package in self.offers]
        return [] if self.price is None or self.kind == "inquiry" else [self.price]

    @property
    def least(self) -> int | None:
        """The least that starts the job; None where no price is said."""
        return min(self.prices, default=None)

    @property
    def has_several_prices(self) -> bool:
        """True where the least is only where it begins."""
        return len(self.prices) > 1

    @property
    def deliverers(self) -> list[Person]:
        """Who can deliver it: the named one while they are of the practice, else its owners and partners."""
        able = [role.person for role in self.practice.roles if role.left_at is None and role.role != "assistant"]
        return [person for person in able if person.id == self.deliverer_id] or able

    def length(self, minutes: int) -> "Length | None":
        """The offer of that many minutes, if there is one."""
        return next((length for length in self.lengths if length.minutes == minutes), None)

    def as_evidence(self) -> dict[str, Any]:
        """What is frozen into a report."""
        return {"title": self.title, "summary": self.summary, "text": self.text}


class Length(Model):
    """How long, and for how much: minor units of the site's currency, the practice's own price; 0 is free."""

    __tablename__ = "lengths"
    __table_args__ = (
        UniqueConstraint("listing_id", "minutes"),
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("minutes between 5 and 720", name="minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"))
    minutes: Mapped[int]
    price: Mapped[int]


class Package(Model):
    """One of up to three sizes of a project: what is in it, days until delivery, and how it is paid.

    `plan` lists instalments as {"due": "booking" | "date" | "milestone", "per_cent", "days" (after the start, of a
    date), "title" (of a milestone)}; the first is due at booking, the per cents sum to 100.
    """

    __tablename__ = "packages"
    __table_args__ = (
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("days between 1 and 365", name="days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str]
    scope: Mapped[str] = mapped_column(default="")
    days: Mapped[int]
    price: Mapped[int]
    plan: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    active: Mapped[bool] = mapped_column(default=True)  # one that bookings were made of stays, out of sight

    listing: Mapped[Listing] = relationship(back_populates="packages")


class Addon(Model):
    """Something small that can be added to a booking; minor units, before the client's fee."""

    __tablename__ = "addons"
    __table_args__ = (CheckConstraint("price > 0", name="price"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str]
    price: Mapped[int]


class WorkshopDate(Model):
    """One run of a workshop or course: its meetings, and how many may and must come. The date claims its time, the
    seats claim nothing. At `decides_at` one with fewer than `minimum` seats taken is called off for all.
    """

    __tablename__ = "workshop_dates"
    __table_args__ = (
        CheckConstraint("seats between 1 and 500", name="seats"),
        CheckConstraint("minimum between 0 and seats", name="minimum"),
        CheckConstraint("starts_at < ends_at and decides_at <= starts_at", name="order"),
        CheckConstraint("status in ('open', 'on', 'off')", name="status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"), index=True)
    deliverer_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    starts_at: Mapped[datetime]  # of the first meeting
    ends_at: Mapped[datetime]  # of the last
    seats: Mapped[int]
    minimum: Mapped[int] = mapped_column(default=0)
    decides_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(default="open")  # open: not decided yet; on: it takes place; off
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    listing: Mapped[Listing] = relationship(back_populates="dates")
    meetings: Mapped[list["Meeting"]] = relationship(
        lazy="selectin", order_by="Meeting.starts_at", cascade="all, delete-orphan"
    )


class Meeting(Model):
    """One meeting of a workshop's date, UTC."""

    __tablename__ = "meetings"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    date_id: Mapped[int] = mapped_column(ForeignKey("workshop_dates.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class Image(Model):
    """A picture of a listing: a file of ours and what it shows in words."""

    __tablename__ = "images"

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"), index=True)
    file: Mapped[str]
    alt: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)


class Pick(Model):
    """What an operator shows on the home page until `until`, labelled as a pick. It can't be bought."""

    __tablename__ = "picks"
    __table_args__ = (CheckConstraint("since < until", name="order"), Index("ix_picks_until", "until"))

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    why: Mapped[str] = mapped_column(default="")
    since: Mapped[datetime] = mapped_column(default=clock.now)
    until: Mapped[datetime]

    listing: Mapped[Listing] = relationship()
    by: Mapped[Person] = relationship()
