"""Slots in every zone on every night that clocks change, against a slow model; tables by hand for six zones.

`STORM_SLOTS` sets how many cases are drawn beside them (300), and above 5,000 each zone is asked for itself instead of
once for all that change alike. `SEED` repeats a run.
"""

import os
import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from community.availability import queries, rules
from community.availability.rules import Interval, Limits, OpenRange, Terms
from tests.availability import model
from tests.availability.model import Case, Change

pytestmark = pytest.mark.once

CASES = int(os.environ.get("STORM_SLOTS", "300"))
SEED = int(os.environ.get("SEED", "20261126"))
WHOLE = CASES > 5_000


def ours(case: Case) -> list[datetime]:
    """The starts as the product finds them."""
    zone = ZoneInfo(case.zone)
    terms = Terms(case.step, case.before, case.after, case.notice, case.horizon, case.daily, case.weekly_minutes)
    ranges = [OpenRange(weekday, *one) for weekday, of_day in case.weekly.items() for one in of_day]
    dated = {day: [OpenRange(day.weekday(), *one) for one in of_day] for day, of_day in case.dated.items()}
    around = [case.day + timedelta(days=n) for n in range(-2, 2)]
    opened = rules.open_intervals(ranges, around, zone, case.leave, dated)
    allowed = rules.windows(opened, (Interval(*one) for one in case.busy), case.minutes, terms)
    return rules.slots([case.day], case.minutes, terms, zone, allowed, Limits(case.booked, terms, zone), case.now)


def shown(starts: list[datetime], zone: str) -> list[str]:
    return [start.astimezone(ZoneInfo(zone)).strftime("%d %H:%M") for start in starts]


def agree(case: Case) -> None:
    found, wanted = ours(case), model.starts(case)
    assert found == wanted, f"SEED={SEED} {case}\n{shown(found, case.zone)}\n{shown(wanted, case.zone)}"


def kinds() -> dict[Change, list[str]]:
    """The zones by what their clocks do: which of them change at the same instant between the same offsets."""
    found: dict[Change, list[str]] = {}
    for zone, changes in model.changes().items():
        for change in changes:
            found.setdefault(change, []).append(zone)
    return found


def all_day(zone: str, day: date) -> Case:
    return Case(zone, day, minutes=60, weekly={weekday: [(0, 1440)] for weekday in range(7)})


def test_every_change_of_every_zone() -> None:
    """The night itself and the days beside it, open all day; and something drawn at random for each."""
    chance, zones = random.Random(SEED), 0
    for change, names in kinds().items():
        day, first = change.day(), ours(all_day(names[0], change.day()))
        seen = {model.rules_of(names[0])}
        for number, zone in enumerate(names):
            zones += 1
            if number == 0 or WHOLE:
                for n in (-1, 0, 1) if WHOLE else (0,):
                    agree(all_day(zone, day + timedelta(days=n)))
                agree(model.random_case(chance, zone, day + timedelta(days=chance.randint(-1, 0))))
            elif model.rules_of(zone) not in seen:  # another name for the same rules is the same zone
                seen.add(model.rules_of(zone))
                assert ours(all_day(zone, day)) == first, (zone, change)
    print(f"SEED={SEED}: {zones} changes in {len(model.changes())} zones, {len(kinds())} kinds")
    assert zones > 4_000


def test_drawn_cases() -> None:
    """Any zone on any day."""
    chance = random.Random(SEED + 1)
    names, some = sorted(model.changes()), 0
    for _ in range(CASES):
        day = date(2024, 1, 1) + timedelta(days=chance.randint(0, 12 * 365))
        case = model.random_case(chance, chance.choice(names), day)
        agree(case)
        some += bool(ours(case))
    print(f"SEED={SEED}: {CASES} cases, {some} with free starts")
    assert some > CASES / 10


@pytest.mark.parametrize("broken", ["gap", "second", "elapsed"])
def test_the_model_sees_a_planted_fault(monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    """A gap that is not skipped, the second of a doubled hour, an end by the wall clock: each is found."""
    if broken == "gap":
        monkeypatch.setattr(rules, "exists", lambda _wall, _zone: True)
    elif broken == "second":
        monkeypatch.setattr(rules, "instant", lambda wall, zone: wall.replace(tzinfo=zone, fold=1).astimezone(UTC))
    else:
        edge = rules.edge

        def by_wall(wall: datetime, zone: ZoneInfo) -> datetime:
            late = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
            return late if wall.hour else edge(wall, zone)

        monkeypatch.setattr(rules, "edge", by_wall)
    # London, the nights of March and October; a range that ends in the doubled hour.
    cases = [
        Case("Europe/London", day, minutes=30, weekly={6: [(0, 90), (110, 240)]})
        for day in (date(2026, 3, 29), date(2026, 10, 25))
    ]
    with pytest.raises(AssertionError):
        for case in cases:
            agree(case)


# Open from 00:00 to 04:00, half an hour each, every half hour: what the wall clock shows, and how far it is from UTC.
NIGHTS = {
    # One o'clock to two does not exist; in autumn it comes twice and is offered the first time.
    ("Europe/London", "2026-03-29"): "00:00+00 00:30+00 02:00+01 02:30+01 03:00+01 03:30+01",
    ("Europe/London", "2026-10-25"): "00:00+01 00:30+01 01:00+01 01:30+01 02:00+00 02:30+00 03:00+00 03:30+00",
    ("America/New_York", "2026-03-08"): "00:00-05 00:30-05 01:00-05 01:30-05 03:00-04 03:30-04",
    ("America/New_York", "2026-11-01"): "00:00-04 00:30-04 01:00-04 01:30-04 02:00-05 02:30-05 03:00-05 03:30-05",
    # Half an hour only: in spring 02:00 to 02:30 is missing, in autumn 01:30 to 02:00 comes twice.
    ("Australia/Lord_Howe", "2026-10-04"): "00:00+10:30 00:30+10:30 01:00+10:30 01:30+10:30 02:30+11 03:00+11 03:30+11",
    ("Australia/Lord_Howe", "2026-04-05"): (
        "00:00+11 00:30+11 01:00+11 01:30+11 02:00+10:30 02:30+10:30 03:00+10:30 03:30+10:30"
    ),
    # No change at all, three quarters of an hour off the others.
    ("Asia/Kathmandu", "2026-03-29"): (
        "00:00+05:45 00:30+05:45 01:00+05:45 01:30+05:45 02:00+05:45 02:30+05:45 03:00+05:45 03:30+05:45"
    ),
    # Samoa: a day that was left out, the last change of its clocks, and none since.
    ("Pacific/Apia", "2011-12-29"): "00:00-10 00:30-10 01:00-10 01:30-10 02:00-10 02:30-10 03:00-10 03:30-10",
    ("Pacific/Apia", "2011-12-30"): "",
    ("Pacific/Apia", "2011-12-31"): "00:00+14 00:30+14 01:00+14 01:30+14 02:00+14 02:30+14 03:00+14 03:30+14",
    ("Pacific/Apia", "2021-04-04"): "00:00+14 00:30+14 01:00+14 01:30+14 02:00+14 02:30+14 03:00+14 03:30+14",
    ("Pacific/Apia", "2026-09-27"): "00:00+13 00:30+13 01:00+13 01:30+13 02:00+13 02:30+13 03:00+13 03:30+13",
    # Morocco goes back for Ramadan and forward after it.
    ("Africa/Casablanca", "2026-02-15"): ("00:00+01 00:30+01 01:00+01 01:30+01 02:00+01 02:30+01 03:00+00 03:30+00"),
    ("Africa/Casablanca", "2026-03-22"): "00:00+00 00:30+00 01:00+00 01:30+00 03:00+01 03:30+01",
}


def offset_text(at: datetime) -> str:
    minutes = int((at.utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}" + (f":{rest:02d}" if rest else "")


@pytest.mark.parametrize(("zone", "night"), NIGHTS)
def test_nights_by_hand(zone: str, night: str) -> None:
    day = date.fromisoformat(night)
    week = {weekday: [(0, 240)] for weekday in range(7)}
    case = Case(zone, day, minutes=30, weekly=week, now=datetime(2011, 12, 1, tzinfo=UTC))
    local = [start.astimezone(ZoneInfo(zone)) for start in ours(case)]
    assert " ".join(f"{at:%H:%M}{offset_text(at)}" for at in local) == NIGHTS[zone, night]
    assert all(at.date() == day for at in local)


def test_starts_stand_under_the_viewers_day() -> None:
    """A practice in London, Monday 22:00 to 02:00, seen from elsewhere: the same instants under other days."""
    case = Case("Europe/London", date(2026, 5, 4), minutes=60, weekly={0: [(22 * 60, 26 * 60)]}, step=60)
    late = ours(case)
    starts = late + ours(Case("Europe/London", date(2026, 5, 5), minutes=60, weekly={0: [(22 * 60, 26 * 60)]}, step=60))
    assert shown(starts, "Europe/London") == ["04 22:00", "04 23:00", "05 00:00", "05 01:00"]

    def days(zone: str) -> dict[str, list[str]]:
        there = ZoneInfo(zone)
        found = queries.by_day(starts, zone)
        return {str(one.day): [f"{at.astimezone(there):%H:%M}" for at in one.starts] for one in found}

    assert days("Europe/London") == {"2026-05-04": ["22:00", "23:00"], "2026-05-05": ["00:00", "01:00"]}
    assert days("America/New_York") == {"2026-05-04": ["17:00", "18:00", "19:00", "20:00"]}
    assert days("Asia/Kathmandu") == {"2026-05-05": ["02:45", "03:45", "04:45", "05:45"]}
    assert days("Pacific/Apia") == {"2026-05-05": ["10:00", "11:00", "12:00", "13:00"]}
    assert days("Atlantic/Azores") == {"2026-05-04": ["21:00", "22:00", "23:00"], "2026-05-05": ["00:00"]}
    assert days("America/Sao_Paulo") == {"2026-05-04": ["18:00", "19:00", "20:00", "21:00"]}
