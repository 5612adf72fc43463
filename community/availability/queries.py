"""Reading time: what is open, what is taken, what can be booked."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select

from community.availability import rules
from community.availability.models import Calendar, Claim, Leave, WeeklyHours
from community.core import clock
from community.core.db import db

MOST_DAYS = 62
T = TypeVar("T")


@dataclass(frozen=True)
class Free:
    """The starts of one day in the viewer's zone, UTC, in order."""

    day: date
    starts: tuple[datetime, ...]


def calendar(practice_id: int) -> Calendar:
    """How the practice takes bookings; the defaults until it says otherwise."""
    return db.session.get(Calendar, practice_id) or _defaults(practice_id)


def _defaults(practice_id: int) -> Calendar:
    found = Calendar(practice_id=practice_id, step=30, buffer_before=0, buffer_after=15)
    found.notice, found.horizon_days = 120, 60
    return found


def terms(practice_id: int) -> rules.Terms:
    """The same as plain values."""
    return _terms(calendar(practice_id))


def _terms(found: Calendar) -> rules.Terms:
    return rules.Terms(
        found.step,
        found.buffer_before,
        found.buffer_after,
        found.notice,
        found.horizon_days,
        found.daily_limit,
    )


def weekly_hours(person_id: int) -> Sequence[WeeklyHours]:
    """A person's open ranges, in order of the week."""
    query = select(WeeklyHours).where(WeeklyHours.person_id == person_id)
    return db.session.scalars(query.order_by(WeeklyHours.weekday, WeeklyHours.starts)).all()


def leaves(person_id: int, since: date) -> Sequence[Leave]:
    """A person's leave that has not ended before `since`."""
    query = select(Leave).where(Leave.person_id == person_id, Leave.last_day >= since)
    return db.session.scalars(query.order_by(Leave.first_day)).all()


def conflicts(person_id: int, taken: rules.Interval, owner: str) -> bool:
    """True when somebody else's live claim on the person overlaps `taken`."""
    query = select(Claim.id).where(Claim.person_id == person_id, Claim.live, Claim.owner != owner)
    query = query.where(Claim.blocked_from < taken.end, Claim.blocked_until > taken.start)
    return db.session.scalar(query.limit(1)) is not None


@dataclass(frozen=True)
class Times:
    """All that decides when somebody can be booked; `claims` are (start, what it blocks), UTC."""

    terms: rules.Terms
    ranges: tuple[rules.OpenRange, ...] = ()
    leaves: tuple[tuple[date, date], ...] = ()
    claims: tuple[tuple[datetime, rules.Interval], ...] = ()


def times(members: Mapping[int, int], first: date, last: date) -> dict[int, Times]:
    """The same of several people, by person: four queries, however many there are.

    `members` are persons with their practices. Leave and claims are those that matter from `first` to `last`.
    """
    agreed = _terms_of(set(members.values()))
    found = {person: Times(agreed[practice]) for person, practice in members.items()}
    begins, ends = (datetime.combine(day, time(), UTC) for day in (first, last))
    hours = select(WeeklyHours.person_id, WeeklyHours.weekday, WeeklyHours.starts, WeeklyHours.ends)
    hours = hours.where(WeeklyHours.person_id.in_(members)).order_by(WeeklyHours.weekday, WeeklyHours.starts)
    ranges = _by_person((who, rules.OpenRange(*one)) for who, *one in db.session.execute(hours))
    away = select(Leave.person_id, Leave.first_day, Leave.last_day)
    away = away.where(Leave.person_id.in_(members), Leave.last_day >= first - timedelta(days=2))
    absent = _by_person((who, (begun, ended)) for who, begun, ended in db.session.execute(away))
    # Ranges may begin the evening before, and the claims of neighbouring days reach in; zones are a day apart.
    taken = select(Claim.person_id, Claim.starts_at, Claim.blocked_from, Claim.blocked_until)
    taken = taken.where(Claim.person_id.in_(members), Claim.live)
    taken = taken.where(Claim.blocked_from < ends + timedelta(days=4), Claim.blocked_until > begins - timedelta(days=4))
    claims = _by_person((who, (at, rules.Interval(*span))) for who, at, *span in db.session.execute(taken))
    return {
        who: replace(known, ranges=ranges[who], leaves=absent[who], claims=claims[who]) for who, known in found.items()
    }


def _terms_of(practice_ids: Collection[int]) -> dict[int, rules.Terms]:
    rows = db.session.scalars(select(Calendar).where(Calendar.practice_id.in_(practice_ids)))
    saved = {row.practice_id: _terms(row) for row in rows}
    return {practice_id: saved.get(practice_id) or _terms(_defaults(practice_id)) for practice_id in practice_ids}


def _by_person(rows: Iterable[tuple[int, T]]) -> dict[int, tuple[T, ...]]:
    found: dict[int, tuple[T, ...]] = defaultdict(tuple)
    for who, row in rows:
        found[who] = (*found[who], row)
    return found


def slots(
    *,
    practice_id: int,
    person_id: int,
    zone: str,
    minutes: int,
    first: date,
    last: date,
    now: datetime | None = None,
) -> list[datetime]:
    """The bookable starts from local day `first` to `last` (practice's zone), UTC. Four queries, whatever the range."""
    known = times({person_id: practice_id}, first, min(last, first + timedelta(days=MOST_DAYS)))[person_id]
    return slots_in(known, zone=zone, minutes=minutes, first=first, last=last, now=now)


def slots_under(
    agreed: rules.Terms,
    ranges: Sequence[rules.OpenRange],
    *,
    practice_id: int,
    person_id: int,
    zone: str,
    minutes: int,
    first: date,
    last: date,
    now: datetime | None = None,
) -> list[datetime]:
    """The same under terms and hours that need not be saved. Leave and claims are the real ones."""
    known = times({person_id: practice_id}, first, min(last, first + timedelta(days=MOST_DAYS)))[person_id]
    known = replace(known, terms=agreed, ranges=tuple(ranges))
    return slots_in(known, zone=zone, minutes=minutes, first=first, last=last, now=now)


def slots_in(
    known: Times, *, zone: str, minutes: int, first: date, last: date, now: datetime | None = None
) -> list[datetime]:
    """The same from times that were read before, which must reach from `first` to `last`. Reads nothing."""
    there = ZoneInfo(zone)
    days = [first + timedelta(days=n) for n in range(min((last - first).days, MOST_DAYS) + 1)]
    if not days:
        return []
    around = [days[0] - timedelta(days=2), days[0] - timedelta(days=1), *days, days[-1] + timedelta(days=1)]
    opened = rules.open_intervals(known.ranges, around, there, known.leaves)
    busy = rules.Busy(span for _, span in known.claims)
    full = rules.full_days((at for at, _ in known.claims), known.terms.daily_limit, there)
    return rules.slots(days, minutes, known.terms, there, opened, busy, full, now or clock.now())


def is_offered(*, practice_id: int, person_id: int, zone: str, minutes: int, start: datetime) -> bool:
    """True when `start` is one of the slots now."""
    day = start.astimezone(ZoneInfo(zone)).date()
    found = slots(practice_id=practice_id, person_id=person_id, zone=zone, minutes=minutes, first=day, last=day)
    return start in found


def by_day(starts: Sequence[datetime], viewer_zone: str) -> list[Free]:
    """Starts grouped by the viewer's local day."""
    zone = ZoneInfo(viewer_zone)
    days: dict[date, list[datetime]] = defaultdict(list)
    for start in starts:
        days[start.astimezone(zone).date()].append(start)
    return [Free(day, tuple(found)) for day, found in sorted(days.items())]


def next_free(
    *, practice_id: int, person_id: int, zone: str, minutes: int, after: datetime, count: int = 3
) -> list[datetime]:
    """The next `count` bookable starts from `after` on, within the horizon."""
    first = after.astimezone(ZoneInfo(zone)).date()
    found = slots(
        practice_id=practice_id,
        person_id=person_id,
        zone=zone,
        minutes=minutes,
        first=first,
        last=first + timedelta(days=MOST_DAYS),
    )
    return [start for start in found if start >= after][:count]
