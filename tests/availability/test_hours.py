"""The desk's hours over HTTP."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from community.availability import queries
from community.core.db import db
from community.profiles.models import Practice
from tests.world import World, post

TERMS = {
    "buffer_before": "0",
    "buffer_after": "30",
    "notice": "120",
    "horizon_days": "60",
    "step": "30",
    "daily_limit": "",
}
WEEK: dict[str, Any] = TERMS | {
    "open": ["0", "4"],
    "d0_from": ["09:30", "13:30"],
    "d0_to": ["12:30", "17"],
    "d4_from": ["22:00"],
    "d4_to": ["02:00"],
    "d2_from": ["9"],  # typed, but the day is not open
    "d2_to": ["10"],
}


@pytest.fixture
def noor(world: World) -> tuple[int, int]:
    person, practice, _ = world.bookable()
    return person, practice


@pytest.fixture
def owner(world: World, noor: tuple[int, int]) -> FlaskClient:
    return world.signed_in(noor[0])


def saved(world: World, person_id: int) -> list[tuple[int, int, int]]:
    with world.app.app_context():
        return [(one.weekday, one.starts, one.ends) for one in queries.weekly_hours(person_id)]


def test_hours_as_typed_are_kept(world: World, owner: FlaskClient, noor: tuple[int, int]) -> None:
    assert post(owner, "/desk/hours", WEEK).status_code == 302
    assert saved(world, noor[0]) == [(0, 570, 750), (0, 810, 1020), (4, 1320, 1560)]
    text = owner.get("/desk/hours").get_data(as_text=True)
    assert 'value="09:30"' in text
    assert 'value="02:00"' in text
    with world.app.app_context():
        assert queries.terms(noor[1]).buffer_after == 30
        assert queries.terms(noor[1]).daily_limit is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"d0_from": ["nine"], "d0_to": ["12"]}, "Type two times such as"),
        ({"d0_from": ["09:00", "11:00"], "d0_to": ["12:00", "13:00"]}, "Two of these overlap."),
        ({"d0_from": ["1", "3", "5", "7"], "d0_to": ["2", "4", "6", "8"]}, "Three ranges a day"),
        ({"d0_from": ["09:00"], "d0_to": ["09:00"]}, "Type two times such as"),
        ({"d0_from": ["09:00"], "d0_to": [""]}, "Type two times such as"),
        ({"daily_limit": "many"}, "A whole number from 1 to 50"),
        ({"step": "7"}, "Not a valid choice"),
    ],
)
def test_refused_hours_keep_what_was_typed(
    world: World, owner: FlaskClient, noor: tuple[int, int], changes: dict[str, Any], said: str
) -> None:
    before = saved(world, noor[0])
    answer = post(owner, "/desk/hours", WEEK | changes)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in text
    for typed in changes.get("d0_from", []):
        assert f'value="{typed}"' in text
    assert saved(world, noor[0]) == before


def test_the_preview_saves_nothing(world: World, owner: FlaskClient, noor: tuple[int, int]) -> None:
    before = saved(world, noor[0])
    data = WEEK | {"preview_day": "2026-11-23"}  # the coming Monday
    whole = post(owner, "/desk/hours/preview", data, form_at="/desk/hours").get_data(as_text=True)
    part = post(owner, "/desk/hours/preview", data, form_at="/desk/hours", headers={"X-Requested-With": "fetch"})
    text = part.get_data(as_text=True)
    assert text.lstrip().startswith('<div class="book pvw" id="pv">')
    assert "Monday 23 November" in text
    for shown in ('<li class="num">09:30</li>', '<li class="num">16:30</li>'):
        assert shown in text
        assert shown in whole
    assert "<!doctype" in whole
    assert 'value="13:30"' in whole
    assert saved(world, noor[0]) == before


def test_leave_closes_and_opens_again(world: World, owner: FlaskClient, noor: tuple[int, int]) -> None:
    def free(day: date) -> int:
        with world.app.app_context():
            practice = db.session.get_one(Practice, noor[1])
            span: dict[str, Any] = {"first": day, "last": day, "zone": practice.zone, "minutes": 60}
            return len(queries.slots(practice_id=practice.id, members=[noor[0]], **span))

    monday = date(2026, 11, 23)
    data = {"first": str(monday), "last": str(monday + timedelta(days=4)), "note": "<b>Sea</b>"}
    assert free(monday) > 0
    assert post(owner, "/desk/leave", data, form_at="/desk/hours").status_code == 302
    assert free(monday) == 0
    text = owner.get("/desk/hours").get_data(as_text=True)
    assert "23 Nov to 27 Nov 2026" in text
    assert "&lt;b&gt;Sea" in text
    with world.app.app_context():
        leave = queries.leaves(noor[0], monday)[0].id
    other = world.person("Mara Ellis")
    world.practice(other, "Mara Ellis")
    mara = world.signed_in(other)
    assert post(mara, f"/desk/leave/{leave}/end", {}, form_at="/desk/hours").status_code == 404
    assert post(owner, f"/desk/leave/{leave}/end", {}, form_at="/desk/hours").status_code == 302
    assert free(monday) > 0


def test_leave_the_wrong_way_round_is_said_at_the_field(owner: FlaskClient) -> None:
    data = {"first": "2026-12-24", "last": "2026-12-20", "note": "Sea"}
    answer = post(owner, "/desk/leave", data, form_at="/desk/hours")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "The last day is before the first." in text
    assert 'value="2026-12-24"' in text
    assert 'value="Sea"' in text
    assert post(owner, "/desk/leave", {"first": "x"}, form_at="/desk/hours").status_code == 422


def test_hours_are_for_those_with_a_practice(world: World, client: FlaskClient) -> None:
    assert client.get("/desk/hours").headers["Location"].startswith("/signin")
    mara = world.signed_in(world.person("Mara Ellis"))
    assert mara.get("/desk/hours").headers["Location"] == "/start"


def test_the_next_free_time_on_the_practices_page(world: World, client: FlaskClient, noor: tuple[int, int]) -> None:
    text = client.get("/noor-haddad").get_data(as_text=True)
    assert "Thu 19 Nov" in text
    assert "12:00" in text  # two hours' notice from ten
    assert "21:00" in client.get("/noor-haddad?tz=Asia/Tokyo").get_data(as_text=True)
