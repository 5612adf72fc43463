"""From what a form says to a `Choice`, and what that comes to. Amounts are minor units; nothing is checked or held."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext

from community.availability import queries as times
from community.availability import rules as hours
from community.bookings import plans, words
from community.bookings.actions.promos import Promo
from community.bookings.box import parse_day, parse_instant
from community.bookings.choices import Choice, Question
from community.bookings.forms import BookingForm
from community.core import clock
from community.core.site import settings
from community.listings.models import Listing
from community.listings.pricing import terms_of

CHUNK = timedelta(days=times.MOST_DAYS)


@dataclass(frozen=True)
class Turn:
    """One time of a series: when it would be (None on a day that has no such wall time), and whether it is free."""

    day: datetime
    start: datetime | None
    is_free: bool


@dataclass(frozen=True)
class Bill:
    """What a choice costs: lines of the practice's own prices, the fee, the total, and how much of it is due now."""

    lines: tuple[tuple[str, int], ...]
    fee: int
    total: int
    due: int
    parts: tuple[tuple[str, int], ...] = ()  # where not all is due now: when, how much

    @property
    def key(self) -> str:
        """The same for the same amounts: what a client has seen."""
        return f"{self.total}-{self.due}"


def choice(listing: Listing, form: BookingForm) -> Choice:
    """What the form says."""
    answers, promo = tuple(form.said_answers()), (form.promo.data or "") if form.promo else ""
    addons = tuple(form.addons.data or ())
    if listing.kind == "session":
        return Choice(
            minutes=form.number("minutes"), starts=tuple(starts(form)), addons=addons, answers=answers, promo=promo
        )
    if listing.kind == "project":
        first = parse_day(form.first.data or "")
        return Choice(package_id=form.number("package"), first_day=first, addons=addons, answers=answers, promo=promo)
    date_id = form.number("date") if listing.kind == "workshop" else None
    return Choice(date_id=date_id, addons=addons, answers=answers, promo=promo)


def question(form: BookingForm) -> Question:
    """The same of an inquiry."""
    wished = parse_day(form.wished_by.data or "")
    return Question(text=form.need.data or "", wished_by=wished, answers=tuple(form.said_answers()))


def starts(form: BookingForm) -> list[datetime]:
    """The times of a session: those that are ticked of a series, else the one."""
    raw = (form.starts.data or []) if form.often > 1 else [form.at.data or ""]
    return sorted({at for one in raw if (at := parse_instant(one))})


def weekly(first: datetime, weeks: int, zone: str) -> Iterator[tuple[datetime, datetime | None]]:
    """The same wall time each week: (naive local time, instant). No instant where the clocks jump over it."""
    there = ZoneInfo(zone)
    wall = first.astimezone(there).replace(tzinfo=None)
    for week in range(weeks):
        at = wall + timedelta(weeks=week)
        yield at, (first if not week else hours.instant(at, there) if hours.exists(at, there) else None)


def turns(listing: Listing, minutes: int, first: datetime, weeks: int) -> list[Turn]:
    """The times of a weekly series, each looked up in the calendar."""
    found = list(weekly(first, weeks, listing.practice.zone))
    there = ZoneInfo(listing.practice.zone)
    day, last = first.astimezone(there).date(), found[-1][0].date()
    free: set[datetime] = set()
    while day <= last:
        free |= set(
            times.slots(
                practice_id=listing.practice_id,
                members=[person.id for person in listing.deliverers],
                zone=listing.practice.zone,
                minutes=minutes,
                first=day,
                last=min(day + CHUNK, last),
            )
        )
        day += CHUNK + timedelta(days=1)
    return [Turn(wall, start, start in free) for wall, start in found]


def bill(listing: Listing, wanted: Choice, promo: Promo | None = None) -> Bill | None:
    """What it costs, less what a code takes off; None where the choice is not on offer (any more)."""
    lines = _lines(listing, wanted)
    if lines is None:
        return None
    extras = [(one.title, one.price) for one in listing.addons if one.id in wanted.addons]
    terms = terms_of(listing)
    added = sum(price for _title, price in extras)
    off = promo.off if promo else tuple(0 for _line in lines)
    # Each booking of a series has its own fee; what is added belongs to the first.
    prices = [price + (added if not at else 0) - off[at] for at, (_text, price) in enumerate(lines)]
    total = sum(terms.all_in(price) for price in prices)
    parts = _parts(listing, wanted, prices[0], added) if len(prices) == 1 else []
    shown = _together(lines) if len(lines) > 1 else lines
    taken_off = [(_("Code %(code)s", code=promo.code.code), -sum(off))] if promo else []
    due = parts[0]["pay"] if parts else total
    told = tuple((words.due_words(part, listing.practice.zone), part["pay"]) for part in parts)
    return Bill((*shown, *extras, *taken_off), total - sum(prices), total, due, told)


def _parts(listing: Listing, wanted: Choice, price: int, added: int) -> list[dict[str, Any]]:
    """How it is paid, where not all is due now."""
    if settings().money_mode == "off" or listing.kind == "digital":
        return []
    package = next((one for one in listing.offers if one.id == wanted.package_id), None)
    begins = _begins(listing, wanted)
    found = plans.parts(
        package.plan if package else (), price=price, added=added, terms=terms_of(listing),
        currency=settings().currency, starts_at=begins,
    )  # fmt: skip
    now = clock.now()
    return [part | {"at": plans.due_at(part, begins, now) if begins else None} for part in found]


def _begins(listing: Listing, wanted: Choice) -> datetime | None:
    if listing.kind == "session":
        return wanted.starts[0] if wanted.starts else None
    if listing.kind == "workshop":
        date = next((one for one in listing.dates if one.id == wanted.date_id), None)
        return date.starts_at if date else None
    package = next((one for one in listing.offers if one.id == wanted.package_id), None)
    zone = listing.practice.zone
    first = wanted.first_day or (
        times.earliest_start(practice_id=listing.practice_id, zone=zone, days=package.days) if package else None
    )
    return datetime.combine(first, time(), ZoneInfo(zone)).astimezone(UTC) if first else None


def _lines(listing: Listing, wanted: Choice) -> list[tuple[str, int]] | None:
    """What is chosen with its price, one line for each booking."""
    if listing.kind == "session":
        length = listing.length(wanted.minutes or 0)
        text = _("Session, %(n)s minutes", n=length.minutes) if length else ""
        return [(text, length.price) for _start in wanted.starts] if length and wanted.starts else None
    if listing.kind == "project":
        package = next((one for one in listing.offers if one.id == wanted.package_id), None)
        return [(package.title, package.price)] if package else None
    if listing.kind == "workshop":
        date = next((one for one in listing.dates if one.id == wanted.date_id), None)
        fine = date is not None and date.status != "off" and date.starts_at > clock.now()
        return [(_("A seat"), listing.price)] if fine and listing.price is not None else None
    if listing.kind == "retainer" and listing.price:
        return [(_("A month"), listing.price)]
    if listing.kind == "digital" and listing.price is not None and listing.file:
        return [(listing.file_name, listing.price)]
    return None


def _together(lines: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    times_words = ngettext("%(num)s time", "%(num)s times", len(lines))
    return [(f"{lines[0][0]}, {times_words}", sum(price for _text, price in lines))]
