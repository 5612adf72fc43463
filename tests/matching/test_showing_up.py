"""Who does not come, who can't come, and what is done for who stays."""

import re
from datetime import timedelta

from community.accounts import actions as accounts
from community.core import clock
from community.core.db import db, writing
from community.matching import actions, keeping, queries
from community.matching.models import Pairing
from community.rooms import actions as rooms
from community.rooms import rules as room_rules
from community.rooms import sessions
from community.rooms.gathering import seating
from community.rooms.models import Session
from tests.matching.asking import MINUTE, asks, mails, minute, pairing_of, run, wish_of


def test_who_does_not_come_is_replaced_within_two_minutes(app, talker, pair, advance):
    mara, tom, number, ref, _session = pair
    with app.app_context():
        starts = db.session.get_one(Pairing, number).starts_at
    advance(starts - clock.now() - MINUTE)
    mara.browser.get(f"/rooms/{ref}")
    ines = talker("Ines Duarte")
    advance(7 * MINUTE)  # six minutes after the start: Tom is not there
    asks(ines)
    run(app)
    assert pairing_of(app, tom) is None
    assert tom.browser.get(f"/rooms/{ref}").status_code == 404
    assert pairing_of(app, ines)[1] == ref
    assert "Ines" in mara.browser.get(f"/rooms/{ref}").text
    missed = mails(app, "tom@example.com")[-1]
    assert "We missed you" in missed.subject
    assert "You came to 0 of 1" in tom.browser.get("/partners").text
    assert "0 of 1" not in mara.browser.get("/partners").text
    with app.app_context():
        wishes = {wish.person_id: wish.misses for wish in _batch_with(app, tom)}
    assert wishes[tom.id] == 1


def _batch_with(app, who):
    with writing():
        actions.ask(who.person(), earliest=clock.now() + 60 * MINUTE, latest=clock.now() + 90 * MINUTE, minutes=50)
    return queries.batch()


def test_left_alone_with_nobody_free_there_is_a_chair_at_a_promised_hour(app, talker, pair, promised, advance):
    mara, _tom, number, ref, _session = pair
    hour = promised(timedelta(minutes=50))
    with app.app_context():
        starts = db.session.get_one(Pairing, number).starts_at
    advance(starts - clock.now())
    mara.browser.get(f"/rooms/{ref}")
    advance(keeping.SHOW_TIME)
    run(app)
    assert "We look for somebody for you" in mara.browser.get(f"/rooms/{ref}").text
    assert wish_of(app, mara)[0] == "waiting"
    advance(keeping.REMATCH)
    run(app)
    assert wish_of(app, mara)[:2] == ("waiting", hour)
    advance(20 * MINUTE)
    minute(app)
    assert wish_of(app, mara)[0] == "hour"


def test_two_who_were_left_alone_are_put_together(app, talker, advance):
    four = [talker(name) for name in ("Mara Ellis", "Tom Okafor", "Noor Haddad", "Ines Duarte")]
    mara, tom, noor, ines = four
    with app.app_context(), writing():
        accounts.block(noor.person(), by=tom.person())
        accounts.block(ines.person(), by=tom.person())
    for who in four:
        asks(who, company="pair")
        run(app)
    assert pairing_of(app, mara)[0] == pairing_of(app, tom)[0] != pairing_of(app, noor)[0]
    with app.app_context():
        starts = db.session.get_one(Pairing, pairing_of(app, noor)[0]).starts_at
    advance(starts - clock.now())
    for who in (mara, noor):
        who.browser.get(f"/rooms/{pairing_of(app, who)[1]}")
    advance(keeping.SHOW_TIME)
    run(app)
    assert pairing_of(app, mara)[0] == pairing_of(app, noor)[0]


def test_whoever_cant_come_says_so_and_the_other_waits_again(app, talker, pair):
    mara, tom, number, ref, session = pair
    assert tom.post(f"/partners/{number}/leaving", at=f"/rooms/{ref}").status_code == 302
    assert wish_of(app, mara)[0] == "waiting"
    assert wish_of(app, tom)[0] == "taken_back"
    assert "can’t come" in mails(app, "mara@example.com")[-1].subject
    assert mara.browser.get(f"/rooms/{ref}").status_code == 404
    with app.app_context():
        assert db.session.get_one(Session, session).called_off_at is not None
    ines = talker("Ines Duarte")
    asks(ines)
    run(app)
    assert pairing_of(app, mara)[0] == pairing_of(app, ines)[0] != number
    # Nobody undoes it from the pages of sessions.
    there = pairing_of(app, mara)
    assert mara.post(f"/sessions/{there[2]}/calling-off", at=f"/rooms/{there[1]}").status_code == 409
    assert ines.post(f"/sessions/{there[2]}/seat/return", at=f"/rooms/{there[1]}").status_code == 409


def test_who_often_sits_with_others_is_asked_and_only_they_may_answer(app, talker, advance):
    mara, tom, ines = talker("Mara Ellis"), talker("Tom Okafor"), talker("Ines Duarte")
    ines.blocks(mara)
    with app.app_context(), writing():  # Tom and Ines sat in a session yesterday
        room = rooms.ensure_lounge()
        plan = room_rules.plan_of(room_rules.TEMPLATES[1])
        sat = sessions.start_session(room, host=tom.person(), plan=plan)
        for who in (tom, ines):
            seating.sit_down(sat, by=who.person())
    advance(timedelta(days=1))
    asks(mara)
    advance(11 * MINUTE)
    minute(app)
    found = mails(app, "tom@example.com")[-1]
    assert "Have you an hour? Mara" in found.subject
    assert all("Mara" not in mail.body for mail in mails(app, "ines@example.com"))
    path = re.search(r"/partners/asked/[\w.-]+", found.body)[0]
    assert ines.browser.get(path).status_code == 404
    assert "Mara Ellis" in tom.browser.get(path).text
    assert tom.post(path, at=path).status_code == 302
    assert pairing_of(app, tom) == pairing_of(app, mara)
    late = tom.post(path, at=path)
    assert late.status_code == 409
    assert "Somebody was found meanwhile" in late.text
    # Nobody is asked twice a day.
    asks(talker("Noor Haddad"), company="pair")
    advance(11 * MINUTE)
    minute(app)
    assert sum("Have you an hour" in mail.subject for mail in mails(app, "tom@example.com")) == 1


def test_who_is_out_of_it_hears_nothing_from_then_on(app, talker, pair, advance):
    """By socket: taken back, missed, or blocked."""
    mara, tom, number, ref, _session = pair
    for who in (mara, tom):
        who.join(ref)
    mara.say(ref, "Good morning")
    assert [each["client_id"] for each in tom.heard()] == ["Good morning"]
    assert tom.post(f"/partners/{number}/leaving", at=f"/rooms/{ref}").status_code == 302
    assert mara.ask("say", ref, text="Anybody?", client_id="2")["error"] == "not_found"
    # Three: one is blocked by another, and the two who stay talk on.
    ines, noor = talker("Ines Duarte"), talker("Noor Haddad")
    for who in (ines, noor):
        asks(who)
        run(app)
    _id, there, _ = pairing_of(app, mara)
    assert pairing_of(app, noor)[1] == there
    for who in (mara, ines, noor):
        who.join(there)
        who.heard()
    noor.blocks(ines)
    assert noor.ask("join", there)["error"] == "not_found"
    mara.say(there, "Shall we?")
    assert [each["client_id"] for each in ines.heard()] == ["Shall we?"]
    assert noor.heard() == []
