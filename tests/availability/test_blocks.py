"""Time kept free: drawn, moved and ended over HTTP, by those who may, and never over a booking."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.availability import actions, queries
from community.availability.models import Claim, Feed, FeedBusy, TimeBlock
from community.core.db import db
from community.profiles.models import PracticeRole
from tests.world import World, post, token

TUESDAY = "2026-11-24"


@pytest.fixture
def noor(world: World) -> tuple[int, int]:
    person, practice, _ = world.bookable()
    return person, practice


@pytest.fixture
def owner(world: World, noor: tuple[int, int]) -> FlaskClient:
    return world.signed_in(noor[0])


def send(client: FlaskClient, path: str, body: Any) -> Any:
    """As the calendar's script does."""
    return client.post(path, json=body, headers={"X-CSRFToken": token(client, "/desk/calendar")})


def span(starts: str, ends: str, day: str = TUESDAY) -> dict[str, str]:
    return {"start": f"{day}T{starts}", "end": f"{day}T{ends}"}


def live(world: World) -> list[tuple[str, str, str]]:
    with world.app.app_context():
        rows = db.session.scalars(select(Claim).where(Claim.live).order_by(Claim.starts_at))
        return [(one.owner, f"{one.blocked_from:%H:%M}", f"{one.blocked_until:%H:%M}") for one in rows]


def book(world: World, noor: tuple[int, int], hour: int) -> None:
    with world.writing():
        start = datetime(2026, 11, 24, hour, tzinfo=UTC)
        actions.claim(person_id=noor[0], practice_id=noor[1], owner="booking:7", start=start, minutes=60)


def test_drawn_moved_and_ended(world: World, owner: FlaskClient, noor: tuple[int, int]) -> None:
    answer = send(owner, "/desk/blocks", span("12:00", "13:00") | {"note": " Dentist "})
    assert answer.status_code == 201
    assert answer.json["note"] == "Dentist"
    block = answer.json["id"]
    assert live(world) == [(f"block:{block}", "12:00", "13:00")]  # no breathing room of its own
    moved = send(owner, f"/desk/blocks/{block}", span("12:30", "13:30"))  # over its own old time
    assert moved.status_code == 200
    assert live(world) == [(f"block:{block}", "12:30", "13:30")]
    assert send(owner, f"/desk/blocks/{block}/end", {}).status_code == 204
    assert live(world) == []
    with world.app.app_context():
        assert db.session.scalars(select(TimeBlock)).all() == []
    assert send(owner, f"/desk/blocks/{block}/end", {}).status_code == 404


def test_it_closes_hours_and_counts_for_no_limit(world: World, owner: FlaskClient, noor: tuple[int, int]) -> None:
    def starts() -> list[str]:
        with world.app.app_context():
            known: dict[str, Any] = {"zone": "Europe/London", "minutes": 60, "first": day, "last": day}
            found = queries.slots(practice_id=noor[1], members=[noor[0]], **known)
            return [f"{at:%H:%M}" for at in found]

    day = date(2026, 11, 24)
    with world.writing():
        from community.profiles.models import Practice

        actions.set_terms(db.session.get_one(Practice, noor[1]), daily_limit=1)
    assert "12:00" in starts()
    send(owner, "/desk/blocks", span("12:00", "13:00"))
    assert starts()[4:7] == ["13:00", "13:30", "14:00"]
    assert "10:30" in starts()  # ends at 11:30 and breathes until 11:45


def test_never_over_a_booking(world: World, owner: FlaskClient, noor: tuple[int, int]) -> None:
    book(world, noor, 12)
    before = live(world)
    for times in (span("11:00", "12:01"), span("12:30", "12:40"), span("13:10", "14:00")):
        answer = send(owner, "/desk/blocks", times)
        assert answer.status_code == 409
        assert answer.json["code"] == "taken"
        assert "breathing room" in answer.json["title"]
    assert live(world) == before
    block = send(owner, "/desk/blocks", span("13:15", "14:00")).json["id"]
    assert send(owner, f"/desk/blocks/{block}", span("12:15", "14:00")).status_code == 409
    assert live(world)[-1] == (f"block:{block}", "13:15", "14:00")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "no_time"),
        ([], "no_time"),
        ("x", "no_time"),
        ({"start": 1, "end": 2}, "no_time"),
        (span("25:00", "26:00"), "no_time"),
        (span("10:00", "10:00"), "order"),
        (span("10:00", "09:00"), "order"),
        ({"start": "2026-11-24T09:00", "end": "2027-11-24T09:00"}, "too_long"),
        (span("10:00", "11:00", "2030-01-01"), "too_far"),
        (span("10:00", "11:00", "2020-01-01"), "too_far"),
        ({"start": "0001-01-01T00:00+23:00", "end": "9999-12-31T00:00-23:00"}, "no_time"),
    ],
)
def test_what_is_refused(world: World, owner: FlaskClient, body: Any, code: str) -> None:
    answer = send(owner, "/desk/blocks", body)
    assert answer.status_code == 422
    assert answer.json["code"] == code
    assert live(world) == []


def test_times_are_the_practices_and_its_nights_are_honoured(world: World, owner: FlaskClient) -> None:
    """A wall time in the gap of spring is the moment the clocks jump; an offset is taken at its word."""
    gap = send(owner, "/desk/blocks", span("01:30", "03:00", "2027-03-28"))
    assert gap.json["start"] == "2027-03-28T01:00:00+00:00"
    assert gap.json["end"] == "2027-03-28T02:00:00+00:00"
    far = send(owner, "/desk/blocks", {"start": "2026-11-24T09:00-05:00", "end": "2026-11-24T10:00-05:00"})
    assert far.json["start"] == "2026-11-24T14:00:00+00:00"


def test_without_a_token_nothing_is_taken(world: World, owner: FlaskClient) -> None:
    assert owner.post("/desk/blocks", json=span("12:00", "13:00")).status_code == 400
    assert live(world) == []


def test_whose(world: World, owner: FlaskClient, noor: tuple[int, int]) -> None:
    """Partners draw their own; assistants anybody's; another practice's is not there."""
    bea, ada = world.person("Bea Lyle", handle="bea"), world.person("Ada Roe", handle="ada")
    with world.writing():
        for person, role in ((bea, "partner"), (ada, "assistant")):
            db.session.add(PracticeRole(practice_id=noor[1], person_id=person, role=role))
    partner, assistant = world.signed_in(bea), world.signed_in(ada)
    own = send(owner, "/desk/blocks", span("09:00", "10:00")).json["id"]
    hers = send(partner, "/desk/blocks", span("09:00", "10:00")).json["id"]
    for_bea = send(assistant, "/desk/blocks?member=bea", span("11:00", "12:00"))
    assert for_bea.status_code == 201
    with world.app.app_context():
        assert db.session.get_one(TimeBlock, for_bea.json["id"]).person_id == bea
    assert send(owner, "/desk/blocks?member=bea", span("13:00", "14:00")).status_code == 404
    assert send(partner, f"/desk/blocks/{own}/end", {}).status_code == 404
    assert send(owner, f"/desk/blocks/{hers}", span("15:00", "16:00")).status_code == 404
    assert send(assistant, f"/desk/blocks/{own}", span("15:00", "16:00")).status_code == 200
    assert send(assistant, f"/desk/blocks/{hers}/end", {}).status_code == 204
    mara = world.person("Mara Ellis")
    world.practice(mara, "Mara Ellis")
    assert send(world.signed_in(mara), f"/desk/blocks/{own}/end", {}).status_code == 404


def test_the_page_and_its_events(world: World, owner: FlaskClient, noor: tuple[int, int]) -> None:
    """Everybody's or one's, with leave and busy time elsewhere; what clashes is said."""
    with world.writing():
        from community.accounts.models import Person
        from community.profiles.models import Practice

        practice, person = db.session.get_one(Practice, noor[1]), db.session.get_one(Person, noor[0])
        actions.take_leave(practice, person, first=date(2026, 11, 26), last=date(2026, 11, 27), note="Sea")
        feed = Feed(practice_id=noor[1], person_id=noor[0], name="Family", url="https://calendar.example/x")
        db.session.add(feed)
        db.session.flush()
        for day, hour in ((23, 12), (24, 9)):
            start, end = (datetime(2026, 11, day, hour + n, tzinfo=UTC) for n in (0, 1))
            db.session.add(FeedBusy(feed_id=feed.id, person_id=noor[0], starts_at=start, ends_at=end))
    send(owner, "/desk/blocks", span("12:00", "13:00", "2026-11-23") | {"note": "Dentist"})
    found = owner.get("/desk/calendar/events?start=2026-11-23T00:00:00Z&end=2026-11-30&timeZone=x").json
    assert [(one["start"], one["title"], one["editable"], one["allDay"]) for one in found] == [
        ("2026-11-23T12:00", "Dentist", True, False),
        ("2026-11-23T12:00", "Family", False, False),
        ("2026-11-24T09:00", "Family", False, False),
        ("2026-11-26", "Sea", False, True),
    ]
    assert found[3]["end"] == "2026-11-28"
    text = owner.get("/desk/calendar?week=2026-11-25").get_data(as_text=True)
    for words in ("The week of Monday 23 November", "12:00 to 13:00, Kept free", "until Fri 27 Nov"):
        assert words in text
    assert "while Family is busy" not in text  # what somebody keeps free may well be busy elsewhere
    for odd in ("?week=someday", "?week=9999-99-99", "?who=nobody", "/events?start=x&end=y", "/events?end=2020-01-01"):
        path = f"/desk/calendar{odd}"
        assert owner.get(path).status_code == 200, path


def test_the_form_keeps_what_was_typed(world: World, owner: FlaskClient, noor: tuple[int, int]) -> None:
    book(world, noor, 12)
    typed = {"day": TUESDAY, "starts": "12:30", "ends": "13", "note": "Dentist"}
    for changes, said, status in (
        ({}, "A booking or its breathing room is at that time.", 409),
        ({"day": ""}, "Which day?", 422),
        ({"starts": "x"}, "Type a time such as 09:30.", 422),
        ({"ends": "12:30"}, "The two times are the same.", 422),
    ):
        answer = post(owner, "/desk/calendar", typed | changes)
        text = answer.get_data(as_text=True)
        assert answer.status_code == status
        assert said in text
        assert 'value="Dentist"' in text
    assert post(owner, "/desk/calendar", typed | {"starts": "23", "ends": "1"}).status_code == 302
    assert live(world)[-1][1:] == ("23:00", "01:00")
