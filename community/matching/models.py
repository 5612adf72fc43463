"""Who would work when, who was matched with whom, and who came. Lengths are minutes."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.core import clock
from community.core.db import Model
from community.rooms.models import Room, Session


class PartnerTaste(Model):
    """How somebody likes to work with others: what they chose last."""

    __tablename__ = "partner_tastes"
    __table_args__ = (CheckConstraint("stage in ('', 'starting', 'steady', 'growing')", name="stage"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    stage: Mapped[str] = mapped_column(default="")
    same_niche: Mapped[bool] = mapped_column(default=False)
    three: Mapped[bool] = mapped_column(default=True)
    minutes: Mapped[int] = mapped_column(default=50)


class PartnerWish(Model):
    """Somebody would begin to work between `earliest` and `latest`. `pairing`: where they were matched, or sit alone
    and wait for another. `hour`: a promised hour at which a chair is kept meanwhile.
    """

    __tablename__ = "partner_wishes"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'matched', 'hour', 'missed', 'taken_back')", name="state"),
        CheckConstraint("minutes between 10 and 240", name="minutes"),
        CheckConstraint("earliest <= latest", name="window"),
        Index("ix_partner_wishes_state_latest", "state", "latest"),
        Index("ix_partner_wishes_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    earliest: Mapped[datetime]
    latest: Mapped[datetime]
    minutes: Mapped[int]
    three: Mapped[bool] = mapped_column(default=True)
    same_niche: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="waiting")
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    asked_others_at: Mapped[datetime | None]  # those who often sit with others were asked to keep company
    pairing_id: Mapped[int | None] = mapped_column(ForeignKey("pairings.id"))
    hour_id: Mapped[int | None] = mapped_column(ForeignKey("sessions.id"))

    person: Mapped[Person] = relationship(lazy="joined")
    pairing: Mapped["Pairing | None"] = relationship()
    hour: Mapped[Session | None] = relationship()


class Pairing(Model):
    """Two or three who work together, in a room and a session of their own. `alone`: one is left and waits for another;
    `off`: it does not take place, or no more.
    """

    __tablename__ = "pairings"
    __table_args__ = (
        CheckConstraint("state in ('set', 'alone', 'off')", name="state"),
        Index("ix_pairings_state_starts_at", "state", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), unique=True)
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    state: Mapped[str] = mapped_column(default="set")
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    looked_at: Mapped[datetime | None]  # who is there was looked at, five minutes after the start
    closed_at: Mapped[datetime | None]  # the room is closed since then

    room: Mapped[Room] = relationship(lazy="joined")
    session: Mapped[Session] = relationship()
    places: Mapped[list["PairingPlace"]] = relationship(back_populates="pairing", order_by="PairingPlace.taken_at")


class PairingPlace(Model):
    """One person in one pairing. `again`: what they answered when it was over; shown only where both said yes."""

    __tablename__ = "pairing_places"
    __table_args__ = (
        CheckConstraint("gone in ('took_back', 'no_show', 'moved', 'apart', 'called_off')", name="gone"),
        Index("ix_pairing_places_person_id", "person_id"),
    )

    pairing_id: Mapped[int] = mapped_column(ForeignKey("pairings.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    wish_id: Mapped[int] = mapped_column(ForeignKey("partner_wishes.id"))
    taken_at: Mapped[datetime] = mapped_column(default=clock.now)
    came_at: Mapped[datetime | None]
    gone: Mapped[str | None]
    gone_at: Mapped[datetime | None]
    again: Mapped[bool | None]

    pairing: Mapped[Pairing] = relationship(back_populates="places")
    person: Mapped[Person] = relationship(lazy="joined")
    wish: Mapped[PartnerWish] = relationship()
