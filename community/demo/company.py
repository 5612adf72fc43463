"""A circle that has met before, with minutes, members who wait for a partner, and what is planned in the rooms."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.circles import actions as circles
from community.circles import agenda
from community.circles.models import Circle, CircleMeeting
from community.core import clock
from community.core.db import db, writing
from community.core.errors import Refused
from community.demo import hours, people
from community.demo.progress import Progress
from community.demo.town import Town, dice
from community.matching import actions as partners
from community.matching.models import PartnerWish

STEPS = 3
CIRCLE = "Numbers & nerves"
_ABOUT = "Five of us look at our numbers once a month, say what frightens us, and leave with one thing to do."
_MINUTES = (
    "**Round.** Everybody but one is up on last month. Nobody likes their tax letter.\n\n"
    "**Asks.** Who knows a bookkeeper who answers? Two names given.\n\n"
    "**Until next time.** One reminder a week for late invoices; rates up by a tenth for new clients.",
    "**Round.** A quiet month for two of us, a full one for the others: work was passed on.\n\n"
    "**Asks.** How do you say no to a client you like? We wrote the sentence together.\n\n"
    "**Until next time.** A week without meetings, in the diary now.",
)
_ITEMS = (
    ("check_in", "One big client left, two small ones came."),
    ("ask", "How do you word a price rise?"),
    ("commitment", "Write to the three who owe me money."),
    ("commitment", "Block Friday afternoons for my own work."),
)


def load(town: Town, progress: Progress) -> None:
    """What is not there yet."""
    progress.begin("Company")
    ids = _members(town)
    if ids and db.session.scalar(select(Circle.id).where(Circle.name == CIRCLE)) is None:
        with writing():
            _circle(town, _people(ids[:5]))
    progress.add()
    if ids and db.session.scalar(select(PartnerWish.id).limit(1)) is None:
        with writing():
            _wishes(town, _people(ids[3:11]))
    progress.add()
    hours.load(town, ids[:8])
    progress.add()


def _members(town: Town) -> list[int]:
    """Mara before others: whoever looks around as her finds her circle."""
    wanted = sorted(people.everybody(town)[:16], key=lambda person: person.name != "Mara Ellis")
    query = select(Person).where(Person.email.in_([people.address(person.name) for person in wanted]))
    found = {person.email: person for person in db.session.scalars(query)}
    here = [found[people.address(one.name)] for one in wanted if people.address(one.name) in found]
    ids = [person.id for person in here if accounts.is_member(person)]
    db.session.rollback()
    return ids


def _people(ids: Sequence[int]) -> list[Person]:
    return [db.session.get_one(Person, one) for one in ids]


def _circle(town: Town, members: list[Person]) -> None:
    with clock.frozen(town.now - timedelta(weeks=10)):
        rhythm: dict[str, Any] = {"zone": members[0].zone, "weekday": 1, "week": 2, "at": 18 * 60 + 30, "minutes": 90}
        circle = circles.found(by=members[0], name=CIRCLE, about=_ABOUT, seats=6, **rhythm)
        for person in members[1:]:
            circles.ask(circle, note="", by=person)
            circles.decide(circle, person, yes=True, by=members[0])
    for number, minutes in enumerate(_MINUTES):
        meeting = db.session.scalars(select(CircleMeeting).order_by(CircleMeeting.starts_at.desc())).first()
        if meeting is None or meeting.starts_at > town.now:
            break
        with clock.frozen(meeting.starts_at):
            _agenda(meeting, members, number)
            agenda.write(meeting, minutes, version=0, by=members[number + 1])
            circles.meet_next(circle, meeting.starts_at + timedelta(minutes=circle.minutes))
    coming = circles.meet_next(circle, town.now)
    agenda.add(coming, "topic", "Shall we take in a sixth?", by=members[0])


def _agenda(meeting: CircleMeeting, members: list[Person], number: int) -> None:
    for at, (kind, text) in enumerate(_ITEMS):
        item = agenda.add(meeting, kind, text, by=members[(at + number) % len(members)])
        if kind == "commitment":
            item.kept = at % 2 == 0


def _wishes(town: Town, members: list[Person]) -> None:
    """For the next days, at hours at which most are awake; some of them find each other at once."""
    for number, person in enumerate(members):
        roll = dice("wish", number)
        begins = (town.now + timedelta(days=1 + number // 3)).replace(minute=0, second=0, microsecond=0)
        begins = begins.replace(hour=roll.choice((9, 10, 14)))
        taste: dict[str, Any] = {"stage": roll.choice(("starting", "steady", "growing")), "three": number % 3 > 0}
        try:
            partners.ask(person, earliest=begins, latest=begins + timedelta(hours=1), minutes=50, **taste)
        except Refused:
            continue
