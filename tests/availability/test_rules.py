"""Slots from hours: the two nights when clocks change, midnight, buffers, limits."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.availability import rules
from community.availability.rules import Interval, Limits, OpenRange, Terms

pytestmark = pytest.mark.once

LONDON = ZoneInfo("Europe/London")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # its summer time is half an hour
SPRING = date(2026, 3, 29)  # 01:00 to 02:00 does not exist in London
AUTUMN = date(2026, 10, 25)  # 01:00 to 02:00 happens twice
NOW = datetime(2026, 1, 1, tzinfo=UTC)
EASY = Terms(step=30, buffer_before=0, buffer_after=0, notice=0, horizon_days=365)


def london(month: int, hour: int, minute: int = 0) -> datetime:
    """An instant on the fourth of a month of 2026, by London's clocks."""
    return datetime(2026, month, 4, hour, minute, tzinfo=LONDON).astimezone(UTC)


def found(
    day: date,
    starts: int,
    ends: int,
    *,
    minutes: int = 60,
    terms: Terms = EASY,
    zone: ZoneInfo = LONDON,
    busy: tuple[Interval, ...] = (),
    now: datetime = NOW,
    leave: tuple[tuple[date, date], ...] = (),
    booked: tuple[tuple[datetime, int], ...] = (),
) -> list[str]:
    """The starts on `day` as local wall times, for one open range of that weekday."""
    ranges = [OpenRange(day.weekday(), starts, ends)]
    around = [day - timedelta(days=1), day, day + timedelta(days=1)]
    opened = rules.open_intervals(ranges, around, zone, leave)
    allowed = rules.windows(opened, busy, minutes, terms)
    slots = rules.slots([day], minutes, terms, zone, allowed, Limits(booked, terms, zone), now)
    return [slot.astimezone(zone).strftime("%H:%M") for slot in slots]


def starts(day: date, minutes: int, opened: list[Interval], terms: Terms = EASY, zone: ZoneInfo = LONDON) -> list[str]:
    """The starts on `day` in open time that nothing takes, as local wall times with their day."""
    allowed = rules.windows(opened, (), minutes, terms)
    found = rules.slots([day], minutes, terms, zone, allowed, Limits((), terms, zone), NOW)
    return [slot.astimezone(zone).strftime("%d %H:%M") for slot in found]


def test_an_ordinary_day() -> None:
    assert found(date(2026, 5, 4), 540, 690) == ["09:00", "09:30", "10:00", "10:30"]


def test_times_in_the_spring_gap_are_skipped_and_the_hour_is_not_invented() -> None:
    # Open from midnight to four: on this night three hours.
    assert found(SPRING, 0, 240) == ["00:00", "00:30", "02:00", "02:30", "03:00"]
    # 00:30 for an hour ends at 02:30 wall time, which is open.
    assert found(SPRING, 0, 90, minutes=60) == ["00:00"]
    # A range inside the gap is no time at all.
    assert found(SPRING, 70, 110, minutes=15) == []


def test_a_range_that_begins_in_the_gap_begins_when_the_clocks_have_jumped() -> None:
    assert found(SPRING, 90, 240, minutes=30) == ["02:00", "02:30", "03:00", "03:30"]
    assert found(SPRING, 0, 90, minutes=30) == ["00:00", "00:30"]


def test_times_that_happen_twice_are_offered_once_the_first() -> None:
    ranges = [OpenRange(AUTUMN.weekday(), 0, 180)]
    opened = rules.open_intervals(ranges, [AUTUMN], LONDON)
    allowed = rules.windows(opened, (), 30, EASY)
    slots = rules.slots([AUTUMN], 30, EASY, LONDON, allowed, Limits((), EASY, LONDON), NOW)
    assert [slot.strftime("%d %H:%M") for slot in slots] == [
        "24 23:00",
        "24 23:30",
        "25 00:00",  # 01:00 the first time
        "25 00:30",
        "25 02:00",
        "25 02:30",
    ]


def test_elapsed_time_counts_in_the_doubled_hour() -> None:
    # 00:30 for three hours ends at 02:30 wall time, because 01:00 to 02:00 comes twice.
    assert "00:30" in found(AUTUMN, 0, 150, minutes=180)
    assert "00:30" not in found(AUTUMN, 0, 149, minutes=180)


def test_a_change_of_half_an_hour() -> None:
    # Lord Howe: on 4 October 2026 02:00 becomes 02:30.
    day = date(2026, 10, 4)
    assert found(day, 60, 240, minutes=30, zone=LORD_HOWE) == ["01:00", "01:30", "02:30", "03:00", "03:30"]


def test_a_range_may_cross_midnight() -> None:
    day = date(2026, 5, 4)
    assert found(day, 22 * 60, 26 * 60, minutes=60) == ["22:00", "22:30", "23:00", "23:30"]
    # What begins after midnight belongs to the next day, and is open by the range of the evening before.
    ranges = [OpenRange(day.weekday(), 22 * 60, 26 * 60)]
    following = day + timedelta(days=1)
    opened = rules.open_intervals(ranges, [day, following], LONDON)
    assert starts(following, 60, opened) == ["05 00:00", "05 00:30", "05 01:00"]


def test_ranges_that_touch_are_one() -> None:
    ranges = [OpenRange(0, 1380, 1440), OpenRange(1, 0, 60)]
    monday = date(2026, 5, 4)
    opened = rules.open_intervals(ranges, [monday, monday + timedelta(days=1)], LONDON)
    assert len(opened) == 1
    assert starts(monday, 120, opened) == ["04 23:00"]


def test_buffers_keep_away_from_what_is_taken_but_may_leave_open_time() -> None:
    day = date(2026, 5, 4)
    terms = Terms(step=30, buffer_before=15, buffer_after=30, notice=0, horizon_days=365)
    taken = Interval(london(5, 11), london(5, 12))
    # 10:00 would end at 11:00 with 30 minutes after; 12:00 would begin 15 minutes too early.
    assert found(day, 540, 840, terms=terms, busy=(taken,)) == ["09:00", "09:30", "12:30", "13:00"]


def test_notice_and_horizon() -> None:
    day = date(2026, 5, 4)
    morning = london(5, 8, 31)
    assert found(day, 540, 720, terms=Terms(30, 0, 0, 60, 30), now=morning) == ["10:00", "10:30", "11:00"]
    month_before = london(4, 8)
    assert found(day, 540, 720, terms=Terms(30, 0, 0, 0, 30), now=month_before)
    assert not found(day, 540, 720, terms=Terms(30, 0, 0, 0, 29), now=month_before)


def test_leave_closes_days_and_the_night_that_begins_on_them() -> None:
    day = date(2026, 5, 4)
    assert found(day, 540, 720, leave=((day, day),)) == []
    assert found(day, 540, 720, leave=((day + timedelta(days=1), day + timedelta(days=9)),))


def test_a_full_day_offers_nothing() -> None:
    day = date(2026, 5, 4)
    booked = tuple((london(5, hour), 60) for hour in (9, 11))
    two, three = (Terms(30, 0, 0, 0, 365, daily_limit=limit) for limit in (2, 3))
    assert found(day, 540, 1020, terms=two, booked=booked) == []
    assert found(day, 540, 1020, terms=three, booked=booked)
    assert found(day + timedelta(days=1), 540, 1020, terms=two, booked=booked)


def test_a_week_is_full_when_the_length_no_longer_fits() -> None:
    """Weeks begin on Monday; what counts is booked time without buffers, and whether this length still fits."""
    sunday, monday = date(2026, 5, 10), date(2026, 5, 11)
    booked = ((london(5, 9), 90), (london(5, 12), 30))  # Monday the fourth
    terms = Terms(30, 60, 60, 0, 365, weekly_limit=180)
    assert found(sunday, 540, 720, minutes=60, terms=terms, booked=booked)
    assert found(sunday, 540, 720, minutes=61, terms=terms, booked=booked) == []
    assert found(monday, 540, 720, minutes=61, terms=terms, booked=booked)


def test_a_day_of_its_own_hours() -> None:
    """Dated hours stand in place of the weekday's; none closes the day, and leave closes it in any case."""
    day = date(2026, 5, 4)
    ranges = [OpenRange(0, 540, 1020)]
    week = [day + timedelta(days=n) for n in range(8)]
    own = {day: [OpenRange(0, 600, 660), OpenRange(0, 720, 780)], day + timedelta(days=7): []}
    opened = rules.open_intervals(ranges, week, LONDON, (), own)
    assert opened == [Interval(london(5, 10), london(5, 11)), Interval(london(5, 12), london(5, 13))]
    assert rules.open_intervals(ranges, week, LONDON, ((day, day),), own) == []
    saturday = {date(2026, 5, 9): [OpenRange(5, 600, 720)]}
    assert len(rules.open_intervals(ranges, week, LONDON, (), saturday)) == 3


def test_windows_keep_clear_of_a_long_interval_that_began_before_short_ones() -> None:
    hour = timedelta(hours=1)
    busy = [Interval(NOW, NOW + 10 * hour), Interval(NOW + hour, NOW + 2 * hour)]
    opened = [Interval(NOW - hour, NOW + 12 * hour)]
    assert rules.windows(opened, busy, 60, EASY) == [
        Interval(NOW - hour, NOW - hour),
        Interval(NOW + 10 * hour, NOW + 11 * hour),
    ]
    assert rules.windows(opened, busy, 121, EASY) == []


def test_the_rest_plan_asks_before_the_last_free_day() -> None:
    working = {date(2026, 5, day) for day in (4, 5, 6, 7)}
    taken = {date(2026, 5, 4)}
    assert not rules.asks_first(date(2026, 5, 5), working, taken, 2)  # leaves two free
    assert rules.asks_first(date(2026, 5, 5), working, taken, 3)
    assert not rules.asks_first(date(2026, 5, 4), working, taken, 3)  # a working day already
    assert not rules.asks_first(date(2026, 5, 9), working, taken, 3)  # no working day
    assert not rules.asks_first(date(2026, 5, 5), working, taken, 0)


def test_the_first_day_with_a_clients_place() -> None:
    first = date(2026, 5, 4)

    def at(*days: int) -> date:
        taken = [
            (first + timedelta(days=low), first + timedelta(days=high))
            for low, high in zip(days[::2], days[1::2], strict=True)
        ]
        return rules.first_place(taken, 2, first, 5)

    assert at() == first
    assert at(0, 9) == first
    assert at(0, 9, 0, 9) == first + timedelta(days=10)
    assert at(0, 9, 4, 6) == first + timedelta(days=7)  # the fifth day would be one too many
    assert at(0, 9, 5, 6) == first
    assert at(0, 3, 2, 9, 4, 12) == first + timedelta(days=10)  # two at once from the second day on
    assert rules.first_place([(first, first)] * 9, None, first, 5) == first


@pytest.mark.parametrize(
    ("typed", "minute"),
    [
        ("9", 540),
        ("09:00", 540),
        ("9.30", 570),
        ("0930", 570),
        ("930", 570),
        ("24:00", 1440),
        ("0:00", 0),
        ("9h30", 570),
    ],
)
def test_a_clock_time_as_typed(typed: str, minute: int) -> None:
    assert rules.parse_clock(typed) == minute


@pytest.mark.parametrize("typed", ["", "nine", "25:00", "24:01", "9:60", "9:5", "-9", "9:30:00", "٩", "12345"])
def test_what_is_no_clock_time(typed: str) -> None:
    with pytest.raises(ValueError):
        rules.parse_clock(typed)


def test_ranges_from_two_times() -> None:
    assert rules.range_of(0, 540, 750) == OpenRange(0, 540, 750)
    assert rules.range_of(0, 1320, 120) == OpenRange(0, 1320, 1560)
    for starts, ends in ((540, 540), (1440, 60)):
        with pytest.raises(ValueError):
            rules.range_of(0, starts, ends)
    assert rules.overlap([OpenRange(0, 600, 700), OpenRange(0, 540, 601)])
    assert not rules.overlap([OpenRange(0, 600, 700), OpenRange(0, 540, 600)])
    assert rules.clock_text(1440) == "24:00"
    assert rules.clock_text(1560) == "02:00"


ZONES = st.sampled_from(["Europe/London", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kathmandu"])
MINUTES = st.integers(0, 1439)


@settings(max_examples=150, deadline=None)
@given(
    zone=ZONES,
    offset=st.integers(0, 364),
    starts=MINUTES,
    length=st.integers(15, 1000),
    minutes=st.sampled_from([15, 50, 90]),
    step=st.sampled_from([5, 15, 30, 60]),
)
def test_every_slot_is_open_on_the_step_and_once(
    zone: str, offset: int, starts: int, length: int, minutes: int, step: int
) -> None:
    """Whatever the night: a slot's whole elapsed time is open, it is on a wall-clock step, and none comes twice."""
    known = ZoneInfo(zone)
    day = date(2026, 1, 1) + timedelta(days=offset)
    ranges = [OpenRange(weekday, starts, starts + length) for weekday in range(7)]
    around = [day + timedelta(days=n) for n in (-1, 0, 1)]
    opened = rules.open_intervals(ranges, around, known)
    terms = Terms(step, 0, 0, 0, 400)
    allowed = rules.windows(opened, (), minutes, terms)
    limits = Limits((), terms, known)
    slots = rules.slots([day], minutes, terms, known, allowed, limits, datetime(2025, 12, 30, tzinfo=UTC))
    walls = [slot.astimezone(known).replace(tzinfo=None) for slot in slots]
    assert len(set(walls)) == len(walls)
    for slot, wall in zip(slots, walls, strict=True):
        assert wall.date() == day
        assert (wall.hour * 60 + wall.minute) % step == 0
        end = slot + timedelta(minutes=minutes)
        assert any(one.start <= slot and end <= one.end for one in opened)
