"""Unread direct and booking messages: after five minutes away, then at most hourly, each once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from community.core.db import db
from community.core.mail import outbox
from community.notifications.facts import UnreadWaits
from community.notifications.reactions import mail_unread
from community.rooms.models import Room
from tests.rooms.conftest import nobody_here, talker  # noqa: F401 - the same people
from tests.rooms.people import direct, lounge


@pytest.fixture
def mails(app):
    def sent():
        with app.app_context():
            return [(m.to[0], m.subject) for m in outbox()]

    return sent


def wait(advance, drain, minutes):
    for _ in range(minutes):
        advance(timedelta(minutes=1))
        drain()


def accepted(app, mara, tom):
    ref = direct(app, mara, tom)
    tom.post(f"/rooms/{ref}/acceptance", at=f"/inbox/{ref}")
    return ref


def test_mailed_once_after_five_minutes(app, talker, advance, drain, mails):  # noqa: F811
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    ref = direct(app, mara, tom, "Are you there?")
    wait(advance, drain, 4)
    assert mails() == []
    wait(advance, drain, 2)
    assert mails() == [("tom@example.com", "Mara Ellis would like to write to you")]
    with app.app_context():
        text = outbox()[0].body
        room_id = db.session.scalars(select(Room.id).where(Room.kind == "direct")).one()
    assert "Are you there?" in text
    assert f"/inbox/{ref}" in text
    wait(advance, drain, 180)
    assert len(mails()) == 1
    with app.app_context():
        mail_unread(UnreadWaits(room_id, tom.id))
    drain()
    assert len(mails()) == 1


def test_what_is_read_is_not_mailed(app, talker, advance, drain, mails):  # noqa: F811
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    ref = direct(app, mara, tom)
    advance(timedelta(minutes=2))
    tom.browser.get(f"/inbox/{ref}")
    wait(advance, drain, 70)
    assert mails() == []


def test_at_most_hourly_and_with_what_came_meanwhile(app, talker, advance, drain, mails):  # noqa: F811
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    ref = accepted(app, mara, tom)
    tom.browser.get(f"/inbox/{ref}")
    mara.join(ref)
    mara.say(ref, "one")
    wait(advance, drain, 6)
    assert mails() == [("tom@example.com", "A message from Mara Ellis")]
    mara.say(ref, "two")
    mara.say(ref, "three")
    wait(advance, drain, 57)
    assert len(mails()) == 1
    wait(advance, drain, 6)
    assert mails()[1:] == [("tom@example.com", "2 messages from Mara Ellis")]
    wait(advance, drain, 120)
    assert len(mails()) == 2


def test_who_is_busy_in_the_rooms_is_not_away(app, talker, advance, drain, mails):  # noqa: F811
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    table = lounge(app)
    tom.join(table)
    direct(app, mara, tom)
    for n in range(4):
        advance(timedelta(minutes=3))
        tom.say(table, f"busy {n}")
        drain()
    assert mails() == []
    wait(advance, drain, 6)
    assert len(mails()) == 1


def test_the_lounge_mails_nobody_and_blocks_hold(app, talker, advance, drain, mails):  # noqa: F811
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    table = lounge(app)
    tom.join(table)
    mara.join(table)
    mara.say(table, "hello all")
    direct(app, mara, tom)
    tom.blocks(mara)
    wait(advance, drain, 10)
    assert mails() == []
