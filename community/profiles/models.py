"""Practices: businesses of one to five people."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, Table, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.core import clock
from community.core.db import Model
from community.niches.models import Audience, Niche, Place

practices_niches = Table(
    "practices_niches",
    Model.metadata,
    Column("practice_id", ForeignKey("practices.id"), primary_key=True),
    Column("niche_id", ForeignKey("niches.id"), primary_key=True),
)
practices_audiences = Table(
    "practices_audiences",
    Model.metadata,
    Column("practice_id", ForeignKey("practices.id"), primary_key=True),
    Column("audience_id", ForeignKey("audiences.id"), primary_key=True),
)


class Practice(Model):
    """A business: what it says of itself, where it is and in which zone it works."""

    __tablename__ = "practices"
    __table_args__ = (CheckConstraint("length(slug) >= 3", name="slug_length"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    # I help [whom] [do what] by [how]
    help_whom: Mapped[str]
    help_what: Mapped[str]
    help_how: Mapped[str]
    about: Mapped[str] = mapped_column(default="")
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    zone: Mapped[str]
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    skills: Mapped[list[str]] = mapped_column(JSON, default=list)
    links: Mapped[list[str]] = mapped_column(JSON, default=list)
    suspended_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    place: Mapped[Place | None] = relationship(lazy="joined")
    niches: Mapped[list[Niche]] = relationship(secondary=practices_niches)
    audiences: Mapped[list[Audience]] = relationship(secondary=practices_audiences)
    roles: Mapped[list["PracticeRole"]] = relationship(back_populates="practice", order_by="PracticeRole.id")

    @property
    def people(self) -> list[Person]:
        """Who works here now, owners first."""
        return [role.person for role in self.roles if role.left_at is None]

    @property
    def owner(self) -> Person:
        """The first owner: whom a client writes to."""
        return next(role.person for role in self.roles if role.role == "owner" and role.left_at is None)


class PracticeRole(Model):
    """Who works in a practice and as what. A person is in at most one practice at a time."""

    __tablename__ = "practice_roles"
    __table_args__ = (
        CheckConstraint("role in ('owner', 'partner', 'assistant')", name="role"),
        Index(
            "uq_practice_roles_person_live",
            "person_id",
            unique=True,
            sqlite_where=text("left_at IS NULL"),
            postgresql_where=text("left_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    role: Mapped[str]
    since: Mapped[datetime] = mapped_column(default=clock.now)
    left_at: Mapped[datetime | None]

    practice: Mapped[Practice] = relationship(back_populates="roles")
    person: Mapped[Person] = relationship(lazy="joined")


class FormerSlug(Model):
    """An address that a practice had: it still leads to the practice."""

    __tablename__ = "former_slugs"

    slug: Mapped[str] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)


class Peer(Model):
    """Whom a practice passes work on to, once both agreed; `share` is what stays with it, basis points of the price."""

    __tablename__ = "peers"
    __table_args__ = (
        UniqueConstraint("practice_id", "peer_id"),
        CheckConstraint("practice_id <> peer_id", name="other"),
        CheckConstraint("share between 0 and 5000", name="share"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    peer_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    share: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    agreed_at: Mapped[datetime | None]

    practice: Mapped[Practice] = relationship(foreign_keys=practice_id)
    peer: Mapped[Practice] = relationship(foreign_keys=peer_id)
