"""The usual message: few statements, the same words, and every reason to refuse still refuses."""

import secrets

import pytest

from community.core.db import writing
from community.rooms import quick, rules
from tests.rooms.people import direct, lounge, stored
from tests.world import token


@pytest.fixture
def two(app, talker):
    ref = lounge(app)
    tom, mara = talker("Tom Okafor"), talker("Mara Ellis")
    tom.join(ref)
    mara.join(ref)
    return tom, mara, ref


def work(statements: list[str]) -> list[str]:
    words = [each.split()[0] for each in statements]
    return [each for each in words if each not in {"SAVEPOINT", "RELEASE"}]


def test_the_usual_message_takes_four_statements(two, statements):
    tom, _mara, ref = two
    statements.clear()
    assert tom.say(ref, "Morning")["count"] == 1
    assert work(statements) == ["SELECT", "UPDATE", "INSERT", "UPDATE"]


def test_everybody_is_told_the_words_that_are_stored(two):
    tom, mara, ref = two
    answer = tom.say(ref, "**Morning** all")
    pushed = mara.heard()
    kept = mara.changes(ref)["messages"]
    assert kept == [answer["message"]]
    assert pushed == [{**answer["message"], "room": ref, "count": 1}]
    assert mara.unread(ref) == 1
    assert tom.unread(ref) == 0


def test_a_retry_gets_the_first_message(app, two):
    tom, mara, ref = two
    first, again = tom.say(ref, "Once", "c1"), tom.say(ref, "Twice", "c1")
    assert first["message"] == again["message"]
    assert len(stored(app, ref)) == 1
    assert len(mara.heard()) == 1


def test_two_tries_at_the_same_moment_write_once(app, two, monkeypatch):
    tom, _mara, ref = two
    tom.say(ref, "Once", "c1")
    # As both would read before either has written: without the condition that there is no such message yet.
    blind = quick._MAY._generate()
    blind._where_criteria = tuple(part for part in blind._where_criteria if "messages" not in str(part))
    monkeypatch.setattr(quick, "_MAY", blind)
    assert tom.say(ref, "Twice", "c1")["message"]["html"] == "<p>Once</p>\n"
    assert len(stored(app, ref)) == 1


@pytest.mark.parametrize("kind", ["mute", "suspend", "ban"])
def test_a_sanction_ends_it_at_the_next_word(app, two, kind):
    tom, _mara, ref = two
    tom.say(ref, "Before")
    tom.sanctioned(kind)
    if tom.socket.is_connected():
        assert "error" in tom.say(ref, "After")
    assert len(stored(app, ref)) == 1


def test_a_login_that_was_ended_elsewhere_writes_nothing(app, two):
    tom, _mara, ref = two
    with app.app_context(), writing():
        tom.person().fs_uniquifier = secrets.token_hex(32)
    assert tom.say(ref, "After")["error"] == "sign_in"
    assert stored(app, ref) == []


def test_a_block_is_minded(app, talker, two):
    tom, mara, ref = two
    mara.blocks(tom)
    mara.heard()
    assert tom.say(ref, "Can you hear me?")["count"] == 1
    assert mara.heard() == []
    assert mara.unread(ref) == 0


def test_rooms_that_do_not_stand_open_are_asked_step_by_step(app, two, statements):
    tom, mara, _lounge = two
    ref = direct(app, tom, mara)
    statements.clear()
    assert mara.say(ref, "Hello Tom")["message"]["html"] == "<p>Hello Tom</p>\n"
    assert len(work(statements)) > 4


@pytest.mark.parametrize(("text", "code"), [(" ", "empty"), ("x" * (rules.MOST_LETTERS + 1), "too_long")])
def test_what_cannot_be_sent_is_refused_with_a_reason(two, text, code):
    tom, _mara, ref = two
    assert tom.say(ref, text, "c1")["error"] == code


def test_over_http_it_is_the_same(two, monkeypatch):
    tom, mara, ref = two
    told = [_post(tom, ref, text="From afar", client_id="far") for _ in range(2)]
    assert told[0] == told[1]  # a retry; the second time step by step
    assert mara.heard() == [{**told[0]["message"], "room": ref, "count": 1}]
    monkeypatch.setattr("community.rooms.sending.holding.kept", None)
    assert _post(tom, ref, text="And again", client_id="again")["count"] == 2


def _post(one, ref, **data):
    headers = {"Accept": "application/json", "X-CSRFToken": token(one.browser, "/account")}
    answer = one.browser.post(f"/rooms/{ref}/messages", json=data, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_many_write_at_once_in_as_many_statements_as_one(app, two, statements):
    tom, mara, ref = two
    mara.sanctioned("mute")
    with app.test_request_context():
        toms, maras = (each.person().fs_uniquifier for each in (tom, mara))
        texts = [(toms, "One", "a"), (maras, "Not me", "b"), (toms, "Two", "c"), (toms, "One again", "a")]
        statements.clear()
        answers = quick._write([quick.Wanted(login, ref, *said) for login, *said in texts])
    assert work(statements) == ["SELECT", "UPDATE", "INSERT", "UPDATE"]
    assert [answer and (answer["count"], answer["message"]["changed_seq"]) for answer in answers] == [
        *((1, 1), None, (2, 2)),
        None,  # another one has taken that id: it is told step by step what stands there
    ]
    assert [row[1:] for row in stored(app, ref)] == [(1, "One"), (2, "Two")]
    assert [told["number"] for told in mara.heard()] == [1, 2]
    assert [answers[0]["message"]["id"], answers[2]["message"]["id"]] == [row[0] for row in stored(app, ref)]
    assert (tom.unread(ref), mara.unread(ref)) == (0, 2)
