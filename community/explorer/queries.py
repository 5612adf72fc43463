"""Reading the figures: counts of ninety days by cell, and who knows a niche. Counts are of everybody, for everybody."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, or_, select
from sqlalchemy.orm import selectinload

from community.accounts.models import Person
from community.accounts.queries import Viewer
from community.bookings.models import Booking, Order
from community.core import clock
from community.core.db import db
from community.explorer.counting import fields_of
from community.explorer.leading import niche_of
from community.explorer.models import NicheDay, NicheDraft, NicheSupply
from community.explorer.rules.board import BOOKINGS, INQUIRIES, MEASURES, SEARCHES, UNMET, Board, Supply
from community.explorer.rules.floor import FLOOR, SITE, Cell, Tally
from community.listings.models import Listing, listings_audiences
from community.listings.queries import shown_to
from community.niches.models import Audience, Field, Niche, Place
from community.profiles.models import Practice
from community.profiles.queries import open_to, works_in
from community.search.models import SearchMade

DAYS = 90
BINS = 6  # stretches that a chart has
_SOMEBODY = re.compile(r"@|[0-9]{5}")  # an address or a number: never shown, however many typed it
_ABOVE = ("site", "field", "niche")


@dataclass(frozen=True)
class Window:
    """Whole days, UTC: from `first` on, before `last`."""

    first: date
    last: date

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """The same as two moments."""
        return datetime.combine(self.first, time(), UTC), datetime.combine(self.last, time(), UTC)


def windows() -> tuple[Window, Window]:
    """The last ninety days that are over, and the ninety before. Today is in neither, so that nobody sees it change."""
    today = clock.now().date()
    middle = today - timedelta(days=DAYS)
    return Window(middle, today), Window(middle - timedelta(days=DAYS), middle)


def counts(window: Window, kind: str = "", niche: str = "") -> dict[str, dict[Cell, Tally]]:
    """All measures of a window by cell: the site, fields and niches; with `kind` ("audience", "place") those too, of
    one niche or of all.
    """
    found: dict[str, dict[Cell, Tally]] = {measure: {} for measure in MEASURES}
    for cell, (searches, unmet) in _searched(window, kind, niche).items():
        found[SEARCHES][cell] = searches
        found[UNMET][cell] = unmet
    for cell, (inquiries, booked) in _booked(window, kind, niche).items():
        found[INQUIRIES][cell] = inquiries
        found[BOOKINGS][cell] = booked
    return found


def board(kind: str = "", niche: str = "") -> Board:
    """All figures of the site, its fields and niches; of `kind` as `counts` takes it."""
    now, before = windows()
    return Board(counts(now, kind, niche), counts(before, kind, niche), supplies(kind, niche), fields_of())


def _cells(kind: str, niche: str) -> ColumnElement[bool]:
    above = NicheDay.kind.in_(_ABOVE)
    own = NicheDay.kind == kind
    return or_(above, own & (NicheDay.niche == niche) if niche else own)


def _searched(window: Window, kind: str, niche: str) -> dict[Cell, tuple[Tally, Tally]]:
    days = NicheDay
    query = select(days.kind, days.niche, days.part, func.sum(days.searches), func.sum(days.people))
    query = query.add_columns(func.sum(days.unmet), func.sum(days.unmet_people))
    query = query.where(NicheDay.day >= window.first, NicheDay.day < window.last, _cells(kind, niche))
    query = query.group_by(NicheDay.kind, NicheDay.niche, NicheDay.part)
    found = {}
    for of, slug, part, *numbers in db.session.execute(query):
        made, people, unmet, by = map(int, numbers)
        found[Cell(of, slug, part)] = (Tally(made, people), Tally(unmet, by))
    return found


def by_stretch(window: Window) -> list[dict[Cell, Tally]]:
    """The searches of the site, fields and niches in each of the window's stretches, the oldest first."""
    query = select(NicheDay.kind, NicheDay.niche, NicheDay.part, NicheDay.day, NicheDay.searches, NicheDay.people)
    query = query.where(NicheDay.day >= window.first, NicheDay.day < window.last, NicheDay.kind.in_(_ABOVE))
    found: list[dict[Cell, Tally]] = [{} for _ in range(BINS)]
    long = (window.last - window.first).days / BINS
    for kind, niche, part, day, searches, people in db.session.execute(query):
        bin_, cell = found[int((day - window.first).days / long)], Cell(kind, niche, part)
        there = bin_.get(cell, Tally())
        bin_[cell] = Tally(there.count + searches, there.people + people)
    return found


def _booked(window: Window, kind: str, niche: str) -> dict[Cell, tuple[Tally, Tally]]:
    """Inquiries, and what was agreed, both by the day they were made. Nobody says for whom they book, so that there
    is none by audience; the place is the listing's, else its practice's.
    """
    found: dict[Cell, tuple[Tally, Tally]] = {}
    levels: list[tuple[str, Any, Any]] = [
        ("site", literal(""), literal("")),
        ("field", literal(""), Field.slug),
        ("niche", Niche.slug, literal("")),
    ]
    if kind == "place":
        levels.append(("place", Niche.slug, func.coalesce(Listing.place_id, Practice.place_id)))
    for of, slug, part in levels:
        query = _bookings(window, slug, part)
        if of == "place" and niche:
            query = query.where(Niche.slug == niche)
        for own, where, *numbers in db.session.execute(query):
            cell = SITE if of == "site" else Cell(of, own, str(where or ""))
            found[cell] = (Tally(*numbers[:2]), Tally(*numbers[2:]))
    return found


def _bookings(window: Window, slug: Any, part: Any) -> Select[Any]:
    starts, ends = window.instants
    asked, agreed = Booking.kind == "inquiry", Booking.confirmed_at.is_not(None)
    numbers = [
        number
        for condition in (asked, agreed)
        for number in (
            func.count(case((condition, Booking.id))),
            func.count(case((condition, func.lower(Order.client_email))).distinct()),
        )
    ]
    query = select(slug.label("own"), part.label("of"), *numbers).select_from(Booking)
    query = query.join(Order, Order.id == Booking.order_id).join(Listing, Listing.id == Booking.listing_id)
    query = query.join(Practice, Practice.id == Listing.practice_id)
    query = query.join(Niche, Niche.id == Listing.niche_id).join(Field, Field.id == Niche.field_id)
    query = query.where(Booking.created_at >= starts, Booking.created_at < ends)
    return query.group_by("own", "of")


def supplies(kind: str = "", niche: str = "") -> dict[Cell, Supply]:
    """What stands against it by cell, as last counted; of `kind` as `counts` takes it."""
    own = NicheSupply.kind == kind
    query = select(NicheSupply)
    query = query.where(or_(NicheSupply.kind.in_(_ABOVE), own & (NicheSupply.niche == niche) if niche else own))
    return {Cell(one.kind, one.niche, one.part): _supply(one) for one in db.session.scalars(query)}


def _supply(row: NicheSupply) -> Supply:
    prices = None
    if row.price_low is not None and row.price_middle is not None and row.price_high is not None:
        prices = (row.price_low, row.price_middle, row.price_high)
    return Supply(row.practices, row.free_minutes, row.answered, row.reply_minutes, row.priced, prices)


def words_not_found(window: Window) -> dict[str, dict[str, Tally]]:
    """What five people and more asked for and did not find, by the niche it led to ("" none), then by words."""
    starts, ends = window.instants
    words, people = func.lower(SearchMade.words), func.count(SearchMade.visitor.distinct())
    query = select(words, SearchMade.niche, func.count(), people)
    query = query.where(SearchMade.at >= starts, SearchMade.at < ends, SearchMade.hits == 0, SearchMade.words != "")
    query = query.group_by(words, SearchMade.niche).having(people >= FLOOR)
    found: dict[str, dict[str, Tally]] = defaultdict(dict)
    for text, niche, count, by in db.session.execute(query):
        if not _SOMEBODY.search(text):
            led = found[niche or niche_of(text)]
            there = led.get(text, Tally())
            led[text] = Tally(there.count + count, max(there.people, by))  # some may be the same people
    return found


def who_know(viewer: Viewer, niche: Niche, most: int = 2) -> tuple[list[Practice], str]:
    """Practices that work in a niche, else in its field, of those the viewer may meet and does not work in; and which
    of the two, "niche" or "field".
    """
    in_field = select(Niche.id).where(Niche.field_id == niche.field_id)
    for level, wanted in (("niche", Listing.niche_id == niche.id), ("field", Listing.niche_id.in_(in_field))):
        offering = select(Listing.practice_id).where(wanted, Listing.status == "published")
        query = select(Practice).where(Practice.id.in_(offering), open_to(viewer), ~works_in(viewer))
        query = query.options(selectinload(Practice.roles)).order_by(Practice.created_at, Practice.id)
        found = list(db.session.scalars(query.limit(most)))
        if found:
            return found, level
    return [], ""


def nearest(viewer: Viewer, niche: Niche, audiences: Sequence[str] = (), most: int = 5) -> list[Listing]:
    """An offer each of the practices nearest to a niche, which the viewer may see: of the niche for the same people
    first, then of the niche, then of its field, then of those that are left.
    """
    in_field = select(Niche.id).where(Niche.field_id == niche.field_id)
    for_them = select(listings_audiences.c.listing_id).join(Audience, Audience.id == listings_audiences.c.audience_id)
    for_them = for_them.where(Audience.slug.in_(audiences))
    rank = case((Listing.niche_id == niche.id, case((Listing.id.in_(for_them), 0), else_=1)), else_=2)
    query = select(Listing).join(Listing.practice).where(shown_to(viewer), ~works_in(viewer))
    query = query.options(selectinload(Listing.lengths), selectinload(Listing.packages))
    first: dict[int, Listing] = {}
    for near in (Listing.niche_id.in_(in_field), Listing.niche_id.not_in(in_field)):
        order = (rank, Listing.id) if not first else (Listing.id,)
        for one in db.session.scalars(query.where(near).order_by(*order).limit(most * 12)):
            first.setdefault(one.practice_id, one)
        if len(first) >= most:
            break
    return list(first.values())[:most]


def towns(most: int = 60) -> list[tuple[int, str]]:
    """The towns that somebody offers something in, by name."""
    ids = select(NicheSupply.part).where(NicheSupply.kind == "place").distinct()
    numbers = [int(one) for one in db.session.scalars(ids) if one.isdigit()]
    query = select(Place.id, Place.name).where(Place.id.in_(numbers)).order_by(Place.population.desc()).limit(most)
    return sorted(((number, name) for number, name in db.session.execute(query)), key=lambda one: one[1])


def draft_of(viewer: Person) -> NicheDraft | None:
    """What the viewer said so far: nobody else sees it."""
    return db.session.get(NicheDraft, viewer.id)
