"""A market town: very many small practices, to see how the site does with a hundred thousand listings.

Unlike the association's, its people have no past: rows are written in bulk, the same ones each time, and then indexed.
Practice number n is made from n alone, so that a load that was cut off goes on where it stopped.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session

from community.accounts.models import Membership, Person
from community.availability.models import Calendar, Leave, WeeklyHours
from community.core.db import Model, db, writing
from community.core.site import settings
from community.core.text import slugify
from community.demo import content
from community.demo.offers import WEEKS
from community.demo.progress import Progress
from community.demo.town import MAIL, Town, dice
from community.listings.models import Length, Listing, listings_audiences
from community.niches.models import Audience, Niche, Place
from community.profiles.models import Practice, PracticeRole, practices_audiences, practices_niches

SLUG = "stall-"
_EACH = (1, 2, 2, 3, 4, 3, 2, 3, 3, 2)  # listings of a practice, by the last digit of its number: 2.5 on average
_BATCH = 500
_TOWNS = 300
_NAMES = (
    *("Bright", "Old", "North", "Little", "Green", "Copper", "Harbour", "Corner"),
    *("Willow", "Kite", "Amber", "Quiet", "Second", "Open", "Plain", "Field"),
)
_TITLES = ("{niche} for {whom}", "{niche}: a first hour", "An hour of {niche} with {who}", "{niche}, start to finish")
_WHERES = ("own_link", "own_link", "own_link", "phone", "on_site", "at_mine")
_POLICIES = ("flexible", "flexible", "moderate", "strict")

Row = dict[str, Any]


@dataclass(frozen=True)
class Known:
    """What the rows point at, read once; as values, since sessions are emptied meanwhile."""

    niches: tuple[Row, ...]
    audiences: tuple[tuple[int, str], ...]
    places: tuple[tuple[int, str], ...]
    texts: tuple[content.Listing, ...]


@dataclass(frozen=True)
class Stall:
    """One practice as it will be written, with its listings."""

    number: int
    owner: str
    name: str
    niche: Row
    audience_ids: tuple[int, ...]
    place: tuple[int, str]
    since: datetime
    week: tuple[tuple[tuple[int, ...], int, int], ...]
    listings: tuple[Row, ...]


def load(town: Town, size: int, progress: Progress) -> None:
    """Write the practices that are not there yet, until there are `size` listings; the last may add a few more."""
    progress.begin("Practices and listings")
    known = _known()
    done = db.session.scalar(select(func.count(Practice.id)).where(Practice.slug.startswith(SLUG))) or 0
    db.session.rollback()
    progress.add(min(size, _listings_before(done)))
    batch: list[Stall] = []
    for stall in _stalls(town, size, done, known):
        batch.append(stall)
        if len(batch) == _BATCH:
            _write(batch, progress)
            batch = []
    _write(batch, progress)


def _listings_before(number: int) -> int:
    return number // 10 * sum(_EACH) + sum(_EACH[: number % 10])


def _stalls(town: Town, size: int, first: int, known: Known) -> Iterator[Stall]:
    for number in count(first):
        if _listings_before(number) >= size:
            return
        yield _stall(town, number, known)


def _known() -> Known:
    niches = [
        {"id": n.id, "name": n.name, "line": n.line, "low": n.price_low, "high": n.price_high, "minutes": n.minutes}
        for n in db.session.scalars(select(Niche).order_by(Niche.slug))
    ]
    audiences = db.session.execute(select(Audience.id, Audience.name).order_by(Audience.slug))
    near = select(Place.id, Place.zone).where(Place.country == "GB").order_by(Place.population.desc(), Place.id)
    places = db.session.execute(near.limit(_TOWNS))
    return Known(
        tuple(niches),
        tuple((one, name) for one, name in audiences),
        tuple((one, zone) for one, zone in places),
        content.listings(),
    )


def _stall(town: Town, number: int, known: Known) -> Stall:
    chance = dice("stall", number)
    people = content.people()
    owner = f"{chance.choice(people).first} {chance.choice(people).last}"
    niche = chance.choice(known.niches)
    audiences = chance.sample(known.audiences, chance.randint(1, 3))
    return Stall(
        number=number,
        owner=owner,
        name=f"{chance.choice(_NAMES)} {niche['name']}",
        niche=niche,
        audience_ids=tuple(one for one, _ in audiences),
        place=chance.choice(known.places),
        since=town.moment(chance),
        week=chance.choice(WEEKS),
        listings=tuple(
            _listing(at, owner, niche if at < 2 else chance.choice(known.niches), audiences, chance, known)
            for at in range(_EACH[number % 10])
        ),
    )


def _listing(
    at: int, owner: str, niche: Row, audiences: list[tuple[int, str]], chance: random.Random, known: Known
) -> Row:
    words, whom = chance.choice(known.texts), chance.choice(audiences)[1].lower()
    title = chance.choice(_TITLES).format(niche=niche["name"], whom=whom, who=owner.split(maxsplit=1)[0])
    price = chance.randrange(niche["low"], niche["high"] + 1, 100)
    where = chance.choice(_WHERES)
    return {
        "slug": f"{slugify(title, 60)}-{at + 1}",
        "status": "published",
        "title": title,
        "summary": niche["line"],
        "text": f"{niche['line']}\n\n{words.description}",
        "outcomes": [{"icon": one.icon, "title": one.title, "text": one.text} for one in words.takeaways],
        "niche_id": niche["id"],
        "where_kind": where,
        "where_detail": "Bramble Yard, 14 Bramble Lane." if where == "at_mine" else "https://meet.example/stall",
        "radius_km": 20 if where == "on_site" else None,
        "policy": chance.choice(_POLICIES),
        "cover": slugify(title),
        "lengths": [(niche["minutes"], price), (niche["minutes"] + 30, price * 3 // 2)][: chance.randint(1, 2)],
    }


def _write(batch: list[Stall], progress: Progress) -> None:
    """One transaction: each practice is there whole, or not at all."""
    if not batch:
        return
    with writing() as session:
        people = _ids(session, Person, [_person(stall) for stall in batch])
        practices = _ids(session, Practice, [_practice(stall) for stall in batch])
        made = list(zip(batch, people, practices, strict=True))
        _all(session, Membership, [_member(stall, person) for stall, person, _ in made])
        _all(session, PracticeRole, [_role(*one) for one in made])
        _all(session, Calendar, [_calendar(stall, practice) for stall, _, practice in made])
        _all(session, WeeklyHours, [row for one in made for row in _hours(*one)])
        _all(session, Leave, [row for one in made for row in _leave(*one)])
        _all(session, practices_niches, [{"practice_id": p, "niche_id": s.niche["id"]} for s, _, p in made])
        _all(
            session,
            practices_audiences,
            [{"practice_id": p, "audience_id": one} for s, _, p in made for one in s.audience_ids],
        )
        _listings(session, made)
    progress.add(sum(len(stall.listings) for stall in batch))


def _listings(session: Session, made: list[tuple[Stall, int, int]]) -> None:
    said = [(stall, practice, row) for stall, _, practice in made for row in stall.listings]
    rows = [
        {name: value for name, value in row.items() if name != "lengths"}
        | {"practice_id": practice, "kind": "session", "place_id": stall.place[0]}
        | dict.fromkeys(("created_at", "published_at", "changed_at"), stall.since)
        for stall, practice, row in said
    ]
    ids = _ids(session, Listing, rows)
    pairs = list(zip(ids, said, strict=True))
    _all(
        session,
        listings_audiences,
        [{"listing_id": one, "audience_id": whom} for one, (stall, _, _) in pairs for whom in stall.audience_ids],
    )
    lengths = [(one, minutes, price) for one, (_, _, row) in pairs for minutes, price in row["lengths"]]
    _all(session, Length, [{"listing_id": one, "minutes": m, "price": p} for one, m, p in lengths])


def _ids(session: Session, model: type[Model], rows: list[Row]) -> list[int]:
    """Write rows and return their ids, in order."""
    wanted = insert(model.__table__).returning(model.__table__.c.id, sort_by_parameter_order=True)  # type: ignore[arg-type]
    return list(session.execute(wanted, rows).scalars())


def _all(session: Session, where: type[Model] | Table, rows: list[Row]) -> None:
    if rows:
        session.execute(insert(where if isinstance(where, Table) else where.__table__), rows)  # type: ignore[arg-type]


def _person(stall: Stall) -> Row:
    handle = f"{SLUG}{stall.number:05}"
    return {
        "email": f"{handle}@{MAIL}",
        "name": stall.owner,
        "handle": handle,
        "fs_uniquifier": dice("stall's sign-in", stall.number).randbytes(32).hex(),
        "active": True,
        "zone": stall.place[1],
        "locale": settings().locale,
        "line": "Demo member.",
        "created_at": stall.since,
        "confirmed_at": stall.since,
    }


def _practice(stall: Stall) -> Row:
    return {
        "slug": f"{SLUG}{stall.number:05}-{slugify(stall.name, 40)}",
        "name": stall.name,
        "help_whom": "small businesses",
        "help_what": "with",
        "help_how": stall.niche["line"].rstrip("."),
        "about": stall.niche["line"],
        "place_id": stall.place[0],
        "zone": stall.place[1],
        "languages": ["en"],
        "created_at": stall.since,
    }


def _member(stall: Stall, person: int) -> Row:
    return {"person_id": person, "status": "active", "since": stall.since}


def _role(stall: Stall, person: int, practice: int) -> Row:
    return {"practice_id": practice, "person_id": person, "role": "owner", "since": stall.since}


def _calendar(stall: Stall, practice: int) -> Row:
    chance = dice("stall's terms", stall.number)
    return {
        "practice_id": practice,
        "step": 30,
        "buffer_before": 0,
        "buffer_after": chance.choice((0, 10, 15, 15, 30)),
        "notice": chance.choice((60, 120, 240, 1440, 4320)),
        "horizon_days": 60,
    }


def _hours(stall: Stall, person: int, practice: int) -> list[Row]:
    ranges = [(day, begins, ends) for days, begins, ends in stall.week for day in days]
    who = {"practice_id": practice, "person_id": person}
    return [who | {"weekday": day, "starts": begins * 60, "ends": ends * 60} for day, begins, ends in ranges]


def _leave(stall: Stall, person: int, practice: int) -> list[Row]:
    """One in four is away for some time in the coming weeks."""
    chance = dice("stall's leave", stall.number)
    if chance.random() >= 0.25:
        return []
    first = stall.since.date() + timedelta(days=chance.randint(0, 140))
    last = first + timedelta(days=chance.randint(2, 20))
    return [{"practice_id": practice, "person_id": person, "first_day": first, "last_day": last, "note": ""}]
