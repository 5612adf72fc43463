"""What stands in a practice's calendar: claims, leave, and busy time of calendars elsewhere."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from community.availability import rules
from community.availability.models import Claim, Feed, FeedBusy, Leave, TimeBlock
from community.core.db import db

BOOKED = frozenset({"booking", "date"})


@dataclass(frozen=True)
class Entry:
    """One thing of one member, UTC. `kind` is booking, date, waiter, block, busy or leave; `of` is the id it is of."""

    kind: str
    of: int
    person_id: int
    start: datetime
    end: datetime
    note: str = ""

    def overlaps(self, other: "Entry") -> bool:
        """True when the two share an instant."""
        return self.start < other.end and other.start < self.end


def entries(practice_id: int, people: Collection[int], since: datetime, until: datetime, zone: str) -> list[Entry]:
    """What `people` of a practice have from `since` to `until`, by start. Three queries."""
    found = [
        *_claims(practice_id, people, since, until),
        *_busy(practice_id, people, since, until),
        *_leaves(practice_id, people, since, until, ZoneInfo(zone)),
    ]
    return sorted(found, key=lambda one: (one.start, one.end, one.kind, one.of))


def clashes(found: Sequence[Entry]) -> list[tuple[Entry, Entry]]:
    """(booked, busy elsewhere) of the same member at the same time."""
    busy = [one for one in found if one.kind == "busy"]
    booked = (one for one in found if one.kind in BOOKED)
    return [
        (one, other) for one in booked for other in busy if one.person_id == other.person_id and one.overlaps(other)
    ]


def _claims(practice_id: int, people: Collection[int], since: datetime, until: datetime) -> list[Entry]:
    query = select(Claim.owner, Claim.person_id, Claim.starts_at, Claim.ends_at)
    query = query.where(Claim.person_id.in_(people), Claim.practice_id == practice_id, Claim.live)
    rows = db.session.execute(query.where(Claim.starts_at < until, Claim.ends_at > since)).all()
    owners = [owner.partition(":") for owner, *_ in rows]
    drawn = {int(of) for kind, _, of in owners if kind == "block"}
    notes = select(TimeBlock.id, TimeBlock.note).where(TimeBlock.id.in_(drawn))
    known = {row.id: row.note for row in db.session.execute(notes)} if drawn else {}
    return [
        Entry(kind, int(of), person, start, end, known.get(int(of), "") if kind == "block" else "")
        for (kind, _, of), (_owner, person, start, end) in zip(owners, rows, strict=True)
    ]


def _busy(practice_id: int, people: Collection[int], since: datetime, until: datetime) -> list[Entry]:
    query = select(Feed.id, Feed.person_id, FeedBusy.starts_at, FeedBusy.ends_at, Feed.name)
    query = query.join(Feed, Feed.id == FeedBusy.feed_id)
    query = query.where(FeedBusy.person_id.in_(people), Feed.practice_id == practice_id)
    query = query.where(FeedBusy.starts_at < until, FeedBusy.ends_at > since)
    return [Entry("busy", *row) for row in db.session.execute(query)]


def _leaves(practice_id: int, people: Collection[int], since: datetime, until: datetime, zone: ZoneInfo) -> list[Entry]:
    query = select(Leave).where(Leave.person_id.in_(people), Leave.practice_id == practice_id)
    query = query.where(
        Leave.first_day <= until.astimezone(zone).date(), Leave.last_day >= since.astimezone(zone).date()
    )
    return [
        Entry(
            "leave",
            one.id,
            one.person_id,
            rules.edge(rules.wall_time(one.first_day, 0), zone),
            rules.edge(rules.wall_time(one.last_day + timedelta(days=1), 0), zone),
            one.note,
        )
        for one in db.session.scalars(query)
    ]
