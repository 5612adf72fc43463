"""What pages say of ratings and reviews, in the reader's language."""

from dataclasses import dataclass

from babel.dates import format_skeleton
from babel.numbers import format_decimal
from flask_babel import get_locale
from flask_babel import gettext as _

from community.accounts.models import Person
from community.core.formats import local
from community.reviews import rules
from community.reviews.models import Rating, Review


def stars(hundredths: int) -> str:
    """A mean as text: 487 is "4.87"."""
    return format_decimal(hundredths / 100, "0.00", locale=get_locale() or "en_GB")


def part(tenths: int) -> str:
    """A part's mean: 49 is "4.9"."""
    return format_decimal(tenths / 10, "0.0", locale=get_locale() or "en_GB")


def parts(rating: Rating) -> list[tuple[str, str]]:
    """The parts that clients spoke of: (what, how much)."""
    said = ((_("Clear"), rating.clear), (_("On time"), rating.on_time), (_("Worth it"), rating.worth))
    return [(name, part(value)) for name, value in said if value is not None]


@dataclass(frozen=True)
class Bar:
    """One row of the distribution; `width` of 100."""

    stars: int
    count: int
    width: int


def bars(rating: Rating) -> list[Bar]:
    """How many gave five stars, four, and so on: drawn from the largest."""
    most = max(rating.spread, default=0) or 1
    return [Bar(n, rating.spread[n - 1], round(100 * rating.spread[n - 1] / most)) for n in range(5, 0, -1)]


def author(review: Review) -> str:
    """How the author signs: "Ada B."; of an account that is gone no name is left."""
    return signed(review.author)


def signed(person: Person | None) -> str:
    """The same of a person."""
    return rules.signed_name(person.name) if person is not None else _("Somebody who left")


def month(review: Review) -> str:
    """When it was opened: "October 2026"."""
    at = review.round.opened_at or review.written_at
    return format_skeleton("yMMMM", local(at).replace(tzinfo=None), locale=get_locale() or "en_GB")
