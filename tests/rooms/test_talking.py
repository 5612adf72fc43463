"""Messages over the socket and over HTTP: once, in order, and all of them after a break."""

from datetime import timedelta

from tests.rooms.people import direct, lounge, stored


def test_everybody_in_the_room_hears_it_and_the_answer_is_the_stored_row(app, talker):
    ref = lounge(app)
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    mara.join(ref)
    tom.join(ref)
    said = mara.say(ref, "Good **morning**")
    assert said["message"]["html"] == "<p>Good <strong>morning</strong></p>\n"
    (heard,) = tom.heard()
    assert heard["id"] == said["message"]["id"]
    assert heard["room"] == ref
    assert heard["count"] == 1
    assert [m["id"] for m in tom.changes(ref)["messages"]] == [heard["id"]]


def test_a_retry_returns_the_first_row_over_either_way(app, talker):
    ref = lounge(app)
    mara = talker("Mara Ellis")
    mara.join(ref)
    first = mara.say(ref, "Once", "abc")
    again = mara.say(ref, "Once, more", "abc")
    assert again["message"] == first["message"]
    answer = mara.post(f"/rooms/{ref}/messages", {"text": "Once", "client_id": "abc"}, at=f"/rooms/{ref}")
    assert answer.status_code == 302
    assert [text for _, _, text in stored(app, ref)] == ["Once"]
    assert len(mara.heard()) == 1


def test_the_same_client_id_of_another_person_is_another_message(app, talker):
    ref = lounge(app)
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    mara.join(ref)
    tom.join(ref)
    mara.say(ref, "one", "same")
    tom.say(ref, "two", "same")
    assert [text for _, _, text in stored(app, ref)] == ["one", "two"]


def test_every_change_takes_the_next_number(app, talker):
    ref = lounge(app)
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    mara.join(ref)
    tom.join(ref)
    ids = [(mara if n % 2 else tom).say(ref, f"no {n}")["message"]["id"] for n in range(6)]
    mara.post(f"/messages/{ids[1]}/deletion")
    heard = tom.heard()
    assert [m["changed_seq"] for m in heard] == [1, 2, 3, 4, 5, 6, 7]
    assert heard[-1]["id"] == ids[1]
    assert heard[-1]["deleted"]
    assert heard[-1]["html"] == ""
    assert mara.changes(ref)["seq"] == 7


def test_catching_up_after_missed_pushes_gives_exactly_the_log(app, talker):
    ref = lounge(app)
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    mara.join(ref)
    seen = {m["id"]: m for m in tom.join(ref)["messages"]}
    at = mara.say(ref, "heard")["message"]["seq"]
    seen |= {m["id"]: m for m in tom.heard()}
    tom.socket.disconnect()
    lost = [mara.say(ref, f"lost {n}")["message"]["id"] for n in range(5)]
    mara.post(f"/messages/{lost[2]}/deletion")
    found = tom.connect().join(ref, after=at)
    assert not found["limited"]
    seen |= {m["id"]: m for m in found["messages"]}
    assert found["seq"] == 7
    assert [(m["id"], m["changed_seq"]) for m in sorted(seen.values(), key=lambda m: m["seq"])] == [
        (id_, changed) for id_, changed, _ in stored(app, ref)
    ]
    assert tom.changes(ref, after=found["seq"])["messages"] == []


def test_too_far_behind_starts_anew_and_older_ones_follow(app, talker, monkeypatch):
    from community.rooms import rules

    monkeypatch.setattr(rules, "CATCH_UP_MOST", 3)
    monkeypatch.setattr(rules, "SNAPSHOT", 4)
    monkeypatch.setattr(rules, "TURN", 4)
    ref = lounge(app)
    mara = talker("Mara Ellis")
    mara.join(ref)
    for n in range(9):
        mara.say(ref, f"no {n}")
    found = mara.changes(ref, after=1)
    assert found["limited"]
    assert [m["client_id"] for m in found["messages"]] == ["no 5", "no 6", "no 7", "no 8"]
    older = mara.browser.get(f"/rooms/{ref}/changes?before={found['cursor']}").get_json()
    assert [m["client_id"] for m in older["messages"]] == ["no 1", "no 2", "no 3", "no 4"]
    last = mara.browser.get(f"/rooms/{ref}/changes?before={older['cursor']}").get_json()
    assert [m["client_id"] for m in last["messages"]] == ["no 0"]
    assert last["cursor"] is None


def test_the_presence_answer_tells_of_a_lost_last_push(app, talker):
    ref = lounge(app)
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    mara.join(ref)
    tom.join(ref)
    mara.say(ref, "the last one")
    tom.heard()
    answer = tom.ask("presence", ref)
    assert answer["seq"] == 1
    assert {p["name"] for p in answer["people"]} == {"Mara Ellis", "Tom Okafor"}


def test_reading_moves_forward_only_and_is_the_same_in_every_tab(app, talker):
    ref = lounge(app)
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    tom.join(ref)
    mara.join(ref)
    for n in range(3):
        mara.say(ref, f"no {n}")
    assert mara.unread(ref) == 0  # one's own are read at once
    assert tom.unread(ref) == 3
    first_tab = tom.socket
    tom.connect().join(ref)
    assert tom.ask("read", ref, count=2)["unread"] == 1
    assert tom.ask("read", ref, count=1)["read"] == 2
    assert tom.ask("read", ref, count=99)["read"] == 3
    told = [each["args"][0]["read"] for each in first_tab.get_received() if each["name"] == "read"]
    assert told == [2, 3]
    tom.say(ref, "answer")
    assert tom.unread(ref) == 0
    first_tab.disconnect()


def test_a_reconnect_is_not_activity(app, talker, advance):
    from community.core.db import db
    from community.rooms.models import RoomMember

    ref = lounge(app)
    tom = talker("Tom Okafor")
    tom.join(ref)
    tom.say(ref, "hello")

    def active():
        with app.app_context():
            return db.session.scalar(db.select(RoomMember.active_at).where(RoomMember.person_id == tom.id))

    before = active()
    advance(timedelta(minutes=20))
    tom.socket.disconnect()
    tom.connect().join(ref)
    tom.ask("presence", ref)
    assert active() == before


def test_a_reload_goes_on_with_the_visit_and_leaving_ends_it(app, talker, advance):
    from community.core.db import db
    from community.rooms.models import Visit

    ref = lounge(app)
    tom = talker("Tom Okafor")

    def visits():
        with app.app_context():
            return [(v.joined_at, v.left_at) for v in db.session.scalars(db.select(Visit).order_by(Visit.id))]

    tom.join(ref)
    advance(timedelta(minutes=10))
    tom.socket.disconnect()
    advance(timedelta(seconds=10))
    tom.connect().join(ref)
    assert len(visits()) == 1
    assert visits()[0][1] is None
    tom.ask("leave", ref)
    assert visits()[0][1] is not None
    advance(timedelta(minutes=1))
    tom.join(ref)
    assert len(visits()) == 2


def test_leases_run_out(app, talker, advance):
    ref = lounge(app)
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    mara.join(ref)
    assert tom.join(ref)["present"] == 2
    advance(timedelta(seconds=50))
    tom.ask("presence", ref)
    advance(timedelta(seconds=11))
    assert tom.ask("presence", ref)["present"] == 1


def test_typing_is_told_to_the_others(app, talker):
    ref = lounge(app)
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    mara.join(ref)
    tom.join(ref)
    mara.ask("typing", ref)
    assert [t["by"]["name"] for t in tom.heard("typing")] == ["Mara Ellis"]
    assert mara.heard("typing") == []


def test_a_direct_room_is_one_whoever_opens_it(app, talker):
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    assert direct(app, mara, tom) == direct(app, tom, mara, "And back")


def test_a_quick_reload_goes_on_with_the_visit(app, talker, advance):
    """Still within the grace, so nobody else saw them go."""
    from community.core.db import db
    from community.rooms.models import Visit

    ref = lounge(app)
    tom = talker("Tom Okafor")
    tom.join(ref)
    advance(timedelta(seconds=20))
    tom.socket.disconnect()
    advance(timedelta(seconds=2))
    tom.connect().join(ref)
    with app.app_context():
        visit = db.session.scalars(db.select(Visit)).one()
        assert visit.left_at is None
