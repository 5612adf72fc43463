"""What a client picked of a listing, before it is held: plain values, as they came from a form."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Choice:
    """One booking to be.

    Args:
        minutes: of a session.
        starts: of a session, UTC: one, or all of a series in order.
        package_id: of a project.
        first_day: of a project, the day it is to begin, the practice's own; None for as early as can be.
        date_id: of a workshop.
        addons: ids of add-ons.
        answers: (question, answer) in the listing's order.
        promo: a code as typed, "" for none.

    """

    minutes: int | None = None
    starts: tuple[datetime, ...] = ()
    package_id: int | None = None
    first_day: date | None = None
    date_id: int | None = None
    addons: tuple[int, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    promo: str = ""


@dataclass(frozen=True)
class Question:
    """What a client asks of an inquiry.

    Args:
        text: what is needed.
        wished_by: the day by which, the practice's own.
        answers: (question, answer) in the listing's order.

    """

    text: str
    wished_by: date | None = None
    answers: tuple[tuple[str, str], ...] = ()
