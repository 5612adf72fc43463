"""Reviews of completed bookings, what they add up to, references of former clients, and vouching among colleagues."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.accounts.models import Person
from community.bookings.models import Booking
from community.core import clock
from community.core.db import Model
from community.profiles.models import Practice


class Round(Model):
    """A completed booking that both sides may review until `closes_at`. What they write opens once both are in, or
    then; nothing is written or changed after.
    """

    __tablename__ = "review_rounds"
    __table_args__ = (
        Index("ix_review_rounds_practice_id_opened_at", "practice_id", "opened_at"),
        Index("ix_review_rounds_client_id", "client_id"),
    )

    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"), primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))  # who did the work
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"))
    client_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    closes_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]

    booking: Mapped[Booking] = relationship()
    practice: Mapped[Practice] = relationship()
    client: Mapped[Person] = relationship()
    reviews: Mapped[list["Review"]] = relationship(back_populates="round", order_by="Review.id")

    def by(self, side: str) -> "Review | None":
        """What one side wrote, if it has."""
        return next((one for one in self.reviews if one.side == side), None)


class Review(Model):
    """What one side says of the other. The client's is public once open; the practice's is for practices.

    `author_id` is empty once the account behind it is gone: the words stay, the name does not.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("booking_id", "side"),
        CheckConstraint("side in ('client', 'practice')", name="side"),
        CheckConstraint("stars between 1 and 5", name="stars"),
        CheckConstraint("clear is null or clear between 1 and 5", name="clear"),
        CheckConstraint("on_time is null or on_time between 1 and 5", name="on_time"),
        CheckConstraint("worth is null or worth between 1 and 5", name="worth"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("review_rounds.booking_id"))
    side: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    stars: Mapped[int]
    clear: Mapped[int | None]
    on_time: Mapped[int | None]
    worth: Mapped[int | None]
    text: Mapped[str] = mapped_column(default="")
    written_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime | None]
    reply: Mapped[str] = mapped_column(default="")
    replied_at: Mapped[datetime | None]
    replied_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    hidden_at: Mapped[datetime | None]
    hidden_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    hidden_reason: Mapped[str] = mapped_column(default="")

    round: Mapped[Round] = relationship(back_populates="reviews")
    author: Mapped[Person | None] = relationship(foreign_keys=[author_id])


class Rating(Model):
    """What a practice's reviews add up to; a row only where there is one. `mean` is weighted and shrunk, hundredths of
    a star; `spread` counts one to five stars; the parts are tenths.
    """

    __tablename__ = "ratings"
    __table_args__ = (CheckConstraint("mean between 100 and 500", name="mean"),)

    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), primary_key=True)
    mean: Mapped[int]
    count: Mapped[int]
    clients: Mapped[int]
    spread: Mapped[list[int]] = mapped_column(JSON, default=list)
    clear: Mapped[int | None]
    on_time: Mapped[int | None]
    worth: Mapped[int | None]
    counted_at: Mapped[datetime] = mapped_column(default=clock.now)


class Prior(Model):
    """The mean of all reviews of the site, hundredths: what a rating with little behind it leans on. One row."""

    __tablename__ = "rating_priors"

    id: Mapped[int] = mapped_column(primary_key=True)
    mean: Mapped[int]
    counted_at: Mapped[datetime] = mapped_column(default=clock.now)


class Reference(Model):
    """A word by a client from before, asked by mail: only who reads that mail can write it. Without stars.

    `email` is emptied once it is refused or taken back: only its digest stays, so that nobody is asked twice.
    """

    __tablename__ = "client_references"
    __table_args__ = (
        UniqueConstraint("practice_id", "address"),
        CheckConstraint("status in ('asked', 'given', 'refused', 'removed')", name="status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    name: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    address: Mapped[str]  # keyed digest of the mail address
    about: Mapped[str]  # what the work was, said by the practice
    work: Mapped[str] = mapped_column(default="")  # what the client says it was, and when
    text: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="asked")
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    given_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    hidden_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    hidden_reason: Mapped[str] = mapped_column(default="")

    practice: Mapped[Practice] = relationship()


class Vouch(Model):
    """A colleague who really worked with the people of a practice stands up for them. `ground` says by what they know
    each other: "booking", "hand_over", "session".
    """

    __tablename__ = "vouches"
    __table_args__ = (UniqueConstraint("practice_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    ground: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=clock.now)
    hidden_at: Mapped[datetime | None]
    hidden_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    hidden_reason: Mapped[str] = mapped_column(default="")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    practice: Mapped[Practice] = relationship()
