"""Practices of several: who is free, limits over everybody, rest, clients' places, and claims of several spans."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from community.accounts.models import Person
from community.availability import actions, queries
from community.availability.actions import Overlap, PlacesFull
from community.availability.models import Claim, WeeklyHours
from community.availability.rules import Interval, OpenRange
from community.core import clock
from community.core.db import db
from community.profiles.models import Practice, PracticeRole
from tests.availability.calendars import MONDAY
from tests.availability.team import Team
from tests.world import post


def at(hour: int, day: int = 23, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_starts_at_which_one_of_them_is_free(team: Team) -> None:
    assert team.starts(team.noor) == ["09:00", "10:00", "11:00"]
    assert team.starts(team.noor, team.bea) == ["09:00", "10:00", "11:00", "12:00", "13:00"]
    assert team.starts(team.noor, team.bea, team.tom) == ["09:00", "10:00", "11:00", "12:00", "13:00"]
    assert team.starts(team.tom, day=MONDAY + timedelta(days=1)) == ["09:00", "10:00", "11:00"]
    assert team.starts() == []
    # Two hours that no one of them has alone are not offered, though both together would.
    assert team.starts(team.noor, team.bea, minutes=240) == []
    team.book(team.noor, at(11))
    assert "11:00" in team.starts(team.noor, team.bea)
    team.book(team.bea, at(11))
    assert "11:00" not in team.starts(team.noor, team.bea)


def test_the_one_with_less_booked_goes_first(team: Team) -> None:
    assert team.free(at(11), team.bea, team.noor) == sorted([team.noor, team.bea])
    assert team.free(at(9), team.noor, team.bea) == [team.noor]
    assert team.free(at(11, minute=30), team.noor, team.bea) == []  # no step
    team.book(team.noor, at(9), 30)
    assert team.free(at(11), team.noor, team.bea) == [team.bea, team.noor]
    team.book(team.bea, at(12), 60)
    assert team.free(at(11), team.noor, team.bea) == [team.noor, team.bea]
    # What lies further off than two weeks does not count, nor what somebody keeps for themselves.
    team.book(team.noor, at(9) + timedelta(days=21), 180)
    team.book(team.noor, at(9) + timedelta(days=7), 180, owner="block:1")
    assert team.free(at(11), team.noor, team.bea) == [team.noor, team.bea]


def test_who_left_is_not_booked_but_their_bookings_count(team: Team) -> None:
    team.terms(daily_limit=1)
    team.book(team.bea, at(12))
    assert team.starts(team.noor) == []
    team.terms(daily_limit=2)
    with team.world.writing():
        role = db.session.scalars(select(PracticeRole).where(PracticeRole.person_id == team.bea)).one()
        role.left_at = clock.now()
    assert team.starts(team.noor, team.bea) == ["09:00", "10:00", "11:00"]
    team.terms(daily_limit=1)
    assert team.starts(team.noor, team.bea) == []


def test_limits_count_everybodys_bookings_without_buffers(team: Team) -> None:
    team.terms(daily_limit=2, weekly_limit=240, buffer_before=60, buffer_after=60)
    team.hours(team.noor, *[(day, 540, 1020) for day in range(7)])
    team.book(team.bea, at(12))
    assert team.starts(team.noor)
    team.book(team.tom, at(9))
    assert team.starts(team.noor) == []  # two a day
    tuesday, sunday, monday = (MONDAY + timedelta(days=n) for n in (1, 6, 7))
    assert team.starts(team.noor, day=sunday, minutes=120)
    assert team.starts(team.noor, day=sunday, minutes=121) == []  # 120 of 240 minutes are booked in this week
    assert team.starts(team.noor, day=monday, minutes=121)
    team.book(team.tom, at(9, day=24), 60, owner="block:9")  # kept for oneself, no booking
    assert team.starts(team.noor, day=tuesday, minutes=120)
    team.book(team.tom, at(15, day=24), 60, owner="date:3")
    assert team.starts(team.noor, day=sunday, minutes=120) == []


def test_a_booking_does_not_stand_in_its_own_way(team: Team) -> None:
    team.terms(daily_limit=1)
    team.book(team.noor, at(10), owner="booking:7")
    assert team.starts(team.noor) == []
    assert team.starts(team.noor, besides="booking:7") == ["09:00", "10:00", "11:00"]
    assert team.free(at(10), team.noor, besides="booking:7") == [team.noor]


def test_hours_of_single_days_and_leave_of_one(team: Team) -> None:
    with team.world.writing():
        practice, noor = db.session.get_one(Practice, team.practice), db.session.get_one(Person, team.noor)
        actions.set_day(practice, noor, MONDAY, [OpenRange(0, 1080, 1200)])
        bea = db.session.get_one(Person, team.bea)
        actions.take_leave(practice, bea, first=MONDAY, last=MONDAY)
    assert team.starts(team.noor, team.bea) == ["18:00", "19:00"]
    with team.world.writing():
        practice, noor = db.session.get_one(Practice, team.practice), db.session.get_one(Person, team.noor)
        actions.set_day(practice, noor, MONDAY, [])
    assert team.starts(team.noor, team.bea) == []
    assert team.starts(team.noor, day=MONDAY + timedelta(days=7)) == ["09:00", "10:00", "11:00"]


def test_the_rest_plan_asks_before_the_last_free_days(team: Team) -> None:
    """November has five Mondays, the only day Noor works: three are gone or taken when two are left."""

    def asks(day: int, month: int = 11) -> bool:
        start = datetime(2026, month, day, 10, tzinfo=UTC)
        with team.app.app_context():
            return queries.needs_asking(
                practice_id=team.practice, person_id=team.noor, zone="Europe/London", start=start
            )

    assert not asks(23)
    team.terms(rest_days=4)
    assert not asks(23)  # leaves four free
    team.book(team.noor, at(9))
    assert asks(30)
    assert not asks(23)  # a working day already
    assert asks(7, 12)  # December has four
    team.terms(rest_days=3)
    assert not asks(30)
    assert not asks(7, 12)
    # A Monday of leave, and one closed by hand, are free days: nothing changes.
    with team.world.writing():
        practice, noor = db.session.get_one(Practice, team.practice), db.session.get_one(Person, team.noor)
        actions.take_leave(practice, noor, first=date(2026, 12, 14), last=date(2026, 12, 14))
        actions.set_day(practice, noor, date(2026, 12, 21), [])
    assert not asks(7, 12)
    team.book(team.noor, datetime(2026, 12, 7, 9, tzinfo=UTC))
    assert asks(28, 12)


def places(team: Team, *spans: tuple[date, date]) -> None:
    with team.world.writing():
        for number, (first, last) in enumerate(spans):
            actions.take_place(practice_id=team.practice, owner=f"booking:{number}", first=first, last=last)


def test_clients_at_once(team: Team) -> None:
    team.terms(clients_at_once=1)
    places(team, (MONDAY, date(2026, 12, 4)))
    with team.app.app_context():
        assert queries.earliest_start(practice_id=team.practice, zone="Europe/London", days=5) == date(2026, 12, 7)
    with pytest.raises(PlacesFull) as full, team.world.writing():
        actions.take_place(
            practice_id=team.practice, owner="booking:9", first=date(2026, 12, 4), last=date(2026, 12, 8)
        )
    assert full.value.extra == {"earliest": "2026-12-07"}
    assert "7 December 2026" in str(full.value.message)
    places(team, (date(2026, 12, 5), date(2026, 12, 8)))
    team.terms(clients_at_once=2)
    places(team, (MONDAY, MONDAY))
    with team.world.writing():
        actions.free_place("booking:0")
    with team.app.app_context():
        assert [one.first_day for one in queries.places(team.practice, MONDAY)] == []


def test_projects_start_on_working_days(team: Team) -> None:
    """Thursday the 19th: Noor and Bea work on Mondays, Tom on Tuesdays."""

    def earliest(days: int = 10) -> date:
        with team.app.app_context():
            return queries.earliest_start(practice_id=team.practice, zone="Europe/London", days=days)

    assert earliest() == MONDAY
    for who in (team.noor, team.bea):
        with team.world.writing():
            practice, person = db.session.get_one(Practice, team.practice), db.session.get_one(Person, who)
            actions.take_leave(practice, person, first=MONDAY, last=MONDAY)
    assert earliest() == MONDAY + timedelta(days=1)
    team.terms(clients_at_once=1)
    places(team, (MONDAY, MONDAY + timedelta(days=2)))  # until Wednesday
    assert earliest() == MONDAY + timedelta(days=7)
    for who in (team.noor, team.bea, team.tom):
        team.hours(who)
    assert earliest() == MONDAY + timedelta(days=3)  # nobody has hours: any day


def test_spans_are_taken_all_or_none(team: Team) -> None:
    team.terms(buffer_after=15)
    team.book(team.bea, at(12))

    def take(*spans: tuple[datetime, datetime]) -> None:
        with team.world.writing():
            actions.claim_spans(
                person_id=team.bea, practice_id=team.practice, owner="date:1", spans=[Interval(*one) for one in spans]
            )

    def live() -> list[datetime]:
        with team.app.app_context():
            return list(db.session.scalars(select(Claim.starts_at).where(Claim.live, Claim.owner == "date:1")))

    with pytest.raises(Overlap):
        take((at(9), at(10)), (at(11, minute=50), at(12)))  # the quarter of an hour after it
    assert live() == []
    take((at(9), at(10)), (at(9, day=24), at(10, day=24)))
    assert len(live()) == 2
    with team.world.writing():
        actions.free("date:1")
    assert live() == []


def test_a_new_time_is_claimed_before_the_old_is_freed(team: Team) -> None:
    with team.world.writing():
        known: dict[str, Any] = {"person_id": team.noor, "practice_id": team.practice, "owner": "booking:5"}
        actions.claim(**known, start=at(10), minutes=60)
        new = actions.claim(**known, start=at(10, minute=30), minutes=60)
        actions.free("booking:5", keep=new.id)
    with team.app.app_context():
        assert db.session.scalars(select(Claim.starts_at).where(Claim.live)).all() == [at(10, minute=30)]


def test_assistants_edit_everybodys_hours_and_others_only_their_own(team: Team) -> None:
    week = {"buffer_before": "0", "buffer_after": "0", "notice": "120", "horizon_days": "60", "step": "60"}
    week |= {"rest_days": "0", "open": "4", "d4_from": "10", "d4_to": "12"}
    ada, noor = team.world.signed_in(team.ada), team.world.signed_in(team.noor)
    text = ada.get("/desk/hours").get_data(as_text=True)
    assert "Hours of Noor Haddad" in text
    assert "member=bea" in text
    assert "member=ada" not in text
    assert post(ada, "/desk/hours?member=bea", week).location == "/desk/hours?member=bea"
    with team.app.app_context():
        rows = db.session.execute(select(WeeklyHours.person_id, WeeklyHours.weekday)).all()
        assert sorted(rows) == sorted([(team.noor, 0), (team.bea, 4), (team.tom, 1)])
    day = {"day": "2026-12-24", "closed": "y"}
    assert post(ada, "/desk/days?member=tom", day, form_at="/desk/hours").status_code == 302
    with team.app.app_context():
        assert queries.days(team.tom, MONDAY) == {date(2026, 12, 24): []}
    for path in ("/desk/hours?member=bea", "/desk/hours?member=nobody", "/desk/hours?member=ada"):
        assert noor.get(path).status_code == 404
    assert ada.get("/desk/hours?member=nobody").status_code == 404
    assert post(noor, "/desk/days?member=bea", day, form_at="/desk/hours").status_code == 404
    assert noor.get("/desk/hours?member=noor").status_code == 200


def counted(app: Flask, team: Team, *members: int) -> int:
    seen: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
        db.session.rollback()
        seen.clear()
        span: dict[str, Any] = {"zone": "Europe/London", "first": MONDAY, "last": MONDAY + timedelta(days=30)}
        queries.slots(practice_id=team.practice, members=members, minutes=60, **span)
        return sum(one.lstrip().upper().startswith("SELECT") for one in seen)


def test_six_queries_whatever_there_is(app: Flask, team: Team) -> None:
    few = counted(app, team, team.noor)
    for number in range(60):
        team.book(team.noor, at(9) + timedelta(days=7 * (number // 3), hours=number % 3), 60)
    many = counted(app, team, team.noor, team.bea, team.tom)
    assert (few, many) == (6, 6)
