"""Partners through the pages: asked, matched, not there, replaced, *again*; and who must never meet."""

from datetime import UTC, timedelta

import pytest
from sqlalchemy import select

from community.accounts import actions as accounts
from community.accounts.models import Membership
from community.core import clock, jobs
from community.core.db import db, writing
from community.matching import actions, keeping, looking, queries, reactions
from community.matching.models import Pairing, PairingPlace, PartnerWish
from community.rooms import rules as room_rules
from community.rooms.gathering import planning
from community.rooms.models import Room, RoomMember, Session
from tests.rooms.people import lounge

MINUTE = timedelta(minutes=1)


def asks(who, **given):
    known = {"when": "soon", "minutes": "50", "company": "three", "give_or_take": "30", "stage": ""}
    return who.post("/partners", known | given, at="/partners")


def run(app):
    with app.app_context():
        return jobs.drain()


def minute(app):
    """What the tick does."""
    with app.app_context():
        reactions.every_minute()


def wish_of(app, who):
    with app.app_context():
        query = select(PartnerWish).where(PartnerWish.person_id == who.id).order_by(PartnerWish.id.desc())
        found = db.session.scalars(query).first()
        return found.state, found.hour_id, found.pairing_id


def pairing_of(app, who):
    """(id, room, session) of where somebody is matched now."""
    with app.app_context():
        found = queries.coming_of(who.person())
        return (found[0].id, found[0].room.ref, found[0].session_id) if found else None


def mails(app, to):
    with app.app_context():
        jobs.drain()
        return [mail for mail in app.extensions["mailman"].outbox if to in mail.to]


@pytest.fixture
def promised(app, talker):
    """`promised(within)`: Priya greets at an hour so far from now; its id."""

    def plan(within):
        host, ref = talker("Priya Nair"), lounge(app)
        with app.app_context(), writing():
            room = db.session.scalars(select(Room).where(Room.ref == ref)).one()
            first = (clock.now() + within).astimezone(UTC).replace(tzinfo=None)
            plan = room_rules.plan_of(room_rules.TEMPLATES[1])
            given = {"name": "Quiet hour", "zone": "UTC", "phases": plan, "promised": True}
            return planning.plan(room, host=host.person(), first=first, **given)[0].id

    return plan


@pytest.fixture
def pair(app, talker):
    """Mara and Tom, matched for an hour that begins in a few minutes: (mara, tom, pairing, room, session)."""
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    asks(mara)
    run(app)
    asks(tom)
    run(app)
    return mara, tom, *pairing_of(app, mara)


def test_two_who_ask_are_matched_told_and_sit_in_a_room_of_their_own(app, talker, pair):
    _mara, tom, _id, ref, session = pair
    assert pairing_of(app, tom)[1] == ref
    mail = mails(app, "tom@example.com")[-1]
    assert "You work with Mara" in mail.subject
    assert any("BEGIN:VCALENDAR" in str(part) for part in mail.attachments)
    assert "Mara Ellis" in tom.browser.get(f"/rooms/{ref}").text
    assert "With Mara" in tom.browser.get("/rooms").text
    assert tom.browser.get(f"/sessions/{session}/calendar").status_code == 200
    # It is theirs alone: others find neither the room nor the session.
    ines = talker("Ines Duarte")
    assert ines.browser.get(f"/rooms/{ref}").status_code == 404
    assert ines.browser.get(f"/sessions/{session}").status_code == 404
    assert "Mara and Tom" not in ines.browser.get("/sessions").text
    assert ines.join(ref)["error"] == "not_found"


def test_waiting_says_what_happens_next_and_can_be_taken_back(app, talker, promised, advance):
    hour = promised(timedelta(hours=1))
    mara = talker("Mara Ellis")
    assert asks(mara).status_code == 302
    page = mara.browser.get("/partners").text
    assert "We look for somebody" in page
    assert "The next promised hour is Quiet hour" in page
    assert asks(mara).status_code == 422 or "already" in asks(mara).text
    advance(11 * MINUTE)
    minute(app)
    assert wish_of(app, mara)[:2] == ("waiting", hour)
    assert "A chair is yours at Quiet hour" in mara.browser.get("/partners").text
    assert "A chair for you" in mails(app, "mara@example.com")[-1].subject
    with app.app_context():
        number = db.session.scalar(select(PartnerWish.id))
    mara.post(f"/partners/wishes/{number}/return", at="/partners")
    assert wish_of(app, mara)[:2] == ("taken_back", None)
    with app.app_context():
        assert db.session.get_one(Session, hour).taken == 1


def test_nobody_at_all_ends_in_the_promised_hour_or_in_word_of_the_next(app, talker, promised, advance):
    mara, noor = talker("Mara Ellis"), talker("Noor Haddad")
    day = (clock.now() + timedelta(days=1)).date().isoformat()
    asks(mara, when="at", day=day, time="10:00", give_or_take="0")
    advance(timedelta(hours=24))
    minute(app)
    assert wish_of(app, mara)[0] == "missed"
    assert "Nobody was free" in mails(app, "mara@example.com")[-1].subject
    promised(timedelta(minutes=90))
    asks(noor)
    advance(11 * MINUTE)
    minute(app)
    advance(timedelta(minutes=62))
    minute(app)
    assert wish_of(app, noor)[0] == "hour"


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


def test_a_third_joins_two_who_like_that(app, talker, pair):
    mara, _tom, _id, ref, session = pair
    ines, noor = talker("Ines Duarte"), talker("Noor Haddad")
    asks(ines)
    run(app)
    assert pairing_of(app, ines)[1] == ref
    with app.app_context():
        assert db.session.get_one(Session, session).taken == 3
        assert db.session.scalars(select(Room).where(Room.ref == ref)).one().name == "Mara, Tom and Ines"
    asks(noor)
    run(app)
    assert pairing_of(app, noor) is None
    assert "Ines" in mara.browser.get(f"/rooms/{ref}").text


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


def test_again_is_shown_only_when_both_said_it_and_makes_regulars(app, talker, pair, advance):
    mara, tom, number, ref, _session = pair
    with app.app_context():
        starts = db.session.get_one(Pairing, number).starts_at
    advance(starts - clock.now())
    for who in (mara, tom):
        who.browser.get(f"/rooms/{ref}")
    run(app)
    advance(51 * MINUTE)
    run(app)
    assert "Would you work with Tom again?" in mara.browser.get(f"/rooms/{ref}").text
    mara.post(f"/partners/{number}/again", {"again": "yes"}, at=f"/rooms/{ref}")
    assert "both said so" not in mara.browser.get(f"/rooms/{ref}").text
    assert "both said so" not in tom.browser.get(f"/rooms/{ref}").text
    assert "Your regulars" not in mara.browser.get("/partners").text
    tom.post(f"/partners/{number}/again", {"again": "yes"}, at=f"/rooms/{ref}")
    assert "both said so" in mara.browser.get(f"/rooms/{ref}").text
    assert "Your regulars" in mara.browser.get("/partners").text
    assert "You came to 1 of 1" in tom.browser.get("/partners").text
    # Of three who wait the two are matched again.
    for who in (talker("Ines Duarte"), tom, mara):
        with app.app_context(), writing():
            begins = clock.now() + 90 * MINUTE
            actions.ask(who.person(), earliest=begins, latest=begins, minutes=50, three=False)
    run(app)
    assert pairing_of(app, mara)[0] == pairing_of(app, tom)[0]
    # A day later the room is closed.
    advance(timedelta(days=2))
    minute(app)
    assert mara.browser.get(f"/rooms/{ref}").status_code == 404


def test_a_block_either_way_and_a_suspension_keep_apart(app, talker):
    mara, tom, ines = talker("Mara Ellis"), talker("Tom Okafor"), talker("Ines Duarte")
    tom.blocks(mara)
    for who in (mara, tom):
        asks(who)
        run(app)
    assert pairing_of(app, mara) is None
    asks(ines)
    run(app)
    both = [who for who in (mara, tom) if pairing_of(app, who)]
    assert len(both) == 1
    # Suspended, Ines is not waited for: whoever was with her waits again.
    ines.sanctioned("suspend")
    assert wish_of(app, both[0])[0] == "waiting"
    assert pairing_of(app, ines) is None


def test_a_block_among_the_matched_parts_them_and_says_nothing(app, talker, pair):
    mara, tom, _number, ref, _session = pair
    mara.blocks(tom)
    assert pairing_of(app, tom) is None
    assert tom.browser.get(f"/rooms/{ref}").status_code == 404
    assert wish_of(app, tom)[0] == wish_of(app, mara)[0] == "waiting"
    run(app)
    assert pairing_of(app, tom) is None
    assert all("block" not in mail.body for mail in mails(app, "tom@example.com"))


def test_members_in_good_standing_only(app, talker):
    pia, tom = talker("Pia Lund", member=False), talker("Tom Okafor")
    assert pia.browser.get("/partners").status_code == 403
    asks(tom)
    with app.app_context(), writing():
        db.session.get_one(Membership, tom.id).status = "lapsed"
    mara = talker("Mara Ellis")
    asks(mara)
    run(app)
    assert pairing_of(app, mara) is None
    noor = talker("Noor Haddad")
    noor.sanctioned("mute")
    assert asks(noor).status_code == 403


def test_what_cant_be_is_refused_at_its_field(app, talker):
    mara = talker("Mara Ellis", zone="Europe/Berlin")
    assert "Choose a day and a time" in asks(mara, when="at").text
    past = asks(mara, when="at", day="2026-11-18", time="10:00")
    assert past.status_code == 422
    assert "That is over already" in past.text
    skipped = asks(mara, when="at", day="2027-03-28", time="02:30")
    assert "The clocks skip this time" in skipped.text
    far = asks(mara, when="at", day="2027-01-20", time="10:00")
    assert "within the next two weeks" in far.text
    day = (clock.now() + timedelta(days=2)).date().isoformat()
    assert asks(mara, when="at", day=day, time="10:00", give_or_take="60").status_code == 302
    with app.app_context():
        wish = db.session.scalars(select(PartnerWish)).one()
        assert (wish.earliest.hour, wish.latest - wish.earliest) == (9, 60 * MINUTE)
    again = asks(mara, when="at", day=day, time="10:30")
    assert again.status_code == 409
    assert "around then already" in again.text


def test_looking_twice_at_once_makes_one_match(app, talker, pair):
    mara, *_rest = pair
    with app.app_context():
        assert looking.look() == 0
        count = db.session.scalars(select(Pairing.id)).all()
        places = db.session.scalars(select(PairingPlace.person_id)).all()
        seats = db.session.scalars(select(RoomMember.person_id).join(Room).where(Room.kind == "pairing")).all()
    assert len(count) == 1
    assert sorted(places) == sorted(seats)
    assert pairing_of(app, mara) is not None
