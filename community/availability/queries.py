"""Reading time: what is open, what is taken, what can be booked."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from community.availability import rules
from community.availability.models import Calendar, Claim, Leave, WeeklyHours
from community.core import clock
from community.core.db import db

MOST_DAYS = 62


@dataclass(frozen=True)
class Free:
    """The starts of one day in the viewer's zone, UTC, in order."""

    day: date
    starts: tuple[datetime, ...]


def calendar(practice_id: int) -> Calendar:
    """How the practice takes bookings; the defaults until it says otherwise."""
    found = db.session.get(Calendar, practice_id)
    if found is None:
        found = Calendar(practice_id=practice_id, step=30, buffer_before=0, buffer_after=15)
        found.notice, found.horizon_days = 120, 60
    return found


def terms(practice_id: int) -> rules.Terms:
    """The same as plain values."""
    found = calendar(practice_id)
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


def claims_between(person_id: int, start: datetime, end: datetime) -> Sequence[Claim]:
    """A person's live claims that touch the time from `start` to `end`."""
    query = select(Claim).where(Claim.person_id == person_id, Claim.live)
    query = query.where(Claim.blocked_from < end, Claim.blocked_until > start)
    return db.session.scalars(query.order_by(Claim.blocked_from)).all()


def conflicts(person_id: int, taken: rules.Interval, owner: str) -> bool:
    """True when somebody else's live claim on the person overlaps `taken`."""
    query = select(Claim.id).where(Claim.person_id == person_id, Claim.live, Claim.owner != owner)
    query = query.where(Claim.blocked_from < taken.end, Claim.blocked_until > taken.start)
    return db.session.scalar(query.limit(1)) is not None


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
    ranges = [rules.OpenRange(h.weekday, h.starts, h.ends) for h in weekly_hours(person_id)]
    return slots_under(
        terms(practice_id), ranges, person_id=person_id, zone=zone, minutes=minutes, first=first, last=last, now=now
    )


def slots_under(
    agreed: rules.Terms,
    ranges: Sequence[rules.OpenRange],
    *,
    person_id: int,
    zone: str,
    minutes: int,
    first: date,
    last: date,
    now: datetime | None = None,
) -> list[datetime]:
    """The same under terms and hours that need not be saved. Leave and claims are the real ones."""
    now = now or clock.now()
    known = ZoneInfo(zone)
    span = min((last - first).days, MOST_DAYS)
    days = [first + timedelta(days=n) for n in range(span + 1)]
    if not days:
        return []
    away = [(leave.first_day, leave.last_day) for leave in leaves(person_id, days[0] - timedelta(days=2))]
    # A range may begin the evening before and the claims of neighbouring days may reach in.
    around = [days[0] - timedelta(days=2), days[0] - timedelta(days=1), *days, days[-1] + timedelta(days=1)]
    opened = rules.open_intervals(ranges, around, known, away)
    begins = rules.instant(datetime.combine(around[0], time()), known)
    claims = claims_between(person_id, begins, begins + timedelta(days=len(around) + 2))
    busy = rules.Busy(rules.Interval(c.blocked_from, c.blocked_until) for c in claims)
    full = rules.full_days((c.starts_at for c in claims), agreed.daily_limit, known)
    return rules.slots(days, minutes, agreed, known, opened, busy, full, now)


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
