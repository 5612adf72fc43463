"""The pages of rooms, without a script."""

from datetime import timedelta

from community.accounts.models import Person
from community.core import clock
from community.core.db import db, writing
from community.rooms import actions, glance, lists, rules, sessions
from community.rooms.models import Message
from tests.world import post


def lounge_ref(app):
    with app.app_context(), writing():
        return actions.ensure_lounge().ref


def test_a_visitor_sees_the_public_face_and_gets_no_cookie(client, app):
    page = client.get("/rooms")
    assert page.status_code == 200
    assert "The lounge" in page.text
    assert "Set-Cookie" not in page.headers
    assert "csrf" not in page.text


def test_the_lounge_is_made_once(client, app):
    client.get("/rooms")
    client.get("/rooms")
    with app.app_context():
        assert [room.kind for room in lists.open_rooms()] == ["lounge"]


def test_visitors_and_clients_do_not_get_in(client, app, world):
    ref = lounge_ref(app)
    assert client.get(f"/rooms/{ref}", headers={"Accept": "text/html"}).status_code == 302
    browser = world.signed_in(world.person("Carl Client", member=False))
    assert browser.get(f"/rooms/{ref}").status_code == 403
    assert browser.get(f"/rooms/{ref}/changes").status_code == 403
    assert browser.get("/rooms").status_code == 200


def test_a_member_talks_without_a_script(app, world):
    ref = lounge_ref(app)
    browser = world.signed_in(world.person())
    page = browser.get(f"/rooms/{ref}")
    assert page.status_code == 200, page.text
    client_id = page.text.split('name="client_id" value="')[1].split('"')[0]
    form = {"text": "Good *morning*", "client_id": client_id}
    answer = post(browser, f"/rooms/{ref}/messages", form, form_at=f"/rooms/{ref}")
    assert answer.status_code == 302
    post(browser, f"/rooms/{ref}/messages", form, form_at=f"/rooms/{ref}")  # sent twice
    page = browser.get(f"/rooms/{ref}")
    assert page.text.count("Good <em>morning</em>") == 1
    empty = post(browser, f"/rooms/{ref}/messages", {"text": " ", "client_id": "x"}, form_at=f"/rooms/{ref}")
    assert empty.status_code == 422


def test_what_people_write_is_never_markup(app, world):
    ref = lounge_ref(app)
    browser = world.signed_in(world.person())
    text = "<img src=x onerror=alert(1)> [x](javascript:alert(1))"
    post(browser, f"/rooms/{ref}/messages", {"text": text, "client_id": "a"}, form_at=f"/rooms/{ref}")
    page = browser.get(f"/rooms/{ref}").text
    assert "<img src=x" not in page
    assert 'href="javascript' not in page


def test_deleting_takes_the_words_away_and_is_the_writers_own(app, world):
    ref = lounge_ref(app)
    mine, other = world.person(), world.person("Tom Okafor")
    browser, second = world.signed_in(mine), world.signed_in(other)
    for each in (browser, second):
        each.get(f"/rooms/{ref}")  # who opens a room is in it
    post(browser, f"/rooms/{ref}/messages", {"text": "a slip", "client_id": "a"}, form_at=f"/rooms/{ref}")
    with app.app_context():
        message_id = db.session.scalar(db.select(Message.id))
    address = f"/messages/{message_id}/deletion"
    assert post(second, address, {}, form_at=f"/rooms/{ref}").status_code == 404
    answer = post(browser, address, {}, form_at=f"/rooms/{ref}", headers={"Accept": "text/html"})
    assert answer.status_code == 302
    page = second.get(f"/rooms/{ref}").text
    assert "a slip" not in page
    assert "This message was deleted." in page


def test_a_session_is_hosted_shown_and_ended(app, world):
    ref = lounge_ref(app)
    host, other = world.signed_in(world.person("Priya Nair")), world.signed_in(world.person("Tom Okafor"))
    form = {"name": "Invoice hour", "template": "long"}
    assert post(host, f"/rooms/{ref}/sessions", form, form_at=f"/rooms/{ref}").status_code == 302
    page = other.get(f"/rooms/{ref}").text
    assert "Invoice hour" in page
    assert "round 1 of 4" in page
    assert "50:00" in page
    assert "End the session" not in page
    assert post(other, f"/rooms/{ref}/sessions", form, form_at=f"/rooms/{ref}").status_code == 409
    assert "50 min left in round 1 of 4" in other.get("/rooms").text
    with app.app_context():
        session_id = next(iter(lists.running(r.id for r in lists.open_rooms()).values())).id
    address = f"/rooms/{ref}/sessions/{session_id}/end"
    assert post(other, address, {}, form_at=f"/rooms/{ref}").status_code == 404
    assert post(host, address, {}, form_at=f"/rooms/{ref}").status_code == 302
    assert "Host a session" in host.get(f"/rooms/{ref}").text


def test_the_frame_names_the_next_session_while_few_are_here(app, world):
    host = world.person("Priya Nair")
    with app.app_context(), writing():
        room = actions.ensure_lounge()
        person = db.session.get_one(Person, host)
        plan = rules.plan_of(rules.TEMPLATES[1])
        sessions.schedule_session(room, host=person, plan=plan, starts_at=clock.now() + timedelta(hours=3), name="Tax")
    with app.app_context():
        assert glance.here() == {"next": "13:00", "with": "Priya"}


def test_the_message_button_is_for_the_signed_in(app, world):
    from community.rooms.fills import message_button

    class Anybody:
        id, handle = 1, "mara"

    with app.test_request_context():
        assert message_button(Anybody()) == ""
