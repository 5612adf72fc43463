"""What follows: matching when somebody asks and every minute, who is missed, and the end of what must not go on."""

from datetime import timedelta

from community.accounts import queries as accounts
from community.accounts.facts import PersonBlocked, PersonSanctioned
from community.accounts.models import Person
from community.core.db import db, writing
from community.core.events import after, on
from community.core.jobs import tick
from community.matching import actions, looking, showing
from community.matching.facts import LonelyLongEnough, PairingLost, ShowTimeOver, WishMade


@after(WishMade)
def look_at_once(_fact: WishMade) -> None:
    """Perhaps somebody waits already."""
    looking.look()


@after(PairingLost)
def look_again(_fact: PairingLost) -> None:
    """For who stays."""
    looking.look()


@after(ShowTimeOver)
def see_who_came(fact: ShowTimeOver) -> None:
    """Whoever sits alone chooses first among those who wait."""
    with writing():
        alone = showing.look(fact.pairing_id)
    if alone:
        looking.look()


@after(LonelyLongEnough)
def offer_something_else(fact: LonelyLongEnough) -> None:
    """Once more, then a chair at a promised hour."""
    looking.look()
    with writing():
        showing.comfort(fact.pairing_id)


@tick("matching.look", every=timedelta(minutes=1))
def every_minute() -> None:
    """Match, keep chairs, end what is over."""
    looking.look()
    for work in (showing.keep_hours, showing.expire, showing.close_rooms):
        with writing():
            work()


@on(PersonBlocked)
def part(fact: PersonBlocked) -> None:
    """Two between whom a block stands are not partners any more."""
    actions.part(db.session.get_one(Person, fact.blocker_id), db.session.get_one(Person, fact.blocked_id))


@on(PersonSanctioned)
def end(fact: PersonSanctioned) -> None:
    """Who may not come is not waited for."""
    person = db.session.get_one(Person, fact.person_id)
    if accounts.sanction(person, "suspend", "ban") is not None:
        actions.end_for(person)
