"""Every mail about partners and circles, written about the scene's people."""

from datetime import timedelta

from community.circles.facts import CircleAsked, CircleInvited, CircleJoined, MeetingNears
from community.circles.models import Circle, CircleMeeting, CircleMember
from community.core import clock
from community.core.db import db, writing
from community.matching.facts import (
    HourKept,
    PairingJoined,
    PairingLost,
    PairingMade,
    PartnerMissed,
    PartnerWanted,
    WishMissed,
)
from community.matching.models import Pairing, PairingPlace, PartnerWish
from community.notifications import circle_mails, partner_mails
from tests.shape.scene import Scene


def write_all(scene: Scene) -> None:
    """The member's, and Lena's who is with her."""
    mine = scene.roles["member"]
    assert mine.id is not None
    with scene.app.app_context():
        _partners(scene, mine.has["pairing"], mine.has["wish"], mine.id)
        _circles(scene, mine.has["circle"], mine.has["meeting"])


def _partners(scene: Scene, pairing_id: int, wish_id: int, member: int) -> None:
    partner_mails.tell_found(PairingMade(pairing_id))
    with writing():
        db.session.get_one(PartnerWish, wish_id).hour_id = scene.other["session"]
    partner_mails.tell_hour(HourKept(wish_id))
    partner_mails.tell_nobody(WishMissed(wish_id))
    partner_mails.ask_for_company(PartnerWanted(wish_id))
    starts = db.session.get_one(Pairing, pairing_id).starts_at
    db.session.rollback()
    with clock.frozen(starts + timedelta(minutes=6)):
        partner_mails.tell_joined(PairingJoined(pairing_id, member))
    with writing():
        db.session.get_one(PairingPlace, (pairing_id, scene.lena)).gone = "no_show"
    partner_mails.tell_missed(PartnerMissed(pairing_id, scene.lena))
    partner_mails.tell_lost(PairingLost(pairing_id, member))


def _circles(scene: Scene, circle_id: int, meeting_id: int) -> None:
    circle_mails.tell_keeper(CircleAsked(circle_id, scene.lena))
    with writing():
        row = db.session.get_one(CircleMember, (circle_id, scene.lena))
        row.standing = "invited"
    circle_mails.tell_invited(CircleInvited(circle_id, scene.lena))
    with writing():
        db.session.get_one(CircleMember, (circle_id, scene.lena)).standing = "in"
    circle_mails.tell_joined(CircleJoined(circle_id, scene.lena))
    starts = int(db.session.get_one(CircleMeeting, meeting_id).starts_at.timestamp())
    assert db.session.get_one(Circle, circle_id).ended_at is None
    db.session.rollback()
    circle_mails.remind_of_meeting(MeetingNears(meeting_id, starts))
