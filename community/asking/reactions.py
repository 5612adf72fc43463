"""What follows: practices are told, a brief ends by itself, and a booking is remembered."""

from datetime import timedelta

from sqlalchemy import update

from community.accounts.facts import PersonSanctioned
from community.accounts.models import Person
from community.asking import actions, drafts
from community.asking.facts import BriefAsked, BriefEnds, SecondWaveDue
from community.asking.models import Brief
from community.bookings import queries as bookings
from community.bookings.facts import BookingAsked, BookingConfirmed, BookingRequested
from community.core.db import db, writing
from community.core.events import after, on
from community.core.jobs import tick
from community.niches.facts import NicheMerged


@after(BriefAsked)
def tell_first(fact: BriefAsked) -> None:
    """The six that fit best."""
    with writing():
        actions.tell(fact.brief_id, wave=1)


@after(SecondWaveDue)
def tell_more(fact: SecondWaveDue) -> None:
    """Six more, where few replied."""
    with writing():
        actions.tell(fact.brief_id, wave=2)


@after(BriefEnds)
def lapse(fact: BriefEnds) -> None:
    """It closes by itself; one that was extended has a timer of its own."""
    with writing():
        actions.lapse(fact.brief_id, fact.closes)


@on(PersonSanctioned)
def close_all(fact: PersonSanctioned) -> None:
    """Who is banned asks for nothing."""
    if fact.kind == "ban":
        actions.close_all(db.session.get_one(Person, fact.person_id))


@on(BookingConfirmed)
def note_confirmed(fact: BookingConfirmed) -> None:
    """What a reply named was booked."""
    actions.note_booking(bookings.get(fact.booking_id))


@on(BookingRequested)
def note_requested(fact: BookingRequested) -> None:
    """Or asked for."""
    actions.note_booking(bookings.get(fact.booking_id))


@on(BookingAsked)
def note_asked(fact: BookingAsked) -> None:
    """Or a quote was asked for, with answers to the practice's questions."""
    actions.note_booking(bookings.get(fact.booking_id))


@on(NicheMerged)
def move_briefs(fact: NicheMerged) -> None:
    """Briefs for the one are briefs for the other."""
    moved = update(Brief).where(Brief.niche_id == fact.niche_id).values(niche_id=fact.into_id)
    db.session.execute(moved.execution_options(synchronize_session=False))


@tick("asking.drafts", every=timedelta(hours=12))
def forget_drafts() -> None:
    """What visitors typed and never came back for."""
    with writing():
        drafts.forget_old()
