"""Reading time: what is open, what is taken, what can be booked."""

import calendar as months
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from community.availability import rules, timetable
from community.availability.models import Calendar, Claim, ClientPlace, DayHours, Feed, Leave, WeeklyHours
from community.availability.timetable import Hours, Times
from community.core import clock
from community.core.db import db
from community.profiles.models import PracticeRole

MOST_DAYS = 62
FAIR_DAYS = 14  # before and after a start: whose booked time is compared
FAR_DAYS = 400  # how far ahead the next working day is looked for


@dataclass(frozen=True)
class Free:
    """The starts of one day in the viewer's zone, UTC, in order."""

    day: date
    starts: tuple[datetime, ...]


def calendar(practice_id: int) -> Calendar:
    """How the practice takes bookings; the defaults until it says otherwise."""
    return db.session.get(Calendar, practice_id) or timetable.defaults(practice_id)


def terms(practice_id: int) -> rules.Terms:
    """The same as plain values."""
    return timetable.terms_of(calendar(practice_id))


def weekly_hours(person_id: int) -> Sequence[WeeklyHours]:
    """A person's open ranges, in order of the week."""
    query = select(WeeklyHours).where(WeeklyHours.person_id == person_id)
    return db.session.scalars(query.order_by(WeeklyHours.weekday, WeeklyHours.starts)).all()


def leaves(person_id: int, since: date) -> Sequence[Leave]:
    """A person's leave that has not ended before `since`."""
    query = select(Leave).where(Leave.person_id == person_id, Leave.last_day >= since)
    return db.session.scalars(query.order_by(Leave.first_day)).all()


def days(person_id: int, since: date) -> dict[date, list[rules.OpenRange]]:
    """A person's days with hours of their own from `since` on; without ranges a day is closed."""
    query = select(DayHours).where(DayHours.person_id == person_id, DayHours.day >= since)
    found: dict[date, list[rules.OpenRange]] = {}
    for one in db.session.scalars(query.order_by(DayHours.day, DayHours.starts)):
        ranges = found.setdefault(one.day, [])
        if one.starts is not None and one.ends is not None:
            ranges.append(rules.OpenRange(one.day.weekday(), one.starts, one.ends))
    return found


def feeds(person_id: int) -> Sequence[Feed]:
    """A person's calendars elsewhere, the oldest first."""
    return db.session.scalars(select(Feed).where(Feed.person_id == person_id).order_by(Feed.id)).all()


def conflicts(person_id: int, taken: rules.Interval, owner: str) -> bool:
    """True when somebody else's live claim on the person overlaps `taken`."""
    query = select(Claim.id).where(Claim.person_id == person_id, Claim.live, Claim.owner != owner)
    query = query.where(Claim.blocked_from < taken.end, Claim.blocked_until > taken.start)
    return db.session.scalar(query.limit(1)) is not None


def slots(
    *,
    practice_id: int,
    members: Sequence[int],
    zone: str,
    minutes: int,
    first: date,
    last: date,
    now: datetime | None = None,
    besides: str = "",
) -> list[datetime]:
    """The starts from local day `first` to `last` (practice's zone) at which one of `members` is free, UTC.

    Six queries, whatever the range and however many members. Claims of the owner `besides` count as free: a booking
    that is moved does not stand in its own way.
    """
    last = min(last, first + timedelta(days=MOST_DAYS))
    known = timetable.read({practice_id: members}, first, last, besides=besides)[practice_id]
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
    """The same of one member under terms and weekly hours that need not be saved. All else is as it is."""
    last = min(last, first + timedelta(days=MOST_DAYS))
    known = timetable.read({practice_id: [person_id]}, first, last)[practice_id]
    members = {who: replace(own, ranges=tuple(ranges)) for who, own in known.members.items()}
    known = replace(known, terms=agreed, members=members)
    return slots_in(known, zone=zone, minutes=minutes, first=first, last=last, now=now)


def slots_in(
    known: Times, *, zone: str, minutes: int, first: date, last: date, now: datetime | None = None
) -> list[datetime]:
    """The same from times that were read before, which must reach from `first` to `last`. Reads nothing."""
    there = ZoneInfo(zone)
    days = [first + timedelta(days=n) for n in range(min((last - first).days, MOST_DAYS) + 1)]
    if not days:
        return []
    allowed = [one for own in known.members.values() for one in _windows(own, days, minutes, known.terms, there)]
    return rules.slots(days, minutes, known.terms, there, allowed, known.limits(there), now or clock.now())


def _windows(
    own: Hours, days: Sequence[date], minutes: int, agreed: rules.Terms, there: ZoneInfo
) -> list[rules.Interval]:
    around = [days[0] - timedelta(days=2), days[0] - timedelta(days=1), *days, days[-1] + timedelta(days=1)]
    return rules.windows(own.opened(around, there), own.busy, minutes, agreed)


def next_free(
    *,
    practice_id: int,
    members: Sequence[int],
    zone: str,
    minutes: int,
    after: datetime,
    count: int = 3,
    besides: str = "",
) -> list[datetime]:
    """The next `count` starts from `after` on at which one of `members` is free, within the horizon."""
    first = after.astimezone(ZoneInfo(zone)).date()
    found = slots(
        practice_id=practice_id,
        members=members,
        zone=zone,
        minutes=minutes,
        first=first,
        last=first + timedelta(days=MOST_DAYS),
        besides=besides,
    )
    return [start for start in found if start >= after][:count]


def who_is_free(
    *, practice_id: int, members: Sequence[int], zone: str, minutes: int, start: datetime, besides: str = ""
) -> list[int]:
    """Those of `members` who could take `start` now; nobody when it is not offered.

    The one with the fewest booked minutes in the 28 days around comes first; of two with as many, the lower id.
    """
    day, fair = start.astimezone(ZoneInfo(zone)).date(), timedelta(days=FAIR_DAYS)
    known = timetable.read({practice_id: members}, day - fair, day + fair, besides=besides)[practice_id]
    booked: dict[int, int] = defaultdict(int)
    for one in known.booked:
        if abs(one.start - start) <= fair:
            booked[one.person_id] += one.minutes
    free = [
        who
        for who, own in known.members.items()
        if start in slots_in(replace(known, members={who: own}), zone=zone, minutes=minutes, first=day, last=day)
    ]
    return sorted(free, key=lambda who: (booked[who], who))


def needs_asking(*, practice_id: int, person_id: int, zone: str, start: datetime) -> bool:
    """True when the rest plan wants the member asked before this start is sold.

    It does when fewer working days of that month than they want to keep would be left free.
    """
    rest_days = calendar(practice_id).rest_days
    if not rest_days:
        return False
    there = ZoneInfo(zone)
    day = start.astimezone(there).date()
    days = [day.replace(day=n + 1) for n in range(months.monthrange(day.year, day.month)[1])]
    known = timetable.read({practice_id: [person_id]}, days[0], days[-1])[practice_id]
    own = known.members.get(person_id, Hours())
    working = {one for one in days if own.works_on(one) or rules.has_weekday(own.ranges, one)}
    return rules.asks_first(day, working, _taken_days(known, person_id, there), rest_days)


def _taken_days(known: Times, person_id: int, there: ZoneInfo) -> set[date]:
    found = set()
    for one in known.booked:
        if one.person_id == person_id:
            ends = one.start + timedelta(minutes=one.minutes, microseconds=-1)
            found |= {one.start.astimezone(there).date(), ends.astimezone(there).date()}
    return found


def places(practice_id: int, since: date) -> Sequence[ClientPlace]:
    """The live client places of a practice that have not ended before `since`."""
    query = select(ClientPlace).where(ClientPlace.practice_id == practice_id, ClientPlace.live)
    return db.session.scalars(query.where(ClientPlace.last_day >= since).order_by(ClientPlace.first_day)).all()


def has_place(*, practice_id: int, first: date, days: int = 366) -> bool:
    """Whether a client's place is free from `first` on for so long."""
    taken = [(one.first_day, one.last_day) for one in places(practice_id, first)]
    return rules.first_place(taken, calendar(practice_id).clients_at_once, first, days) == first


def earliest_start(*, practice_id: int, zone: str, days: int) -> date:
    """The first working day, from the next one on, from which a client's place is free for `days` days."""
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    known = timetable.hours(_people(practice_id), [practice_id], today, today + timedelta(days=FAR_DAYS))
    most = calendar(practice_id).clients_at_once
    taken = [(one.first_day, one.last_day) for one in places(practice_id, today)]
    day = _working_day(known, today + timedelta(days=1))
    while (found := rules.first_place(taken, most, day, days)) != (day := _working_day(known, found)):
        pass
    return found


def _people(practice_id: int) -> Sequence[int]:
    query = select(PracticeRole.person_id).where(PracticeRole.practice_id == practice_id)
    return db.session.scalars(query.where(PracticeRole.left_at.is_(None))).all()


def _working_day(known: Mapping[int, Hours], first: date) -> date:
    """The first day from `first` on that somebody works on; where nobody has hours, the first day itself."""
    days = (first + timedelta(days=n) for n in range(FAR_DAYS))
    return next(
        (day for day in days if any(own.works_on(day) and not own.is_away(day) for own in known.values())), first
    )


def by_day(starts: Sequence[datetime], viewer_zone: str) -> list[Free]:
    """Starts grouped by the viewer's local day."""
    zone = ZoneInfo(viewer_zone)
    days: dict[date, list[datetime]] = defaultdict(list)
    for start in starts:
        days[start.astimezone(zone).date()].append(start)
    return [Free(day, tuple(found)) for day, found in sorted(days.items())]
