"""The desk's page of messages: leads, own words, and what a client would read."""

import re

import pytest
from flask.testing import FlaskClient

from community.core.db import db
from community.notifications.models import Reminding, Wording
from tests.world import World, post, token

PATH = "/desk/messages"


@pytest.fixture
def noor(world: World) -> FlaskClient:
    owner, _, _ = world.bookable()
    return world.signed_in(owner)


def send(browser: FlaskClient, to: str = PATH, headers: dict[str, str] | None = None, **fields: object) -> object:
    data = {"confirmed": "", "reminder": "", "follow_up": "", "csrf_token": token(browser, PATH)} | fields
    return browser.post(to, data=data, headers=headers or {})


def checked(page: str) -> list[str]:
    return re.findall(r'<input[^>]* checked[^>]* name="leads"[^>]* value="(\d+)"', page)


def test_begins_with_a_day_and_an_hour(noor: FlaskClient) -> None:
    page = noor.get(PATH).get_data(as_text=True)
    assert checked(page) == ["1440", "60"]
    assert "1 day before" in page
    assert "15 minutes before" in page
    assert page.count("Nothing of your own.") == 3
    assert PATH in noor.get("/desk/hours").get_data(as_text=True)


def test_saved(noor: FlaskClient, app: object) -> None:
    answer = send(noor, leads=["180", "2880"], reminder="Hi {client}!")
    assert (answer.status_code, answer.location) == (302, PATH)
    page = noor.get(PATH).get_data(as_text=True)
    assert checked(page) == ["2880", "180"]
    assert "Hi {client}!</textarea>" in page
    assert "<p>Hi Ada!</p>" in page
    with app.app_context():
        assert db.session.query(Reminding).one().leads == [2880, 180]
        assert [(row.message, row.text) for row in db.session.query(Wording).all()] == [("reminder", "Hi {client}!")]


def test_no_leads_at_all(noor: FlaskClient) -> None:
    assert send(noor).status_code == 302
    assert checked(noor.get(PATH).get_data(as_text=True)) == []


@pytest.mark.parametrize("lead", ["7", "x", "-60"])
def test_a_lead_that_is_not_offered(noor: FlaskClient, lead: str) -> None:
    assert send(noor, leads=[lead]).status_code == 422


@pytest.mark.parametrize("field", ["confirmed", "reminder", "follow_up"])
def test_an_unknown_placeholder_is_refused_at_its_field(noor: FlaskClient, app: object, field: str) -> None:
    answer = send(noor, leads=["60"], **{field: "Dear {name}, {client}"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="{field}-e"' in page
    assert "There is no placeholder {name}. These can be used: {client}, {title}" in page
    assert "Dear {name}, {client}</textarea>" in page
    assert checked(page) == ["60"]
    with app.app_context():
        assert db.session.query(Wording).all() == []


def test_too_long(noor: FlaskClient) -> None:
    assert send(noor, confirmed="x" * 1001).status_code == 422
    assert send(noor, confirmed="x" * 1000).status_code == 302


def test_preview_saves_nothing(noor: FlaskClient, app: object) -> None:
    typed = {"confirmed": "Dear {client},\nsee you on {day}, {time}.\n\n{title} **soon** <b>", "follow_up": "{nobody}"}
    page = send(noor, f"{PATH}/preview", **typed).get_data(as_text=True)
    assert "<p>Dear Ada,<br>see you on Friday 20 November, 14:30.</p>" in page
    assert "<p>A brand identity **soon** &lt;b&gt;</p>" in page
    assert "<p>{nobody}</p>" in page
    assert "Dear {client}," in page
    with app.app_context():
        assert db.session.query(Wording).all() == []
    part = send(noor, f"{PATH}/preview", {"X-Requested-With": "fetch"}, **typed).get_data(as_text=True)
    assert part.startswith('<div class="book pvw" id="pv">')
    assert "<html" not in part


def test_only_for_a_practice(world: World) -> None:
    somebody = world.signed_in(world.person())
    assert somebody.get(PATH).status_code in {302, 403, 404}
    assert post(somebody, PATH, {}, form_at="/settings").status_code in {302, 403, 404}
