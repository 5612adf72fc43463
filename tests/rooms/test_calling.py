"""Calling people: whom @name, @here and @host reach, how it is shown, counted and mailed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from community.core.db import db, writing
from community.rooms import queries, rules
from community.rooms.models import Mention, RoomMember
from tests.rooms.people import direct, lounge


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@tom, look", {"tom"}),
        ("(@Tom-Okafor)", {"tom-okafor"}),
        ("mail tom@example.com or @", set()),
        ("`@tom` and ```\n@mara\n```", set()),
        ("@here @host @tom.", {"here", "host", "tom"}),
        ("https://x.example/@tom", set()),
        ("@tom@other.example", set()),
        ("x" * 3 + "@tom", set()),
    ],
)
def test_whom_a_text_calls(text, names):
    assert rules.called(text) == names


def test_marking_stays_out_of_links_and_code():
    links = {"tom": "/@tom", "here": ""}
    html = '<p>@tom &amp; <a href="/x">@tom</a> <code>@tom</code> @here @mara</p>'
    assert rules.mark_called(html, links) == (
        '<p><a class="at" href="/@tom">@tom</a> &amp; <a href="/x">@tom</a> <code>@tom</code> '
        '<b class="at">@here</b> @mara</p>'
    )


def _called(app):
    with app.app_context():
        return {tuple(row) for row in db.session.execute(select(Mention.person_id, Mention.way))}


def test_only_people_of_the_room_are_called(app, talker):
    ref = lounge(app)
    mara, tom, _eve = talker("Mara Ellis"), talker("Tom Okafor"), talker("Eve Stone")
    mara.join(ref)
    tom.join(ref)
    said = mara.say(ref, "@tom-okafor @eve-stone @mara-ellis come")["message"]
    assert said["calls"] == ["tom-okafor"]
    assert _called(app) == {(tom.id, "name")}
    assert '<a class="at" href="/@tom-okafor">@tom-okafor</a> @eve-stone' in said["html"]


def test_here_reaches_who_is_here_and_host_the_host(app, talker):
    ref = lounge(app)
    mara, tom, ines, eve = (talker(name) for name in ("Mara Ellis", "Tom Okafor", "Ines Duarte", "Eve Stone"))
    for one in (mara, tom, ines, eve):
        one.join(ref)
    eve.ask("leave", ref)
    mara.blocks(ines)
    mara.say(ref, "@here tea?")
    assert _called(app) == {(tom.id, "here")}
    with app.app_context(), writing():
        db.session.get_one(RoomMember, (queries.room_for(eve.person(), ref).id, eve.id)).role = "host"
    mara.say(ref, "@host please")
    assert _called(app) == {(tom.id, "here"), (eve.id, "host")}


def test_a_full_room_is_called_by_its_host_only(app, talker, monkeypatch):
    monkeypatch.setattr(rules, "HERE_MOST", 0)
    ref = lounge(app)
    mara, tom, staff = talker("Mara Ellis"), talker("Tom Okafor"), talker("Sam Staff", role="moderator")
    for one in (mara, tom, staff):
        one.join(ref)
    assert mara.say(ref, "@here")["error"] == "here_many"
    assert staff.say(ref, "@here")["message"]["calls"] == ["mara-ellis", "tom-okafor"]


def test_being_called_is_marked_until_it_is_read(app, talker):
    ref = lounge(app)
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    tom.join(ref)
    mara.join(ref)
    mara.say(ref, "nothing")
    mara.say(ref, "@tom-okafor look")
    assert tom.changes(ref)["reading"] | {"ref": ""} == {"ref": "", "count": 2, "read": 0, "unread": 2, "calls": 1}
    tom.ask("read", ref, count=2)
    assert tom.changes(ref)["reading"]["calls"] == 0


def test_an_edit_calls_anew(app, talker):
    from tests.rooms.test_messages import act

    ref = lounge(app)
    mara, tom, ines = talker("Mara Ellis"), talker("Tom Okafor"), talker("Ines Duarte")
    for one in (mara, tom, ines):
        one.join(ref)
    said = mara.say(ref, "@tom-okafor look")["message"]["id"]
    assert act(mara, said, "words", text="@ines-duarte look")[1]["message"]["calls"] == ["ines-duarte"]
    assert _called(app) == {(ines.id, "name")}


def test_who_is_called_while_away_is_written_to(app, talker, drain, advance):
    ref = lounge(app)
    mara, tom, ines = talker("Mara Ellis"), talker("Tom Okafor"), talker("Ines Duarte")
    for one in (mara, tom, ines):
        one.join(ref)
    mara.say(ref, "Something else")
    mara.say(ref, "@tom-okafor are you there?")
    advance(timedelta(minutes=6))
    outbox = app.extensions["mailman"].outbox if hasattr(app.extensions["mailman"], "outbox") else []
    before = len(outbox)
    drain()
    sent = app.extensions["mailman"].outbox[before:]
    assert [mail.to for mail in sent] == [["tom@example.com"]]
    assert "are you there?" in sent[0].body
    assert "Something else" not in sent[0].body


def _offered(one, ref, begun):
    answer = one.browser.get(f"/rooms/{ref}/people", query_string={"q": begun}, headers={"Accept": "application/json"})
    return [person["handle"] for person in answer.get_json()["people"]]


def test_who_sits_here_is_offered_those_present_first(app, talker, advance):
    ref = lounge(app)
    mara, tom, ines, _eve = (talker(name) for name in ("Mara Ellis", "Tom Okafor", "Ines Okoro", "Eve Okafor"))
    for one in (mara, tom, ines):
        one.join(ref)
    ines.socket.disconnect()
    advance(timedelta(seconds=30))
    assert _offered(mara, ref, "ok") == ["tom-okafor", "ines-okoro"], "by any word of the name; Eve has no seat"
    assert _offered(mara, ref, "TOM-") == ["tom-okafor"]
    assert _offered(mara, ref, "h") == ["here", "host"]
    assert _offered(mara, ref, "") == ["tom-okafor", "ines-okoro"]
    assert _offered(mara, ref, "%") == []
    assert _offered(mara, ref, "mara") == [], "nobody calls oneself"


@pytest.mark.parametrize("way", ["by", "of"])
def test_nobody_behind_a_block_is_offered(app, talker, way):
    ref = lounge(app)
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    mara.join(ref)
    tom.join(ref)
    assert _offered(mara, ref, "tom") == ["tom-okafor"]
    (mara if way == "by" else tom).blocks(tom if way == "by" else mara)
    assert _offered(mara, ref, "tom") == []


def test_in_a_conversation_of_two_there_is_one_to_call(app, talker):
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    ref = direct(app, mara, tom)
    assert _offered(tom, ref, "h") == []
    assert _offered(tom, ref, "m") == ["mara-ellis"]
    outside = talker("Eve Stone")
    answer = outside.browser.get(f"/rooms/{ref}/people", headers={"Accept": "application/json"})
    assert answer.status_code == 404
