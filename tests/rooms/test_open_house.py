"""Open houses: who is no member comes to a session as a guest, for its time, and sees nothing else of the room."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from community.accounts.models import Membership
from community.core import clock
from community.core.db import db, writing
from community.core.errors import NotFound, Refused
from community.rooms import doors, sessions
from community.rooms.gathering import planning, queries, seating
from community.rooms.models import Message, Room, Session
from tests.conftest import NOON
from tests.rooms.houses import LOBBY, LONG, SHORT, SOON, comes, opens, standing, texts
from tests.rooms.people import session_form


def test_it_is_planned_by_the_form_and_says_so_everywhere(app, mara, cora, ref, client):
    form = session_form(room=ref, open_house="y", mutuality="chat")
    assert mara.post("/sessions/new", form, at="/sessions/new").status_code == 302
    mara.post("/sessions/new", session_form(room=ref, time="15:00", name="Among us"), at="/sessions/new")
    with app.app_context():
        found = dict(db.session.execute(select(Session.name, Session.id)).all())
    public = client.get("/sessions").text
    assert public.count("Open house") == 1
    assert f"/sessions/{found['Invoices together']}" in public
    assert f"/sessions/{found['Among us']}" not in public
    assert "Open house" in client.get("/rooms").text
    page = cora.browser.get(f"/sessions/{found['Invoices together']}")
    assert "whoever has an account here may come" in page.text
    assert "Go to the room" not in page.text
    calendar = cora.browser.get(f"/sessions/{found['Invoices together']}/calendar").text
    assert "An open house" in calendar.replace("\r\n ", "")
    assert f"/sessions/{found['Invoices together']}" in calendar.replace("\r\n ", "")
    for path in ("", "/calendar"):
        assert cora.browser.get(f"/sessions/{found['Among us']}{path}").status_code == 403
        assert client.get(f"/sessions/{found['Invoices together']}{path}").status_code == 302
    assert comes(cora, found["Among us"]).status_code == 403


def test_a_guest_is_let_in_from_the_lobby_until_the_wins_are_out(app, mara, cora, ref, plan, later):
    session_id = plan(mara)
    assert opens(cora, ref) == 403
    assert comes(cora, session_id).status_code == 302
    assert opens(cora, ref) == 403
    assert cora.post(f"/sessions/{session_id}/arrival", at=f"/sessions/{session_id}").status_code == 403
    later(SOON - LOBBY - timedelta(seconds=1))
    assert opens(cora, ref) == 403
    later(timedelta(seconds=1))
    assert opens(cora, ref) == 200
    assert standing(app, cora, ref) == "guest"
    assert "Go to the room" in cora.browser.get(f"/sessions/{session_id}").text
    later(LOBBY + LONG)
    assert opens(cora, ref) == 200
    later(LOBBY - timedelta(seconds=1))
    assert opens(cora, ref) == 200
    later(timedelta(seconds=1))
    assert opens(cora, ref) == 403
    assert standing(app, cora, ref) == "left"
    assert "It is over" in cora.browser.get(f"/sessions/{session_id}").text


def test_without_a_chair_nobody_is_a_guest_and_a_full_table_has_none(app, mara, cora, talker, ref, plan, later):
    session_id = plan(mara, seats=2)
    comes(cora, session_id)
    dora = talker("Dora Weiss", member=False)
    full = comes(dora, session_id)
    assert full.status_code == 409
    assert "sit down in the room" not in full.text
    later(SOON)
    assert (opens(cora, ref), opens(dora, ref)) == (200, 403)
    assert "error" in dora.join(ref)


def test_the_log_begins_with_the_lobby(app, mara, cora, ref, plan, later):
    mara.join(ref)
    early = mara.say(ref, "Between us")["message"]
    mara.post(f"/messages/{early['id']}/signs", {"sign": "👍", "on": "1"})
    with app.app_context(), writing():
        db.session.get_one(Message, early["id"]).pinned_at = clock.now()
    session_id = plan(mara)
    comes(cora, session_id)
    later(SOON)
    joined = cora.join(ref)
    assert texts(joined) == []
    assert joined["pins"] == []
    assert "Between us" not in cora.browser.get(f"/rooms/{ref}").text
    assert texts(cora.changes(ref)) == texts(cora.changes(ref, 0)) == []
    for more in ("", "/words", "/signs", "/pin", "/deletion"):
        path = f"/messages/{early['id']}{more}"
        assert (cora.post(path, {"sign": "👍"}) if more else cora.browser.get(path)).status_code == 404
    answer = mara.ask("say", ref, text="As I said", client_id="answer", reply_to=early["id"])
    assert answer["message"]["reply"]["text"] == "Between us"
    assert cora.heard() == []
    assert cora.changes(ref)["messages"][0]["reply"] == {"gone": True}
    assert "Between us" not in cora.browser.get(f"/rooms/{ref}").text
    assert "Between us" not in cora.browser.get(f"/messages/{answer['message']['id']}").text
    assert cora.post(f"/messages/{answer['message']['id']}/signs", {"sign": "👍", "on": "1"}).status_code == 302
    mara.post(f"/messages/{early['id']}/words", {"text": "Between the two of us"})
    assert "Between" not in str(cora.socket.get_received())
    assert "Between" not in str(cora.changes(ref, 0))
    # A guest can't quote what they don't see, whatever they send.
    sent = cora.ask("say", ref, text="What was that?", client_id="quote", reply_to=early["id"])
    assert "reply" not in sent["message"]
    assert not cora.browser.get("/messages/search?q=Between").text.count("<mark>")


def test_a_guest_talks_says_goals_claps_and_goes(app, mara, cora, ref, plan, later):
    session_id = plan(mara)
    comes(cora, session_id)
    later(SOON - LOBBY)
    mara.join(ref)
    assert cora.post(f"/sessions/{session_id}/arrival", at=f"/sessions/{session_id}").status_code == 302
    assert "people" in cora.join(ref)
    said = cora.say(ref, "Hello from a guest")["message"]
    assert [each["html"] for each in mara.heard()] == [said["html"]]
    mara.say(ref, "Welcome")
    assert "Welcome" in cora.heard()[-1]["html"]
    assert "@cora-lind" in mara.ask("say", ref, text="Hi @cora-lind", client_id="call")["message"]["html"]
    cora.post(f"/sessions/{session_id}/goals", {"goals": "Look round"}, at=f"/rooms/{ref}")
    assert "Look round" in mara.browser.get(f"/rooms/{ref}").text
    later(LOBBY)
    for who in (mara, cora):
        who.post(f"/sessions/{session_id}/win", {"win": f"{who.id} did it"}, at=f"/rooms/{ref}")
    assert cora.post(f"/sessions/{session_id}/wins/{mara.id}/claps", at=f"/rooms/{ref}").status_code == 302
    page = cora.browser.get(f"/rooms/{ref}").text
    assert f"{mara.id} did it" in page
    assert "Starting soon" not in page
    assert 'id="host"' not in page
    assert cora.post(f"/rooms/{ref}/sessions", {"template": "short"}, at=f"/rooms/{ref}").status_code == 403
    assert cora.post(f"/rooms/{ref}/leaving", at=f"/rooms/{ref}").status_code == 302
    assert standing(app, cora, ref) == "left"


def test_a_guest_who_becomes_a_member_stays(app, world, mara, cora, ref, plan, later):
    session_id = plan(mara)
    comes(cora, session_id)
    later(SOON)
    cora.join(ref)
    with world.writing():
        db.session.add(Membership(person_id=cora.id, status="active"))
    later(LONG + LOBBY)
    assert opens(cora, ref) == 200
    assert standing(app, cora, ref) == "in"


def test_actions_refuse_what_is_no_open_house(app, mara, cora, ref, plan):
    session_id = plan(mara, open_house=False)
    with app.app_context(), writing():
        room = db.session.scalars(select(Room).where(Room.ref == ref)).one()
        with pytest.raises(NotFound):
            seating.take(queries.get(session_id), by=cora.person())
        with pytest.raises(Refused):
            doors.entry(cora.person(), room)
        with pytest.raises(NotFound):
            sessions.start_session(room, host=cora.person(), plan=SHORT)
        room.kind = "pairing"
        with pytest.raises(NotFound):
            planning.plan(
                room, host=mara.person(), name="", first=NOON.replace(tzinfo=None), zone="UTC", phases=SHORT,
                open_house=True,
            )  # fmt: skip
