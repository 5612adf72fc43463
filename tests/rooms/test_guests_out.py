"""Guests of an open house are seen out: their time is over, or something parts them from it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from community.accounts.models import Membership
from community.core.db import db, writing
from community.core.errors import Refused
from community.rooms.gathering import closing, queries
from community.rooms.hosting import bars
from community.rooms.models import Room, Session
from tests.rooms.houses import LOBBY, LONG, SOON, comes, opens, standing, texts


def test_when_it_is_over_the_socket_hears_no_more(app, mara, cora, ref, plan, later):
    session_id = plan(mara)
    comes(cora, session_id)
    later(SOON)
    for who in (mara, cora):
        who.join(ref)
    mara.post(f"/rooms/{ref}/sessions/{session_id}/end", at=f"/rooms/{ref}")
    mara.say(ref, "Who has a win?")
    assert cora.heard()
    later(LOBBY)
    assert cora.heard("removed")[0]["room"] == ref
    mara.say(ref, "Alone again")
    assert cora.heard() == []
    for name in ("join", "presence", "typing", "read"):
        assert cora.ask(name, ref)["error"] == "members_only"
    assert cora.say(ref, "Still there?")["error"] == "members_only"
    late = cora.post(f"/sessions/{session_id}/win", {"win": "Late"}, at=f"/sessions/{session_id}")
    assert late.status_code == 403


def test_whose_membership_has_ended_comes_back_as_a_guest(app, world, mara, talker, ref, plan, later):
    """The seat from before is a member's; at an open house they are a guest like others, and seen out."""
    tom, session_id = talker("Tom Okafor"), plan(mara)
    tom.join(ref)
    with world.writing():
        db.session.get_one(Membership, tom.id).status = "ended"
    comes(tom, session_id)
    later(SOON)
    tom.join(ref)
    assert standing(app, tom, ref) == "guest"


def test_the_host_closes_it_until_it_begins(app, mara, cora, talker, ref, plan, later):
    session_id = plan(mara)
    ines = talker("Ines Duarte")
    for who in (cora, ines):
        comes(who, session_id)
    later(SOON - LOBBY)
    for who in (mara, cora):
        who.join(ref)
    assert ines.post(f"/sessions/{session_id}/closing", at="/sessions").status_code == 404
    for _ in range(2):
        assert mara.post(f"/sessions/{session_id}/closing", at=f"/sessions/{session_id}").status_code == 302
    assert cora.heard("removed")
    mara.say(ref, "Among us")
    assert cora.heard() == []
    assert opens(cora, ref) == 403
    assert cora.browser.get(f"/sessions/{session_id}").status_code == 403
    with app.app_context():
        assert {seat.person_id for seat in queries.all_seats(session_id)} == {mara.id, ines.id}
        assert db.session.get_one(Session, session_id).taken == 2


def test_it_can_not_be_closed_once_it_runs(app, mara, plan, later):
    session_id = plan(mara)
    later(SOON)
    with app.app_context(), writing(), pytest.raises(Refused) as refused:
        closing.close(queries.get(session_id), by=mara.person())
    assert refused.value.code == "began"


@pytest.mark.parametrize("end", ["block", "block back", "host suspended", "suspended", "kept out", "given back", "off"])
def test_what_parts_a_guest_from_the_room_parts_them_at_once(app, mara, cora, talker, ref, plan, later, end):
    session_id, tom = plan(mara), talker("Tom Okafor")
    comes(cora, session_id)
    later(SOON - LOBBY)
    for who in (cora, tom):
        who.join(ref)
    if end == "block":
        mara.blocks(cora)
    elif end == "block back":
        cora.blocks(mara)
    elif end == "host suspended":
        mara.sanctioned("suspend")
    elif end == "suspended":
        cora.sanctioned("suspend")
    elif end == "kept out":
        with app.app_context(), writing():
            room = db.session.scalars(select(Room).where(Room.ref == ref)).one()
            staff = talker("Opal Reyes", role="operator").person()
            bars.put(room, cora.person(), kind="ban", minutes=60, reason="Told twice", by=staff)
    elif end == "given back":
        cora.post(f"/sessions/{session_id}/seat/return", at=f"/sessions/{session_id}")
    else:
        mara.post(f"/sessions/{session_id}/calling-off", at=f"/sessions/{session_id}")
    tom.say(ref, "Is everybody here?")
    if cora.socket.is_connected():
        assert cora.heard() == []
        assert "error" in cora.ask("presence", ref)
    assert opens(cora, ref) in {302, 403, 404}


def test_another_session_in_the_room_is_not_the_guests(app, mara, cora, talker, ref, plan, later):
    """The one before still runs in the lobby of the open house, the one after begins while its wins are shared."""
    tom = talker("Tom Okafor")
    plan(tom, name="Before", within=SOON - LONG - timedelta(minutes=5), open_house=False)
    session_id = plan(mara)
    plan(tom, name="After", within=SOON + LONG + timedelta(minutes=5), open_house=False)
    comes(cora, session_id)
    tom.join(ref)
    later(SOON - timedelta(minutes=6))
    assert opens(cora, ref) == 403
    tom.say(ref, "Said in the one before")
    later(timedelta(minutes=1))  # it is over
    tom.say(ref, "Said in the lobby")
    assert ["in the lobby" in each for each in texts(cora.join(ref))] == [True]
    later(timedelta(minutes=5) + LONG + timedelta(minutes=4))
    assert "Open hour" in cora.browser.get(f"/rooms/{ref}").text
    assert "After starts" not in cora.browser.get(f"/rooms/{ref}").text
    tom.say(ref, "Wins?")
    assert cora.heard()
    later(timedelta(minutes=1))
    assert cora.heard("removed")
    tom.say(ref, "Said in the one after")
    assert cora.heard() == []
    assert opens(cora, ref) == 403
