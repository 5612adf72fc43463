"""What stands against the demand: practices that can be found, their free time, replies and prices, by cell."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, selectinload

from community.availability import rules as time_rules
from community.availability import timetable
from community.bookings.models import Booking, BookingEvent
from community.core import clock
from community.core.db import db
from community.core.money import exponent
from community.core.site import settings
from community.explorer.models import NicheSupply
from community.explorer.rules.floor import SITE, Cell
from community.listings.models import Listing
from community.listings.rules import hourly, quartiles
from community.profiles.models import Practice
from community.search.feed import is_findable

AHEAD = 14  # days of free time that are counted
SHORTEST = 30  # minutes: shorter gaps are no time to sell
REPLIES = timedelta(days=90)
_BATCH = 200
_WHOLE = (
    contains_eager(Listing.practice).selectinload(Practice.roles),
    selectinload(Listing.audiences),
    selectinload(Listing.lengths),
)
_WAITS = ("asked", "requested", "countered")  # states in which a client waits for the practice's word


@dataclass
class _Cell:
    """What one cell has: by practice the hourly prices of its listings, free ones left out."""

    prices: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True)
class _Pace:
    free: int  # minutes
    reply: int | None  # minutes


def count(fields: Mapping[str, str]) -> list[NicheSupply]:
    """The rows of all cells that somebody offers something in. `fields`: niche → field, by slugs."""
    cells: dict[Cell, _Cell] = defaultdict(_Cell)
    paces: dict[int, _Pace] = {}
    for batch in _batches():
        for listing in batch:
            _place(listing, fields, cells)
        practices = {listing.practice_id: listing.practice for listing in batch}
        free, replies = free_minutes(list(practices.values())), reply_minutes(list(practices))
        paces |= {one: _Pace(free.get(one, 0), replies.get(one)) for one in practices}
    return [_row(cell, seen, paces) for cell, seen in cells.items()]


def _batches() -> Iterator[list[Listing]]:
    last = 0
    while True:
        some = select(Practice.id).where(Practice.id > last).order_by(Practice.id).limit(_BATCH)
        ids = list(db.session.scalars(some))
        if not ids:
            return
        query = select(Listing).join(Listing.practice).where(Listing.practice_id.in_(ids), is_findable())
        yield list(db.session.scalars(query.options(*_WHOLE)))
        last = ids[-1]


def _place(listing: Listing, fields: Mapping[str, str], cells: dict[Cell, _Cell]) -> None:
    niche = listing.niche.slug
    spot = listing.place_id or listing.practice.place_id
    found = [SITE, Cell("field", "", fields[niche]), Cell("niche", niche)]
    found += [Cell("audience", niche, one.slug) for one in listing.audiences]
    if spot:
        found.append(Cell("place", niche, str(spot)))
    paid = [(length.minutes, length.price) for length in listing.lengths if length.price]
    for cell in found:
        prices = cells[cell].prices[listing.practice_id]
        if paid:
            prices.append(hourly(paid))


def _row(cell: Cell, seen: _Cell, paces: Mapping[int, _Pace]) -> NicheSupply:
    own = [_middle(prices) for prices in seen.prices.values() if prices]
    replies = [reply for one in seen.prices if (reply := paces[one].reply) is not None]
    three = quartiles(own)
    return NicheSupply(
        kind=cell.kind,
        niche=cell.niche,
        part=cell.part,
        practices=len(seen.prices),
        free_minutes=sum(paces[one].free for one in seen.prices),
        answered=len(replies),
        reply_minutes=_middle(replies) if replies else None,
        priced=len(own),
        price_low=_whole(three[0]) if three else None,
        price_middle=_whole(three[1]) if three else None,
        price_high=_whole(three[2]) if three else None,
        counted_at=clock.now(),
    )


def _whole(amount: int) -> int:
    """A price in whole pounds or whatever the currency has, halves up: as rough as what it is made of."""
    unit: int = 10 ** exponent(settings().currency)
    return (amount + unit // 2) // unit * unit


def _middle(values: Sequence[int]) -> int:
    return sorted(values)[(len(values) - 1) // 2]


def free_minutes(practices: Sequence[Practice]) -> dict[int, int]:
    """The minutes that can still be booked of each practice in the coming two weeks, by its owner's calendar."""
    now = clock.now()
    first = now.date() - timedelta(days=1)  # a zone's today may be yesterday
    members = {practice.id: [practice.owner.id] for practice in practices}
    known = timetable.read(members, first, first + timedelta(days=AHEAD + 2))
    return {one.id: _free(known[one.id], ZoneInfo(one.zone), now) for one in practices}


def _free(known: timetable.Times, zone: ZoneInfo, now: datetime) -> int:
    earliest, latest = now + timedelta(minutes=known.terms.notice), now + timedelta(days=AHEAD)
    first = now.astimezone(zone).date()
    days = [first + timedelta(days=n) for n in range(-1, AHEAD + 1)]
    length, total = timedelta(minutes=SHORTEST), timedelta()
    for own in known.members.values():
        for one in time_rules.windows(own.opened(days, zone), own.busy, SHORTEST, known.terms):
            begins, ends = max(one.start, earliest), min(one.end + length, latest)
            if ends - begins >= length:
                total += ends - begins
    return int(total.total_seconds() // 60)


def reply_minutes(practice_ids: Sequence[int]) -> dict[int, int]:
    """The middle of how long each practice let a client wait for its word in the last ninety days, minutes.

    Only of those that were asked and answered: requests, questions and counter-offers.
    """
    query = select(BookingEvent.booking_id, BookingEvent.actor, BookingEvent.at, Booking.practice_id)
    query = query.join(Booking, Booking.id == BookingEvent.booking_id)
    query = query.where(Booking.practice_id.in_(practice_ids), BookingEvent.at >= clock.now() - REPLIES)
    query = query.where(or_(BookingEvent.to_state.in_(_WAITS), BookingEvent.actor == "practice"))
    waiting: dict[int, datetime] = {}
    found: dict[int, list[int]] = defaultdict(list)
    for booking_id, actor, at, practice_id in db.session.execute(query.order_by(BookingEvent.id)):
        if actor == "practice":
            if (since := waiting.pop(booking_id, None)) is not None:
                found[practice_id].append(int((at - since).total_seconds() // 60))
        else:
            waiting.setdefault(booking_id, at)
    return {practice_id: _middle(minutes) for practice_id, minutes in found.items()}
