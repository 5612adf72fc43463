"""Sessions planned for the coming days, and members who ask for a room for their niche."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from community.accounts.models import Person
from community.core.db import db, writing
from community.demo.town import Town
from community.niches.models import Niche
from community.profiles.models import Practice, practices_niches
from community.rooms import actions as rooms
from community.rooms import rules as room_rules
from community.rooms.gathering import planning, rules, seating
from community.rooms.models import Session
from community.rooms.opening import actions as opening
from community.rooms.opening.models import RoomAsking

_ZONE = "Europe/London"
_PLANS = {each.key: each for each in rules.PLANS}
# name, plan, days ahead, hour, weeks, how many come, how together, whether company is promised, an open house
_PLANNED = (
    ("Evening round", "invoice", 1, 18, 1, 2, "check_in", False, True),
    ("Deep work before lunch", "deep", 2, 10, 1, 3, "silent", True, False),
    ("Invoice hour", "invoice", 3, 14, 4, 4, "check_in", True, False),
    ("Quiet morning", "long", 5, 9, 1, 2, "chat", False, False),
)


def load(town: Town, members: Sequence[int]) -> None:
    """What is not there yet. Commits by itself."""
    if members and db.session.scalar(select(Session.id).where(Session.series.is_not(None)).limit(1)) is None:
        with writing():
            _plan(town, [db.session.get_one(Person, one) for one in members])
    if db.session.scalar(select(RoomAsking.niche_id).limit(1)) is None:
        with writing():
            _ask()


def _plan(town: Town, people: Sequence[Person]) -> None:
    lounge = rooms.ensure_lounge()
    today = town.now.astimezone(ZoneInfo(_ZONE)).date()
    for number, (name, plan, days, hour, weeks, coming, together, promised, open_house) in enumerate(_PLANNED):
        day = today + timedelta(days=days)
        made = planning.plan(
            lounge,
            host=people[number % len(people)],
            name=name,
            first=datetime.combine(day, datetime.min.time()) + timedelta(hours=hour),
            zone=_ZONE,
            phases=room_rules.plan_of(_PLANS[plan]),
            until=day + timedelta(weeks=weeks - 1) if weeks > 1 else None,
            mutuality=together,
            promised=promised,
            open_house=open_house,
        )
        for person in people[number + 1 : number + 1 + coming]:
            seating.take(made[0], by=person)


def _ask() -> None:
    """In the two niches with most practices all but one of those whom a room needs."""
    many = select(practices_niches.c.niche_id).group_by(practices_niches.c.niche_id)
    for niche_id in db.session.scalars(many.order_by(func.count().desc(), practices_niches.c.niche_id).limit(2)).all():
        niche = db.session.get_one(Niche, niche_id)
        query = select(Practice).join(practices_niches).where(practices_niches.c.niche_id == niche_id)
        for practice in db.session.scalars(query.order_by(Practice.id).limit(opening.NEEDED - 1)).all():
            opening.ask(niche, by=practice.owner)
