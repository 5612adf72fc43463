"""Everything the first page of income shows, worked out from the book."""

from collections.abc import Sequence
from dataclasses import dataclass

from community.core import money
from community.core.site import settings
from community.income import queries
from community.income.book import Book
from community.income.models import JARS, IncomePlan
from community.income.rules import forecast, pay, sums
from community.income.rules.forecast import Range
from community.income.rules.sums import Part

AHEAD = 3
SHOWN = 5  # streams with a colour of their own
CLIENTS = 8


@dataclass(frozen=True)
class Jar:
    """What lies in a jar, its share now (basis points)."""

    name: str
    amount: int
    share: int


@dataclass(frozen=True)
class Steady:
    """Paying oneself evenly: `flows` are the last year's months after costs, tax and retirement."""

    flows: Sequence[int]
    suggested: int
    pay: int
    left: int
    leanest: int  # the month that leaves least


class Overview:
    """One period of a practice's book, and what follows from it."""

    def __init__(self, book: Book, period: str) -> None:
        self.book, self.period = book, period if period in sums.PERIODS else "6"
        self.months = sums.window(self.period, book.month)
        self.streams = sums.parts(book.earned, self.months, by="stream")
        self.clients = sums.parts(book.earned, self.months, by="client")
        self.earned = sums.by_month(book.earned, self.months)
        self.costs = sums.by_month(book.costs, self.months)
        self.total, self.spent = sum(self.earned), sum(self.costs)

    @property
    def is_empty(self) -> bool:
        """Nothing was ever earned, booked or noted."""
        return not self.book.lines

    @property
    def shows_ahead(self) -> bool:
        """Only a period that runs up to now goes on into the months to come."""
        return self.months.stop - 1 == self.book.month

    def coloured(self) -> list[Part]:
        """The largest streams, and the others as one without a name."""
        if len(self.streams) <= SHOWN + 1:
            return self.streams
        rest = self.streams[SHOWN:]
        months = tuple(sum(part.months[at] for part in rest) for at in range(len(self.months)))
        total = sum(months)
        return [*self.streams[:SHOWN], Part("", months, total, sums.percent(total, self.total))]

    def ahead(self) -> list[tuple[int, Range]]:
        """(month, range) of the next three months; what is booked counts at the least."""
        return ahead(self.book)[1:]

    def booked(self) -> list[tuple[int, int]]:
        """(month, what is agreed and not done yet), from this month on."""
        found: dict[int, int] = {}
        for line in self.book.booked:
            month = sums.month_of(line.day)
            found[month] = found.get(month, 0) + line.amount
        return sorted(found.items())

    def alert(self) -> Part | None:
        """The stream that brings more than four fifths, if it is one of the site's listings."""
        first = self.streams[0] if self.streams else None
        return first if first and first.share > sums.ALERT and first.listing_id else None


def ahead(book: Book) -> list[tuple[int, Range]]:
    """(month, range) of this month and the three after it."""
    now = book.month
    begins = sums.first_month(book.earned, now)
    history = sums.by_month(book.earned, range(begins, now))
    coming = sums.by_month(book.booked, range(now, now + AHEAD + 1))
    coming[0] += sums.by_month(book.earned, range(now, now + 1))[0]
    ranges = forecast.forecast(history, coming) or [Range(one, one, one, one) for one in coming]
    return list(zip(range(now, now + AHEAD + 1), ranges, strict=True))


def has_forecast(book: Book) -> bool:
    """Whether there are months enough behind to say more than what is booked."""
    return book.month - sums.first_month(book.earned, book.month) >= forecast.LEAST_MONTHS


def jars(practice_id: int, book: Book) -> list[Jar]:
    """The jars, filled as each receipt came, and moved by hand."""
    rates, moves = queries.rates_of(practice_id), queries.moves_of(practice_id)
    return [
        Jar(
            name,
            pay.filled(book.earned, rates[name]) + sum(move.amount for move in moves if move.jar == name),
            pay.rate_on(book.today, rates[name]),
        )
        for name in JARS
    ]


def steady(book: Book, plan: IncomePlan, found: Sequence[Jar]) -> Steady | None:
    """A pay that a year like the last can bear; None before three whole months."""
    months = range(max(book.month - 12, sums.first_month(book.earned, book.month)), book.month)
    if len(months) < forecast.LEAST_MONTHS:
        return None
    away = sum(jar.share for jar in found if jar.name != "buffer")
    earned, costs = sums.by_month(book.earned, months), sums.by_month(book.costs, months)
    flows = [got - pay.put_aside(got, away) - spent for got, spent in zip(earned, costs, strict=True)]
    buffer = max(0, next(jar.amount for jar in found if jar.name == "buffer"))
    suggested = pay.steady_pay(buffer, flows)
    suggested -= suggested % 10 ** money.exponent(settings().currency)  # whole pounds
    chosen = suggested if plan.pay is None else plan.pay
    left, at = pay.lowest(buffer, flows, chosen)
    return Steady(flows, suggested, chosen, left, months[at])


def monthly_costs(book: Book) -> int:
    """What went out in an average month of the last twelve whole ones, halves up."""
    begins = max(book.month - 12, sums.first_month(book.costs, book.month))
    months = range(begins, book.month)
    spent = sum(sums.by_month(book.costs, months))
    return (2 * spent + len(months)) // (2 * len(months)) if months else 0
