"""Asking for a partner, and looking at what came of it."""

from datetime import timedelta

from sqlalchemy import select

from community.core import jobs
from community.core.db import db
from community.matching import queries, reactions
from community.matching.models import PartnerWish

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
