"""All that decides when practices can be booked, read at once: six queries, however many days and people."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select

from community.availability import rules
from community.availability.models import Calendar, Claim, DayHours, FeedBusy, Leave, WeeklyHours
from community.core.db import db
from community.profiles.models import PracticeRole

BLOCK = "block:"  # how the claims of time that members keep for themselves are signed


@dataclass(frozen=True)
class Hours:
    """One member's time: open ranges of the week, of single days in their place, leave, and what is taken, UTC."""

    ranges: tuple[rules.OpenRange, ...] = ()
    days: Mapping[date, tuple[rules.OpenRange, ...]] = field(default_factory=dict)
    leaves: tuple[tuple[date, date], ...] = ()
    busy: tuple[rules.Interval, ...] = ()

    def opened(self, days: Iterable[date], zone: ZoneInfo) -> list[rules.Interval]:
        """The open time of `days`, sorted and apart."""
        return rules.open_intervals(self.ranges, days, zone, self.leaves, self.days)

    def works_on(self, day: date) -> bool:
        """True when the member has hours on the practice's day, leave or not."""
        found = self.days.get(day)
        return rules.has_weekday(self.ranges, day) if found is None else bool(found)

    def is_away(self, day: date) -> bool:
        """True on a day of leave."""
        return any(first <= day <= last for first, last in self.leaves)


class Booked(NamedTuple):
    """Somebody's booked time, without buffers; blocks are none."""

    person_id: int
    start: datetime
    minutes: int


@dataclass(frozen=True)
class Times:
    """When a practice can be booked: its terms, its members' time by person, and what is booked of everybody."""

    terms: rules.Terms
    members: Mapping[int, Hours] = field(default_factory=dict)
    booked: tuple[Booked, ...] = ()

    def limits(self, zone: ZoneInfo) -> rules.Limits:
        """How full its days and weeks are."""
        return rules.Limits(((one.start, one.minutes) for one in self.booked), self.terms, zone)


def terms_of(found: Calendar) -> rules.Terms:
    """A calendar as plain values."""
    return rules.Terms(
        found.step,
        found.buffer_before,
        found.buffer_after,
        found.notice,
        found.horizon_days,
        found.daily_limit,
        found.weekly_limit,
    )


def defaults(practice_id: int) -> Calendar:
    """How a practice takes bookings until it says otherwise; not saved."""
    return Calendar(
        practice_id=practice_id, step=30, buffer_before=0, buffer_after=15, notice=120, horizon_days=60, rest_days=0
    )


def read(wanted: Mapping[int, Collection[int]], first: date, last: date, *, besides: str = "") -> dict[int, Times]:
    """The times of practices with the members named for each, by practice: what matters from `first` to `last`.

    Members who no longer work there are left out. Claims of the owner `besides` count as free.
    """
    terms, people = _practices(set(wanted))
    members = {practice: set(named) & people.live[practice] for practice, named in wanted.items()}
    named = {person for persons in members.values() for person in persons}
    found = hours(named, wanted, first, last)
    claims = _claims({*named, *people.practice_of}, first, last, besides)
    feeds = _feeds(named, first, last)
    booked: dict[int, list[Booked]] = defaultdict(list)
    busy: dict[int, list[rules.Interval]] = defaultdict(list)
    for row in claims:
        busy[row.person_id].append(rules.Interval(row.blocked_from, row.blocked_until))
        if not row.owner.startswith(BLOCK):
            minutes = int((row.ends_at - row.starts_at).total_seconds() // 60)
            booked[row.practice_id].append(Booked(row.person_id, row.starts_at, minutes))
    for person_id, start, end in feeds:
        busy[person_id].append(rules.Interval(start, end))
    whole = {person: replace(known, busy=tuple(busy[person])) for person, known in found.items()}
    return {
        practice: Times(
            terms.get(practice) or terms_of(defaults(practice)),
            {person: whole[person] for person in sorted(persons)},
            tuple(booked[practice]),
        )
        for practice, persons in members.items()
    }


@dataclass
class _People:
    """Who works or worked where: whose claims count, and who can be booked now."""

    practice_of: dict[int, int] = field(default_factory=dict)
    live: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))


def _practices(practice_ids: Collection[int]) -> tuple[dict[int, rules.Terms], _People]:
    query = select(PracticeRole.practice_id, PracticeRole.person_id, PracticeRole.left_at, Calendar)
    query = query.outerjoin(Calendar, Calendar.practice_id == PracticeRole.practice_id)
    terms, people = {}, _People()
    for practice, person, left_at, calendar in db.session.execute(
        query.where(PracticeRole.practice_id.in_(practice_ids))
    ):
        people.practice_of[person] = practice
        if left_at is None:
            people.live[practice].add(person)
        if calendar is not None:
            terms[practice] = terms_of(calendar)
    return terms, people


def hours(people: Collection[int], practice_ids: Collection[int], first: date, last: date) -> dict[int, Hours]:
    """The hours and leave of `people` in `practice_ids`, by person, with nothing taken. Three queries."""
    weekly = select(WeeklyHours.person_id, WeeklyHours.weekday, WeeklyHours.starts, WeeklyHours.ends)
    weekly = weekly.where(WeeklyHours.person_id.in_(people), WeeklyHours.practice_id.in_(practice_ids))
    ranges: dict[int, list[rules.OpenRange]] = defaultdict(list)
    for who, *one in db.session.execute(weekly.order_by(WeeklyHours.weekday, WeeklyHours.starts)):
        ranges[who].append(rules.OpenRange(*one))
    # Ranges may begin the evening before, and zones are a day apart.
    begins, ends = first - timedelta(days=3), last + timedelta(days=3)
    dated = select(DayHours.person_id, DayHours.day, DayHours.starts, DayHours.ends)
    dated = dated.where(DayHours.person_id.in_(people), DayHours.practice_id.in_(practice_ids))
    dated = dated.where(DayHours.day.between(begins, ends)).order_by(DayHours.day, DayHours.starts)
    days: dict[int, dict[date, tuple[rules.OpenRange, ...]]] = defaultdict(dict)
    for who, day, low, high in db.session.execute(dated):
        own = () if low is None or high is None else (rules.OpenRange(day.weekday(), low, high),)
        days[who][day] = (*days[who].get(day, ()), *own)
    away = select(Leave.person_id, Leave.first_day, Leave.last_day).where(Leave.person_id.in_(people))
    leaves: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for who, begun, ended in db.session.execute(away.where(Leave.last_day >= begins, Leave.first_day <= ends)):
        leaves[who].append((begun, ended))
    return {who: Hours(tuple(ranges[who]), days[who], tuple(leaves[who])) for who in people}


def _around(first: date, last: date) -> tuple[datetime, datetime]:
    """From when to when claims matter: whole Monday weeks, in any zone, with what reaches in from beside them."""
    begins, ends = rules.monday(first) - timedelta(days=4), rules.monday(last) + timedelta(days=11)
    return datetime.combine(begins, time(), UTC), datetime.combine(ends, time(), UTC)


def _claims(people: Collection[int], first: date, last: date, besides: str) -> Sequence[Any]:
    begins, ends = _around(first, last)
    query = select(
        Claim.person_id,
        Claim.practice_id,
        Claim.owner,
        Claim.starts_at,
        Claim.ends_at,
        Claim.blocked_from,
        Claim.blocked_until,
    ).where(Claim.person_id.in_(people), Claim.live, Claim.blocked_from < ends, Claim.blocked_until > begins)
    if besides:
        query = query.where(Claim.owner != besides)
    return db.session.execute(query).all()


def _feeds(people: Collection[int], first: date, last: date) -> Sequence[tuple[int, datetime, datetime]]:
    begins, ends = _around(first, last)
    query = select(FeedBusy.person_id, FeedBusy.starts_at, FeedBusy.ends_at)
    query = query.where(FeedBusy.person_id.in_(people), FeedBusy.starts_at < ends, FeedBusy.ends_at > begins)
    return [(who, start, end) for who, start, end in db.session.execute(query)]
