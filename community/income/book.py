"""The book of a practice: every amount with its day, stream and client. From ledger, bookings and its own notes.

What the ledger says is counted when its booking is done, so that a month, once over, stays as it was: before that it is
*booked*. What is neither paid nor agreed is nowhere in here.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from community.bookings import earnings as bookings
from community.bookings.earnings import Share
from community.core import clock
from community.core.site import settings
from community.income import queries
from community.income.models import IncomeEntry
from community.income.rules.sums import Line, month_of, split
from community.payments import payees
from community.payments.earnings import Earned, earned
from community.profiles.models import Practice


@dataclass(frozen=True)
class Book:
    """All lines of a practice in the site's currency, and today as its clock has it."""

    lines: tuple[Line, ...]
    today: date

    @cached_property
    def earned(self) -> list[Line]:
        """What came in and is done."""
        return [line for line in self.lines if line.kind == "earned"]

    @cached_property
    def booked(self) -> list[Line]:
        """What is agreed and not done yet; overdue things count as this month's."""
        return [line for line in self.lines if line.kind == "booked"]

    @cached_property
    def costs(self) -> list[Line]:
        """What went out."""
        return [line for line in self.lines if line.kind == "cost"]

    @property
    def month(self) -> int:
        """This month."""
        return month_of(self.today)


def of_practice(practice: Practice) -> Book:
    """The whole book. Five queries whatever there is in it."""
    zone, currency = ZoneInfo(practice.zone), settings().currency
    today = clock.now().astimezone(zone).date()
    lines = [*_from_ledger(practice.id, zone, today, currency), *_to_come(practice.id, zone, today)]
    lines += [_noted(entry) for entry in queries.entries_of(practice.id) if entry.currency == currency]
    return Book(tuple(sorted(lines, key=lambda line: (line.day, line.stream, line.amount))), today)


def _from_ledger(practice_id: int, zone: ZoneInfo, today: date, currency: str) -> list[Line]:
    by_payment: dict[str, list[Share]] = {}
    for known in [*bookings.shares_of(practice_id), *bookings.months_of(practice_id)]:
        by_payment.setdefault(known.payment_ref, []).append(known)
    found: list[Line] = []
    for posting in earned(payees.of_practice(practice_id)):
        if posting.currency != currency:
            continue
        shares: list[Share | None] = [*by_payment.get(posting.ref, [])] or [None]
        amounts = split(posting.amount, [share.amount if share else 1 for share in shares])
        for share, amount in zip(shares, amounts, strict=True):
            found.append(_line(posting, share, amount, practice_id, zone, today))
    return found


def _line(posting: Earned, share: Share | None, amount: int, practice_id: int, zone: ZoneInfo, today: date) -> Line:
    if share is None:
        return Line(_day(posting.at, zone), amount, "earned", _("Passed on to others"))
    passed_on = share.practice_id != practice_id
    done = share.ended_at
    day = _day(max(posting.at, done), zone) if done else max(_day(share.ends_at, zone), today)
    return Line(
        day,
        amount,
        "earned" if done else "booked",
        _("Passed on to others") if passed_on else share.title,
        share.client,
        listing_id=None if passed_on else share.listing_id,
        listing_kind="" if passed_on else share.kind,
        ref=share.booking_ref,
    )


def _to_come(practice_id: int, zone: ZoneInfo, today: date) -> list[Line]:
    return [
        Line(
            max(_day(one.ends_at, zone), today), one.amount, "booked", one.title, one.client,
            listing_id=one.listing_id, listing_kind=one.kind, ref=one.booking_ref,
        )
        for one in [*bookings.outstanding(practice_id), *bookings.months_to_come(practice_id)]
    ]  # fmt: skip


def _noted(entry: IncomeEntry) -> Line:
    kind = "cost" if entry.kind == "cost" else "earned"
    return Line(entry.day, entry.amount, kind, entry.stream, entry.party, source="outside")


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
