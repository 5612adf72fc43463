"""Who may hear and say what: membership, blocks, sanctions, strangers, limits."""

from types import SimpleNamespace

import pytest
from limits.strategies import MovingWindowRateLimiter

from community.accounts.models import Membership
from community.core import limits
from community.core.db import db, writing
from community.core.limit_storage import LocalStorage
from community.core.realtime import socketio
from community.rooms import glance, lists, queries, rules
from tests.rooms.people import direct, lounge, stored


def test_visitors_have_no_socket(app):
    assert not socketio.test_client(app, flask_test_client=app.test_client()).is_connected()


def test_other_peoples_rooms_do_not_exist(app, talker):
    mara, tom, eve = talker("Mara Ellis"), talker("Tom Okafor"), talker("Eve Stone")
    ref = direct(app, mara, tom)
    eve.connect()
    for name in ("join", "say", "read", "typing", "presence", "leave"):
        assert eve.ask(name, ref, text="x", client_id="x")["error"] == "not_found"
    for path in (f"/rooms/{ref}", f"/rooms/{ref}/changes", f"/inbox/{ref}"):
        assert eve.browser.get(path).status_code == 404
    for path in (f"/rooms/{ref}/messages", f"/rooms/{ref}/read", f"/rooms/{ref}/acceptance"):
        assert eve.post(path, {"text": "x", "client_id": "x", "count": "1"}).status_code == 404


def test_the_right_is_checked_at_every_event(app, talker):
    ref = lounge(app)
    mara = talker("Mara Ellis")
    mara.join(ref)
    with app.app_context(), writing():
        db.session.get_one(Membership, mara.id).status = "lapsed"
    assert mara.say(ref, "still here?")["error"] == "members_only"
    assert stored(app, ref) == []


def test_the_end_of_a_membership_ends_the_socket(app, talker):
    ref = lounge(app)
    mara, ola = talker("Mara Ellis"), talker("Ola Staff", role="operator")
    mara.join(ref)
    where = f"/staff/persons/{mara.id}/membership"
    assert ola.post(where, {"status": "active"}).status_code == 302
    assert mara.socket.is_connected()  # nothing ended
    assert ola.post(where, {"status": "ended"}).status_code == 302
    assert not mara.socket.is_connected()
    mara.connect()
    assert mara.ask("join", ref)["error"] == "members_only"


def test_a_seat_given_up_is_given_up_in_all_tabs(app, talker):
    ref = lounge(app)
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    for who in (mara, tom):
        who.join(ref)
    assert mara.post(f"/rooms/{ref}/leaving", at=f"/rooms/{ref}").status_code == 302
    assert mara.heard("removed")[0]["room"] == ref
    tom.say(ref, "Alone again")
    assert mara.heard() == []


def test_who_is_muted_reads_but_does_not_write(app, talker):
    ref = lounge(app)
    mara = talker("Mara Ellis")
    mara.join(ref)
    mara.sanctioned("mute")
    assert mara.say(ref, "but")["error"] == "muted"
    answer = mara.post(f"/rooms/{ref}/messages", {"text": "but", "client_id": "a"}, at=f"/rooms/{ref}")
    assert answer.status_code == 403
    assert mara.browser.get(f"/rooms/{ref}").status_code == 200
    assert stored(app, ref) == []


@pytest.mark.parametrize("kind", ["suspend", "ban"])
def test_a_ban_ends_the_socket_at_the_commit(app, talker, kind):
    ref = lounge(app)
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    mara.join(ref)
    tom.join(ref)
    tom.sanctioned(kind)
    assert not tom.socket.is_connected()
    assert mara.say(ref, "after")["count"] == 1
    assert not socketio.test_client(app, flask_test_client=tom.browser).is_connected()


def test_a_logout_ends_the_socket(app, talker):
    ref = lounge(app)
    tom = talker("Tom Okafor")
    tom.join(ref)
    assert tom.post("/signout").status_code == 302
    assert not tom.socket.is_connected()


@pytest.mark.parametrize("turned", [False, True])
def test_a_block_hides_both_from_each_other_everywhere(app, talker, turned):
    ref = lounge(app)
    mara, tom, ines = talker("Mara Ellis"), talker("Tom Okafor"), talker("Ines Duarte")
    for each in (mara, tom, ines):
        each.join(ref)
    mara.say(ref, "before the block")
    (mara if turned else tom).blocks(tom if turned else mara)
    for each in (mara, tom, ines):
        each.heard()
    mara.say(ref, "from Mara")
    tom.say(ref, "from Tom")
    mara.ask("typing", ref)
    assert [m["client_id"] for m in mara.heard()] == ["from Mara"]
    assert [m["client_id"] for m in tom.heard()] == ["from Tom"]
    assert [m["client_id"] for m in ines.heard()] == ["from Mara", "from Tom"]
    assert [m["client_id"] for m in tom.changes(ref)["messages"]] == ["from Tom"]
    assert [m["client_id"] for m in mara.changes(ref, after=0)["messages"]] == ["before the block", "from Mara"]
    assert [p["name"] for p in tom.ask("presence", ref)["people"]] == ["Ines Duarte", "Tom Okafor"]
    assert "from Mara" not in tom.browser.get(f"/rooms/{ref}").text
    assert tom.unread(ref) == 0


def test_hidden_words_do_not_count_as_unread(app, talker):
    ref = lounge(app)
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    tom.join(ref)
    mara.join(ref)
    tom.blocks(mara)
    mara.say(ref, "hidden")
    assert tom.unread(ref) == 0


def test_a_block_ends_a_direct_room_for_both(app, talker):
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    ref = direct(app, mara, tom)
    with app.app_context():
        assert glance.unread_total(tom.person()) == 1
    mara.join(ref)
    tom.blocks(mara)
    assert mara.say(ref, "why?")["error"] == "not_found"
    assert tom.browser.get(f"/inbox/{ref}").status_code == 404
    assert mara.browser.get(f"/inbox/{ref}").status_code == 404
    assert mara.browser.get(f"/messages/new/{_handle(app, tom)}").status_code == 404
    with app.app_context():
        assert lists.rooms_of(tom.person(), rules.INBOX_KINDS) == []
        assert glance.unread_total(tom.person()) == 0


def _handle(app, talker):
    with app.app_context():
        return talker.person().handle


def test_a_strangers_first_message_is_a_request(app, talker):
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    to = f"/messages/new/{_handle(app, tom)}"
    refused = mara.post(to, {"text": "See https://spam.example", "client_id": "a"}, at=to)
    assert refused.status_code == 422
    assert "links" in refused.text
    assert mara.post(to, {"text": "May I ask you something?", "client_id": "b"}, at=to).status_code == 302
    with app.app_context():
        ref = queries.direct_room(mara.id, tom.id).ref
    assert mara.connect().say(ref, "Hello?")["error"] == "waiting"
    assert "May I ask you something?" in tom.browser.get("/inbox?show=requests").text
    assert "May I ask you something?" not in tom.browser.get("/inbox").text
    mara.join(ref)
    tom.join(ref)
    assert [p["name"] for p in mara.ask("presence", ref)["people"]] == ["Mara Ellis"]
    assert tom.post(f"/rooms/{ref}/acceptance", at=f"/inbox/{ref}").status_code == 302
    assert "message" in mara.say(ref, "Thank you. https://mine.example")
    assert "Thank you" in tom.browser.get("/inbox").text


def test_an_ignored_request_is_gone_and_the_asker_learns_nothing(app, talker):
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    ref = direct(app, mara, tom)
    assert tom.post(f"/rooms/{ref}/ignoring", at=f"/inbox/{ref}").status_code == 302
    assert tom.browser.get(f"/inbox/{ref}").status_code == 404
    mara.connect()
    assert mara.say(ref, "Hello?")["error"] == "waiting"
    assert "Hello there" in mara.browser.get(f"/inbox/{ref}").text
    assert direct(app, tom, mara, "I changed my mind") == ref  # writing back is a yes
    assert "message" in mara.say(ref, "Good!")


def test_clients_ask_practices_and_write_to_nobody_else(app, talker, world):
    carl, tom, noor = talker("Carl Client", member=False), talker("Tom Okafor"), talker("Noor Haddad")
    world.practice(noor.id)
    to = f"/messages/new/{_handle(app, tom)}"
    answer = carl.post(to, {"text": "Hello", "client_id": "a"}, at=to)
    assert answer.status_code == 403
    to = f"/messages/new/{_handle(app, noor)}"
    assert carl.post(to, {"text": "Do you draw jars?", "client_id": "a"}, at=to).status_code == 302


def test_twenty_messages_in_ten_seconds_are_enough(app, talker, monkeypatch):
    strategy = MovingWindowRateLimiter(LocalStorage())
    monkeypatch.setattr(limits, "limiter", SimpleNamespace(enabled=True, limiter=strategy))
    ref = lounge(app)
    mara = talker("Mara Ellis")
    mara.join(ref)
    answers = [mara.say(ref, f"no {n}") for n in range(22)]
    assert [a.get("error") for a in answers] == [None] * 20 + ["too_many"] * 2


def test_a_report_freezes_the_message_with_its_neighbours(app, talker):
    from community.accounts.models import Report

    ref = lounge(app)
    mara, tom, eve = talker("Mara Ellis"), talker("Tom Okafor"), talker("Eve Stone", member=False)
    mara.join(ref)
    tom.join(ref)
    for n in range(5):
        said = mara.say(ref, f"no {n}")
    form = {"subject": f"message:{said['message']['id']}", "reason": "abuse", "note": "", "back": "/rooms"}
    at = f"/reports?subject={form['subject']}"
    assert eve.post("/reports", form, at=at).status_code in {403, 404}
    assert tom.post("/reports", form, at=at).status_code == 302
    mara.post(f"/messages/{said['message']['id']}/deletion")
    with app.app_context():
        (report,) = db.session.scalars(db.select(Report))
        assert report.person_id == mara.id
        assert report.evidence["text"] == "no 4"
        assert [m["text"] for m in report.evidence["around"]] == ["no 1", "no 2", "no 3", "no 4"]
