"""Adding up income by month, stream and client."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

PERIODS = ("6", "12", "year", "last")
ALERT = 80  # per cent: one stream that carries nearly everything


@dataclass(frozen=True)
class Line:
    """One amount, minor units, of one day. `kind` is "earned", "booked" (not done yet) or "cost".

    `source` is "site" or "outside"; streams and clients of the same name count as one.
    """

    day: date
    amount: int
    kind: str
    stream: str
    client: str = ""
    source: str = "site"
    listing_id: int | None = None
    listing_kind: str = ""
    ref: str = ""  # of the booking


@dataclass(frozen=True)
class Part:
    """What one stream or client brought: its name, by month, altogether, and its share in per cent."""

    name: str
    months: tuple[int, ...]
    total: int
    share: int
    listing_id: int | None = None
    listing_kind: str = ""


def month_of(day: date) -> int:
    """Months since year 0."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    """The first day of a month."""
    return date(month // 12, month % 12 + 1, 1)


def window(period: str, now: int) -> range:
    """The months of a period, the present one among them: the last 6 or 12, this year so far, or last year."""
    year = now - now % 12
    return {
        "6": range(now - 5, now + 1),
        "12": range(now - 11, now + 1),
        "year": range(year, now + 1),
        "last": range(year - 12, year),
    }[period]


def by_month(lines: Iterable[Line], months: range) -> list[int]:
    """What each month brought."""
    found = [0] * len(months)
    for line in lines:
        if (month := month_of(line.day)) in months:
            found[month - months.start] += line.amount
    return found


def parts(lines: Iterable[Line], months: range, *, by: str) -> list[Part]:
    """What each `by` ("stream" or "client") brought within the months, the most first. Streams may have no name (it is
    ""); what came from nobody with a name is no client's, but part of what the shares are of.
    """
    grouped: dict[str, list[Line]] = {}
    for line in lines:
        if month_of(line.day) in months:
            grouped.setdefault(str(getattr(line, by)).casefold().strip(), []).append(line)
    whole = sum(line.amount for found in grouped.values() for line in found)
    made = [_part(found, months, whole, by) for name, found in grouped.items() if name or by == "stream"]
    return sorted(made, key=lambda part: (-part.total, part.name))


def _part(lines: Sequence[Line], months: range, whole: int, by: str) -> Part:
    total = sum(line.amount for line in lines)
    named = next((line for line in lines if line.listing_id is not None), lines[0])
    return Part(
        name=str(getattr(named, by)).strip(),
        months=tuple(by_month(lines, months)),
        total=total,
        share=percent(total, whole),
        listing_id=named.listing_id if by == "stream" else None,
        listing_kind=named.listing_kind if by == "stream" else "",
    )


def percent(part: int, whole: int) -> int:
    """A share in whole per cent, halves up; 0 where there is nothing to share or it went below nothing."""
    if whole <= 0 or part <= 0:
        return 0
    return (200 * part + whole) // (2 * whole)


def first_month(lines: Iterable[Line], otherwise: int) -> int:
    """The month of the first line."""
    return min((month_of(line.day) for line in lines), default=otherwise)


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """An amount, which may be negative, in parts as large as the weights say; they sum to it exactly.

    Each is rounded towards nothing; what is left goes, a unit each, to those that lost most (the earlier first).
    """
    whole = sum(weights)
    if whole <= 0:
        return [amount, *([0] * (len(weights) - 1))] if weights else []
    sign, size = (-1, -amount) if amount < 0 else (1, amount)
    found = [size * weight // whole for weight in weights]
    lost = sorted(range(len(weights)), key=lambda at: (-(size * weights[at] % whole), at))
    for at in lost[: size - sum(found)]:
        found[at] += 1
    return [sign * one for one in found]
