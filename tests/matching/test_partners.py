"""Partners through the pages: asked, matched, not there, replaced, *again*; and who must never meet."""

from datetime import timedelta

from sqlalchemy import select

from community.accounts.models import Membership
from community.core import clock
from community.core.db import db, writing
from community.matching import actions, looking, pairing, queries
from community.matching.batch import match
from community.matching.models import Pairing, PairingPlace, PartnerWish
from community.rooms.models import Room, RoomMember, Session
from tests.matching.asking import MINUTE, asks, mails, minute, pairing_of, run, wish_of


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
    # Nor does the frame of any page, or the list of rooms, tell when who works with whom.
    for looker in (ines.browser, app.test_client()):
        for path in ("/", "/rooms", "/sessions"):
            page = looker.get(path).text
            assert "with Mara" not in page, path
            assert "with Tom" not in page, path
            assert "Mara and Tom" not in page, path


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


def test_a_match_that_two_workers_found_comes_true_once(app, talker):
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    for who in (mara, tom):
        asks(who)
    with app.app_context():
        found = match(queries.batch(), now=clock.now()).matches
        for first in (True, False):
            with writing():
                assert (pairing.settle(found[0]) is not None) is first
        assert looking.look() == 0
        places = db.session.scalars(select(PairingPlace.person_id)).all()
        seats = db.session.scalars(select(RoomMember.person_id).join(Room).where(Room.kind == "pairing")).all()
    assert sorted(places) == sorted(seats) == sorted([mara.id, tom.id])
