"""What happened to reviews."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReviewAsked:
    """A booking is completed: both sides may say how it was."""

    booking_id: int


@dataclass(frozen=True)
class ReviewReminder:
    """Half of the time to write is over (a timer): who has not written is reminded, once."""

    booking_id: int


@dataclass(frozen=True)
class RoundEnds:
    """The time to write is over (a timer): what is there opens."""

    booking_id: int


@dataclass(frozen=True)
class ReviewsOpened:
    """Both sides, or at least one at the end of the time, have written: both can read it."""

    booking_id: int


@dataclass(frozen=True)
class ReviewReplied:
    """The practice answered a review in public."""

    review_id: int


@dataclass(frozen=True)
class ReviewHidden:
    """Staff took a review out of sight, with a reason."""

    review_id: int


@dataclass(frozen=True)
class RatingChanged:
    """A practice's reviews add up to something else."""

    practice_id: int


@dataclass(frozen=True)
class ReferenceAsked:
    """A practice asks a client from before for a word."""

    reference_id: int


@dataclass(frozen=True)
class ReferenceGiven:
    """They wrote one."""

    reference_id: int


@dataclass(frozen=True)
class VouchGiven:
    """A colleague stands up for a practice."""

    vouch_id: int
