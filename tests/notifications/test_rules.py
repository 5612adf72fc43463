"""When reminders go out, and what becomes of a practice's own words: from values alone."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from community.notifications import rules
from community.notifications.rules import Quiet

LONDON = Quiet("Europe/London", 21 * 60, 8 * 60)
HOUR = timedelta(hours=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def said(start: str, now: str, leads: tuple[int, ...] = (1440, 60), quiet: Quiet | None = LONDON) -> list[tuple]:
    found = rules.reminders(start=utc(start), leads=leads, quiet=quiet, now=utc(now))
    return [(lead, f"{due:%d %H:%M}") for lead, due in found]


@pytest.mark.parametrize(
    ("start", "leads", "expected"),
    [
        # by day: a day and an hour before
        ("2026-12-03T14:30", (1440, 60), [(1440, "02 14:30"), (60, "03 13:30")]),
        # an hour before is never put off
        ("2026-12-03T07:30", (60,), [(60, "03 06:30")]),
        # at 22:00 of the night before: the morning at 8 leaves more than an hour
        ("2026-12-04T10:00", (720,), [(720, "04 08:00")]),
        # the morning at 8 leaves exactly an hour
        ("2026-12-04T09:00", (720,), [(720, "04 08:00")]),
        # it leaves less: the evening before, shortly before it is quiet
        ("2026-12-04T08:30", (600,), [(600, "03 20:45")]),
        # at the very minute quiet ends, and at the one it begins
        ("2026-12-04T20:00", (720,), [(720, "04 08:00")]),
        ("2026-12-04T21:00", (1440,), [(1440, "04 08:00")]),
        # three hours and one hour of 9:30: the first waits until 8, the second comes at 8:30, half an hour later
        ("2026-12-04T09:30", (180, 60), [(180, "04 08:00"), (60, "04 08:30")]),
        # of two that would come within half an hour the nearer one stays
        ("2026-12-04T09:15", (180, 60), [(60, "04 08:15")]),
        # a quarter of an hour before an hour before is fine
        ("2026-12-03T14:30", (60, 15), [(60, "03 13:30"), (15, "03 14:15")]),
        ("2026-12-03T14:30", (), []),
    ],
)
def test_when_reminders_go_out(start: str, leads: tuple[int, ...], expected: list[tuple]) -> None:
    assert said(start, "2026-11-20T12:00", leads) == expected


def test_what_is_over_is_not_made_up_for() -> None:
    assert said("2026-12-03T14:30", "2026-12-03T10:00") == [(60, "03 13:30")]
    assert said("2026-12-03T14:30", "2026-12-03T13:10") == []


def test_who_has_just_booked_knows() -> None:
    assert said("2026-12-03T14:30", "2026-12-03T13:00", (60,)) == [(60, "03 13:30")]
    assert said("2026-12-03T14:30", "2026-12-03T13:01", (60,)) == []


def test_booked_at_night_for_the_early_morning() -> None:
    """The evening is over: an hour before the start is all that is left."""
    assert said("2026-12-04T08:30", "2026-12-03T21:30", (600,)) == [(600, "04 07:30")]


def test_without_quiet_hours() -> None:
    assert said("2026-12-04T08:30", "2026-11-20T12:00", (600,), None) == [(600, "03 22:30")]
    same = Quiet("Europe/London", 480, 480)
    assert same.around(utc("2026-12-04T08:00")) is None


def test_quiet_at_noon() -> None:
    siesta = Quiet("Europe/Madrid", 13 * 60, 16 * 60)
    assert siesta.around(utc("2026-12-03T11:59")) is None
    assert siesta.around(utc("2026-12-03T12:00")) == (utc("2026-12-03T12:00"), utc("2026-12-03T15:00"))
    assert siesta.around(utc("2026-12-03T15:00")) is None
    assert said("2026-12-03T18:00", "2026-11-20T12:00", (300,), siesta) == [(300, "03 15:00")]


def test_quiet_on_the_readers_clock() -> None:
    """22:30 in London is the morning in Auckland."""
    auckland = Quiet("Pacific/Auckland", 21 * 60, 8 * 60)
    assert said("2026-12-04T08:30", "2026-11-20T12:00", (600,), auckland) == [(600, "03 22:30")]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        # the nights in which London's clocks go forward and back
        ("2026-03-29T00:30", ("2026-03-28T21:00", "2026-03-29T07:00")),
        ("2026-10-25T02:30", ("2026-10-24T20:00", "2026-10-25T08:00")),
    ],
)
def test_the_nights_the_clocks_change(at: str, expected: tuple[str, str]) -> None:
    assert LONDON.around(utc(at)) == tuple(map(utc, expected))


naive = st.datetimes(datetime(2024, 1, 1), datetime(2035, 12, 31))  # noqa: DTZ001 - hypothesis wants them naive
moments = naive.map(lambda at: at.replace(tzinfo=UTC))
# Some machines know a zone that the pinned tzdata does not: their own.
zones = sorted(available_timezones() - {"localtime"})
quiets = st.builds(Quiet, st.sampled_from(zones), st.integers(0, 1439), st.integers(0, 1439))


# Quiet all day but for fourteen minutes.
@example(start=utc("2024-01-01T00:00"), ahead=735, leads={2880, 180, 1440}, quiet=Quiet("Africa/Abidjan", 750, 736))
@given(start=moments, ahead=st.integers(0, 60 * 24 * 10), leads=st.sets(st.sampled_from(rules.LEADS)), quiet=quiets)
def test_nobody_is_woken_and_nothing_comes_too_late(start: datetime, ahead: int, leads: set[int], quiet: Quiet) -> None:
    now = start - timedelta(minutes=ahead)
    found = rules.reminders(start=start, leads=leads, quiet=quiet, now=now)
    assert [lead for lead, _ in found] == sorted((lead for lead, _ in found), reverse=True)
    for lead, due in found:
        assert lead in leads
        assert now + timedelta(minutes=30) <= due < start
        assert start - due <= HOUR or quiet.around(due) is None or quiet.around(due)[0] > due - timedelta(minutes=15)
        # When the timer rings there is nothing left to put off, save in quiet hours shorter than the quarter before.
        if quiet.around(due) is None:
            assert rules.out_of_quiet(due, start=start, quiet=quiet, now=due) == due
    dues = [due for _, due in found]
    assert all(second - first >= timedelta(minutes=30) for first, second in pairwise(dues))


@given(at=moments, quiet=quiets)
def test_quiet_time_holds_its_moment(at: datetime, quiet: Quiet) -> None:
    span = quiet.around(at)
    minute = at.astimezone(ZoneInfo(quiet.zone))
    if span is not None:
        assert span[0] <= at < span[1]
        return
    if quiet.starts == quiet.ends:
        return
    of_day = minute.hour * 60 + minute.minute
    inside = (
        quiet.starts <= of_day < quiet.ends
        if quiet.starts < quiet.ends
        else of_day >= quiet.starts or of_day < quiet.ends
    )
    # Only in the hours around a change of the clocks may the wall clock and the span disagree.
    near = {at + timedelta(hours=hours) for hours in range(-26, 27)}
    offsets = {moment.astimezone(ZoneInfo(quiet.zone)).utcoffset() for moment in near}
    assert not inside or len(offsets) > 1


def test_placeholders() -> None:
    values = {name: name.upper() for name in rules.PLACEHOLDERS}
    assert rules.fill("Hi {client}, {day} at {time}: {place}", values) == "Hi CLIENT, DAY at TIME: PLACE"
    assert rules.unknown_placeholders("{client} {name} {} { day } {name}") == ["name", "", " day "]
    assert rules.unknown_placeholders("a { b } c } d {") == [" b "]
    assert rules.unknown_placeholders("{client} {place}") == []


def test_what_fills_a_placeholder_is_not_read_again() -> None:
    assert rules.fill("{client}", {"client": "{place}", "place": "here"}) == "{place}"
    assert rules.fill("{nobody} {client", {"client": "x"}) == "{nobody} {client"


def test_paragraphs() -> None:
    text = "  Hello \r\nAda\r\n\r\n\r\n  **not bold** \n\n \n"
    assert rules.paragraphs(text) == [["Hello", "Ada"], ["**not bold**"]]
    assert rules.paragraphs(" \n ") == []
