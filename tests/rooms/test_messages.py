"""What becomes of a message: answered, changed, signed, pinned, taken back; and who may see and do it."""

import pytest
from sqlalchemy import select

from community.core.db import db, writing
from community.rooms import actions, payloads, queries
from community.rooms.models import Message, RoomMember
from tests.rooms.people import direct, lounge


def act(talker, message_id, what, **data):
    """Post to a message as the page's script does; status and answer."""
    answer = talker.browser.post(
        f"/messages/{message_id}/{what}",
        json=data,
        headers={"Accept": "application/json", "X-CSRFToken": _token(talker)},
    )
    return answer.status_code, answer.get_json()


def _token(talker):
    from tests.world import token

    return token(talker.browser, "/account")


@pytest.fixture
def three(app, talker):
    ref = lounge(app)
    people = [talker(name) for name in ("Mara Ellis", "Tom Okafor", "Ines Duarte")]
    for one in people:
        one.join(ref)
    return *people, ref


def test_an_answer_quotes_and_follows_what_it_quotes(three):
    mara, tom, _ines, ref = three
    first = mara.say(ref, "Shall we?")["message"]
    answer = tom.ask("say", ref, text="Yes", client_id="yes", reply_to=first["id"])["message"]
    assert answer["reply"] == {"seq": 1, "id": first["id"], "name": "Mara Ellis", "text": "Shall we?"}
    tom.heard()
    assert act(mara, first["id"], "words", text="Shall we start?")[0] == 200
    (heard,) = tom.heard()
    assert [m["reply"]["text"] for m in heard["also"]] == ["Shall we start?"]
    assert {heard["changed_seq"], heard["also"][0]["changed_seq"]} == {3}
    assert act(mara, first["id"], "deletion")[0] == 200
    (heard,) = tom.heard()
    assert heard["also"][0]["reply"] == {"seq": 1, "gone": True}
    assert [m["id"] for m in tom.changes(ref, after=3)["messages"]] == [first["id"], answer["id"]]


def test_what_is_answered_must_be_of_the_same_room(app, three):
    mara, tom, _ines, ref = three
    with app.app_context():
        theirs = direct(app, mara, tom, "Between us")
        secret = db.session.scalar(select(Message.id).where(Message.text == "Between us"))
    said = mara.ask("say", ref, text="In the open", client_id="x", reply_to=secret)["message"]
    assert "reply" not in said
    assert theirs != ref


def test_a_change_is_seen_by_all_and_the_earlier_words_by_few(app, three, talker):
    mara, tom, _ines, ref = three
    staff = talker("Sam Staff", role="moderator")
    said = mara.say(ref, "At ten")["message"]["id"]
    assert act(tom, said, "words", text="At noon")[0] == 404
    assert act(mara, said, "words", text="At eleven")[1]["message"]["edited"]
    assert act(mara, said, "words", text="At eleven")[1]["message"]["changed_seq"] == 2  # the same again is nothing
    assert act(mara, said, "words", text=" ")[0] == 422
    assert "At ten" not in tom.browser.get(f"/messages/{said}").text
    for one in (mara, staff):
        assert "At ten" in one.browser.get(f"/messages/{said}").text
    with app.app_context(), writing():
        db.session.get_one(RoomMember, (queries.room_for(tom.person(), ref).id, tom.id)).role = "host"
    assert "At ten" in tom.browser.get(f"/messages/{said}").text
    act(mara, said, "deletion")
    assert "At ten" not in mara.browser.get(f"/messages/{said}").text
    assert act(mara, said, "words", text="Again")[1]["code"] == "gone"


def test_signs_are_set_once_and_taken_away(three):
    mara, tom, _ines, ref = three
    said = mara.say(ref, "Done")["message"]["id"]
    assert act(tom, said, "signs", sign="🎉", on=True)[1]["message"]["signs"] == [
        ["🎉", [["tom-okafor", "Tom Okafor"]]]
    ]
    assert act(tom, said, "signs", sign="🎉", on=True)[1]["message"]["changed_seq"] == 2
    (_birth, heard) = mara.heard()
    assert heard["signs"] == [["🎉", [["tom-okafor", "Tom Okafor"]]]]
    assert "signs" not in act(tom, said, "signs", sign="🎉", on=False)[1]["message"]
    assert act(tom, said, "signs", sign="<b>", on=True)[0] == 422
    tom.sanctioned("mute")
    assert act(tom, said, "signs", sign="🎉", on=True)[0] == 403


def test_a_pin_is_the_hosts(three, talker):
    mara, tom, _ines, ref = three
    staff = talker("Sam Staff", role="moderator")
    staff.join(ref)
    said = mara.say(ref, "House rules")["message"]["id"]
    assert act(tom, said, "pin", on=True)[0] == 404
    assert act(staff, said, "pin", on=True)[1]["message"]["pinned"]
    assert [m["id"] for m in tom.changes(ref)["pins"]] == [said]
    assert "House rules" in tom.browser.get(f"/rooms/{ref}").text.split('id="pins"')[1].split("</details>")[0]
    act(mara, said, "deletion")
    assert tom.changes(ref)["pins"] == []


def test_blocked_people_see_neither_words_nor_signs_nor_quotes(three):
    mara, tom, ines, ref = three
    first = mara.say(ref, "By Mara")["message"]["id"]
    second = ines.ask("say", ref, text="By Ines", client_id="i", reply_to=first)["message"]["id"]
    mara.blocks(tom)
    assert tom.heard("anew") == [{}]
    act(mara, second, "signs", sign="👍", on=True)
    act(tom, second, "signs", sign="🔥", on=True)
    assert tom.heard() == []  # told to ask instead
    (seen,) = tom.changes(ref)["messages"]
    assert seen["reply"] == {"gone": True}
    assert [sign for sign, _ in seen["signs"]] == ["🔥"]
    assert [sign for sign, _ in mara.changes(ref)["messages"][-1]["signs"]] == ["👍"]
    page = tom.browser.get(f"/rooms/{ref}").text
    assert "By Mara" not in page
    assert "👍" not in page.split('id="room-data"')[0]
    assert act(tom, first, "signs", sign="🔥", on=True)[0] == 404
    assert "By Mara" not in tom.browser.get("/rooms/search?q=Mara").text
    assert mara.changes(ref)["view"] != tom.changes(ref)["view"]


def test_who_is_asked_for_a_yes_sets_no_signs(app, talker):
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    direct(app, mara, tom)
    with app.app_context():
        said = db.session.scalar(select(Message.id))
    for one in (mara, tom):
        assert act(one, said, "signs", sign="👍", on=True)[0] == 409
        assert act(one, said, "pin", on=True)[0] == 409
    assert act(mara, said, "words", text="See https://spam.example")[1]["code"] == "no_links"
    assert act(mara, said, "words", text="Hello, Tom")[0] == 200


def test_a_report_keeps_the_earlier_words(app, three):
    from community.accounts.models import Report

    mara, tom, _ines, ref = three
    said = mara.say(ref, "Something bad")["message"]["id"]
    act(mara, said, "words", text="Something nice")
    form = {"subject": f"message:{said}", "reason": "abuse", "note": "", "back": "/rooms"}
    assert tom.post("/reports", form, at=f"/reports?subject={form['subject']}").status_code == 302
    act(mara, said, "deletion")
    with app.app_context():
        (report,) = db.session.scalars(select(Report))
        assert [earlier["text"] for earlier in report.evidence["earlier"]] == ["Something bad"]
        assert report.evidence["text"] == "Something nice"


def test_all_works_as_forms_without_a_script(three):
    mara, tom, _ines, ref = three
    first = mara.say(ref, "Old words")["message"]["id"]
    at = f"/messages/{first}"
    assert "Old words" in tom.browser.get(at).text
    assert tom.post(f"{at}/signs", {"sign": "👏", "on": "1"}, at=at).status_code == 302
    assert "👏" in mara.browser.get(f"/rooms/{ref}").text
    answer = mara.post(f"{at}/words", {"text": "New words"}, at=at)
    assert answer.location.endswith(f"/rooms/{ref}?at=1&tab=chat#m{first}")
    refused = mara.post(f"{at}/words", {"text": "x" * 4001}, at=at)
    assert refused.status_code == 422
    assert "x" * 4001 in refused.text  # nothing typed is lost
    page = tom.browser.get(f"/rooms/{ref}").text
    assert "New words" in page
    assert "edited" in page.split('id="room-data"')[0]


def test_a_link_leads_to_a_message_however_old(app, three, monkeypatch):
    from community.rooms import rules

    monkeypatch.setattr(rules, "SNAPSHOT", 6)
    mara, _tom, _ines, ref = three
    for n in range(1, 21):
        mara.say(ref, f"no {n}!")
    page = mara.browser.get(f"/rooms/{ref}?at=8").text
    assert [f"no {n}!" in page for n in (4, 5, 8, 10, 11)] == [False, True, True, True, False]
    assert "Earlier messages" in page
    assert 'data-later="10"' in page
    assert ">Later messages<" in page
    latest = mara.browser.get(f"/rooms/{ref}?at=19").text
    assert "no 20!" in latest
    assert ">Later messages<" not in latest


def test_pages_lead_from_the_oldest_to_the_newest(three, monkeypatch):
    from community.rooms import rules

    monkeypatch.setattr(rules, "SNAPSHOT", 6)
    monkeypatch.setattr(rules, "TURN", 5)
    mara, tom, _ines, ref = three
    for n in range(1, 15):
        mara.say(ref, f"no {n}!")
    at, seen = 0, []
    while at is not None:
        page = tom.browser.get(f"/rooms/{ref}/changes?behind={at}").get_json()
        assert len(page["messages"]) <= 5
        seen += [m["seq"] for m in page["messages"]]
        at = page["later"]
    assert seen == list(range(1, 15))
    assert page["seq"] == 14
    back = tom.browser.get(f"/rooms/{ref}/changes?before=14").get_json()
    assert [m["seq"] for m in back["messages"]] == [9, 10, 11, 12, 13]
    assert back["cursor"] == 9
    old = tom.browser.get(f"/rooms/{ref}?before=4").text
    assert 'data-later="3"' in old
    assert 'id="latest"' in old
    assert 'data-later=""' in tom.browser.get(f"/rooms/{ref}?before=1").text  # nothing is older: the latest


def test_the_line_of_what_is_new(app, talker):
    ref = lounge(app)
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    tom.browser.get(f"/rooms/{ref}")
    mara.join(ref)
    mara.say(ref, "first")
    assert 'id="new"' not in tom.browser.get(f"/rooms/{ref}").text  # all of it is new: nothing to mark
    mara.say(ref, "second")
    page = tom.browser.get(f"/rooms/{ref}").text
    assert page.index("first") < page.index('id="new"') < page.index("second")
    assert 'id="new"' not in tom.browser.get(f"/rooms/{ref}").text


def test_the_words_found_are_those_one_may_see(app, three, talker):
    mara, tom, ines, ref = three
    mara.say(ref, "The ÄRGER with flour 100%")
    with app.app_context():
        direct(app, mara, tom, "Secret flour")
    assert "flour" in tom.browser.get("/rooms/search?q=Flour").text
    for words in ("secret flour", "ärger", "100%"):
        assert "<mark>" in tom.browser.get("/rooms/search", query_string={"q": words}).text
    assert "Secret" not in ines.browser.get("/rooms/search?q=flour").text
    assert "Nothing found" in tom.browser.get("/rooms/search?q=_lour").text
    outsider = talker("Eve Stone", member=False)
    assert "ÄRGER" not in outsider.browser.get("/rooms/search?q=flour").text


def test_pushed_and_read_are_the_same(app, three):
    """The page may take either: the same keys, the same values."""
    mara, tom, _ines, ref = three
    first = mara.say(ref, "Hello @tom-okafor")["message"]["id"]
    act(tom, first, "signs", sign="👍", on=True)
    act(mara, first, "words", text="Hello **you**")
    heard = tom.heard()[-1]
    (read,) = tom.changes(ref)["messages"]
    assert {key: value for key, value in heard.items() if key not in {"room", "count"}} == read


def test_changes_cost_the_same_however_much_hangs_on_them(app, three, monkeypatch):
    from sqlalchemy import event

    mara, tom, _ines, ref = three
    for n in range(3):
        said = mara.say(ref, f"no {n} @tom-okafor")["message"]["id"]
        act(tom, said, "signs", sign="👍", on=True)

    def count():
        seen = []
        with app.test_request_context():
            person = tom.person()
            room = queries.room_for(person, ref)
            note = lambda *args: seen.append(args[2])  # noqa: E731
            event.listen(db.engine, "before_cursor_execute", note)
            payloads.changes(queries.changes(person, room))
            event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    few = count()
    for n in range(6):
        said = mara.say(ref, f"more {n} @tom-okafor")["message"]["id"]
        act(tom, said, "signs", sign="🔥", on=True)
    assert count() == few


def test_deleting_needs_no_second_word(app, three):
    mara, _tom, _ines, ref = three
    said = mara.say(ref, "x")["message"]["id"]
    with app.app_context(), writing():
        message = queries.message(said)
        actions.delete(message, by=mara.person())
        actions.delete(message, by=mara.person())
    assert mara.changes(ref)["seq"] == 2
