"""Planned sessions, from values alone."""

from datetime import UTC, date, datetime

from community.rooms.gathering import rules

LONDON = "Europe/London"


def at(*given: int) -> datetime:
    return datetime(*given, tzinfo=UTC)


def wall(*given: int) -> datetime:
    return at(*given).replace(tzinfo=None)


def test_a_weekly_session_keeps_its_hour_when_clocks_go_forward():
    # London, 2027: on 28 March 01:00 UTC the clocks go from 01:00 to 02:00.
    found = rules.occurrences(wall(2027, 3, 19, 9), LONDON, date(2027, 4, 2))
    assert found == [at(2027, 3, 19, 9), at(2027, 3, 26, 9), at(2027, 4, 2, 8)]


def test_and_when_they_go_back():
    # On 31 October 2027 01:00 UTC they go from 02:00 to 01:00.
    found = rules.occurrences(wall(2027, 10, 25, 20, 30), LONDON, date(2027, 11, 1))
    assert found == [at(2027, 10, 25, 19, 30), at(2027, 11, 1, 20, 30)]


def test_a_time_that_happens_twice_is_its_first_and_one_skipped_is_an_hour_later():
    assert rules.occurrences(wall(2027, 10, 24, 1, 30), LONDON, date(2027, 10, 31))[1] == at(2027, 10, 31, 0, 30)
    skipped = rules.occurrences(wall(2027, 3, 21, 1, 30), LONDON, date(2027, 4, 4))
    assert skipped == [at(2027, 3, 21, 1, 30), at(2027, 3, 28, 1, 30), at(2027, 4, 4, 0, 30)]  # 02:30 by the clock
    assert rules.is_skipped(wall(2027, 3, 28, 1, 30), LONDON)
    assert not rules.is_skipped(wall(2027, 3, 28, 2, 30), LONDON)


def test_once_without_an_end_and_never_more_than_half_a_year():
    first = wall(2027, 1, 4, 9)
    assert len(rules.occurrences(first, LONDON)) == 1
    assert len(rules.occurrences(first, LONDON, date(2027, 1, 10))) == 1  # the day before the second
    assert len(rules.occurrences(first, LONDON, date(2029, 1, 1))) == rules.MOST_WEEKS


def test_goals_are_lines():
    assert rules.lines(" - Invoice  Brown\n\n• Invoice Brown\n* Tax\r\n") == ["Invoice Brown", "Tax"]


def test_touching_is_not_overlapping():
    nine, ten, eleven = (at(2027, 1, 4, hour) for hour in (9, 10, 11))
    assert not rules.overlap((nine, ten), (ten, eleven))
    assert rules.overlap((nine, eleven), (ten, eleven))


def test_weeks_are_counted_on_ones_own_calendar_and_forgiven():
    now = at(2027, 3, 4, 12)  # a Thursday
    came = [at(2027, 3, 1, 9), at(2027, 3, 3, 9), at(2027, 2, 21, 23, 30), at(2027, 1, 11, 0), at(2027, 1, 10, 12)]
    # The 21st at 23:30 is Sunday in London, and Monday of the week after in Tokyo; 10 January is nine weeks ago.
    assert rules.weeks_shown(came, LONDON, now) == 3
    assert rules.weeks_shown([at(2027, 2, 22, 9), came[2]], "Asia/Tokyo", now) == 1
    assert rules.weeks_shown([at(2027, 2, 22, 9), came[2]], LONDON, now) == 2
