"""Persons and what stands between them: membership, blocks, sanctions, reports."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, Table, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.core import clock
from community.core.auth import RoleMixin, UserMixin
from community.core.db import Model

persons_roles = Table(
    "persons_roles",
    Model.metadata,
    Column("person_id", ForeignKey("persons.id"), primary_key=True),
    Column("role_id", ForeignKey("roles.id"), primary_key=True),
)


class Role(Model, RoleMixin):
    """What somebody may do for the site: operator, moderator, greeter."""

    __tablename__ = "roles"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str | None]


class Person(Model, UserMixin):
    """An account. Its address is stored folded; the password is empty until its owner sets one."""

    __tablename__ = "persons"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(unique=True)
    confirmed_at: Mapped[datetime | None]
    handle: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    line: Mapped[str] = mapped_column(default="")
    photo: Mapped[str | None]
    zone: Mapped[str] = mapped_column(default="Europe/London")
    locale: Mapped[str] = mapped_column(default="en_GB")
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    looking_for: Mapped[str] = mapped_column(default="")
    can_help_with: Mapped[str] = mapped_column(default="")
    terms_version: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    # A process that can't hear the others reads here whose sockets it must end.
    sockets_ended_at: Mapped[datetime | None]

    roles: Mapped[list[Role]] = relationship(secondary=persons_roles)  # type: ignore[assignment]
    membership: Mapped["Membership | None"] = relationship(foreign_keys="Membership.person_id", back_populates="person")

    @property
    def first_name(self) -> str:
        """What people call them."""
        return self.name.split()[0] if self.name.split() else self.name

    @property
    def is_staff(self) -> bool:
        """True for operators and moderators."""
        return any(role.name in {"operator", "moderator"} for role in self.roles)

    @property
    def is_operator(self) -> bool:
        """True for those who run the site: they decide about moderators too."""
        return any(role.name == "operator" for role in self.roles)


class Membership(Model):
    """Of a person in the site. Rooms and messages between members need an active one."""

    __tablename__ = "memberships"
    __table_args__ = (CheckConstraint("status in ('pending', 'active', 'lapsed', 'ended')", name="status"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    status: Mapped[str]
    since: Mapped[datetime] = mapped_column(default=clock.now)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id], back_populates="membership")


class Invitation(Model):
    """Lets one person join a site that is open by invitation only."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    used_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    expires_at: Mapped[datetime]


class SignInCode(Model):
    """Six digits by mail, once, for a quarter of an hour and five tries. Only the digest is kept."""

    __tablename__ = "sign_in_codes"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    digest: Mapped[str]
    expires_at: Mapped[datetime]
    tries_left: Mapped[int]


class Block(Model):
    """One person wants nothing of another; it hides both from each other."""

    __tablename__ = "blocks"
    __table_args__ = (CheckConstraint("blocker_id <> blocked_id", name="not_oneself"),)

    blocker_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    blocked_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)


class Sanction(Model):
    """What staff decided about a person: a mute, a suspension or a ban, until when and why."""

    __tablename__ = "sanctions"
    __table_args__ = (
        CheckConstraint("kind in ('mute', 'suspend', 'ban')", name="kind"),
        Index("ix_sanctions_person_id_kind", "person_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    kind: Mapped[str]
    reason: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    until: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"))  # what it was decided about

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


_open: dict[str, Any] = {
    "sqlite_where": text("status = 'open'"),
    "postgresql_where": text("status = 'open'"),
}


class Report(Model):
    """Somebody says that something is wrong. The evidence is frozen as it stood."""

    __tablename__ = "reports"
    __table_args__ = (
        # One that waits is one; once it is closed the same may be reported anew.
        Index("uq_reports_open", "reporter_id", "subject", unique=True, **_open),
        CheckConstraint("status in ('open', 'closed')", name="status"),
        CheckConstraint("decision in ('nothing', 'warned', 'mute', 'suspend', 'ban')", name="decision"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reporter_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    subject: Mapped[str]  # "person:7", "message:31", "win:4:7"
    reason: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    status: Mapped[str] = mapped_column(default="open")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default="")
    urgent: Mapped[bool] = mapped_column(default=False)
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    taken_at: Mapped[datetime | None]
    decision: Mapped[str | None]
    said: Mapped[str] = mapped_column(default="")  # the reason, as the person it is about is told

    reporter: Mapped[Person] = relationship(foreign_keys=[reporter_id])
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    taken_by: Mapped[Person | None] = relationship(foreign_keys=[taken_by_id])
