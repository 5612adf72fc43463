"""Changing briefs: ask, tell practices, reply, accept, end. Lock order: practices, brief, booking."""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.asking import field, queries, rules
from community.asking.facts import (
    BriefAsked,
    BriefEnds,
    BriefNears,
    BriefOver,
    BriefReplied,
    PracticeTold,
    ReplyAccepted,
    ReplyDeclined,
    SecondWaveDue,
)
from community.asking.models import Brief, BriefReply, BriefTold
from community.availability import actions as availability
from community.bookings import actions as bookings
from community.bookings.choices import Question
from community.bookings.models import Booking
from community.core import clock
from community.core import db as turns
from community.core.db import db
from community.core.errors import NotFound, Refused
from community.core.events import emit
from community.core.ids import new_ref
from community.core.site import settings
from community.listings.models import Listing
from community.niches.models import Audience, Niche, Place
from community.profiles.models import Practice


def ask(
    *,
    by: Person,
    title: str,
    need: str,
    niche: Niche,
    audience: Audience | None = None,
    budget: tuple[int | None, int | None] = (None, None),
    due_day: date | None = None,
    place: Place | None = None,
    km: int | None = None,
    languages: list[str] | None = None,
) -> Brief:
    """A new brief, open for a fortnight; practices are told within seconds. `budget`: minor units, as the client pays.

    Raises `Refused`: "muted", "too_many".
    """
    _check(by)
    turns.lock()
    db.session.execute(select(Person.id).where(Person.id == by.id).with_for_update())
    query = select(func.count()).select_from(Brief).where(Brief.client_id == by.id, Brief.status == "open")
    if (db.session.scalar(query) or 0) >= rules.MOST_OPEN:
        raise Refused("too_many", _("Three of your briefs are open. Close one first, then ask again."), 409)
    made = Brief(ref=new_ref("f"), client=by, title=title, need=need, niche=niche, audience=audience)
    made.budget_low, made.budget_high, made.currency = *budget, settings().currency
    made.due_day, made.place, made.km = due_day, place, km if place else None
    made.languages, made.closes_at = languages or [], clock.now() + rules.OPEN_FOR
    db.session.add(made)
    db.session.flush()
    emit(BriefAsked(made.id))
    _arm(made)
    return made


def _check(by: Person) -> None:
    if accounts.sanction(by, "mute", "suspend", "ban") is not None:
        raise Refused("muted", _("You can’t do this at the moment: staff have muted you."), 403)


def _arm(brief: Brief) -> None:
    closes = int(brief.closes_at.timestamp())
    emit(BriefNears(brief.id, closes), due=brief.closes_at - rules.NEARS)
    emit(BriefEnds(brief.id, closes), due=brief.closes_at)


def lock(brief_id: int) -> Brief:
    """A brief whose row nobody else changes until the commit. Lock practices first."""
    turns.lock()
    query = select(Brief).where(Brief.id == brief_id).with_for_update(of=Brief)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def tell(brief_id: int, *, wave: int) -> None:
    """Tell the practices that fit best, once a wave; the second one where few replied. Weighing them takes a while and
    holds nobody up: what may have changed meanwhile is looked at again under the lock.
    """
    brief = queries.brief(brief_id)
    chosen = _chosen(brief) if _is_due(brief, wave) else []
    brief = lock(brief_id)
    if not _is_due(brief, wave):
        return
    brief.waves = wave
    for practice_id in chosen:
        db.session.add(BriefTold(brief_id=brief.id, practice_id=practice_id, wave=wave))
        db.session.flush()
        emit(PracticeTold(brief.id, practice_id))
    if wave == 1:
        emit(SecondWaveDue(brief.id), due=clock.now() + rules.SECOND_AFTER)


def _is_due(brief: Brief, wave: int) -> bool:
    few = wave == 1 or rules.wants_more(waves=brief.waves, replies=len(brief.replies))
    fine = accounts.sanction(brief.client, "suspend", "ban") is None
    return brief.status == "open" and brief.waves == wave - 1 and few and fine


def _chosen(brief: Brief) -> list[int]:
    def has_room(practice_id: int) -> bool:
        return field.has_room(brief, db.session.get_one(Practice, practice_id))

    known = [told.practice_id for told in brief.told]
    return rules.choose(field.wanted(brief), field.candidates(brief), known=known, has_room=has_room)


def reply(told: BriefTold, *, text: str, listing: Listing | None, price: int | None, by: Person) -> BriefReply:
    """A practice's one reply; `price` is what the client would pay, minor units.

    Raises `Refused`: "muted", "over", "already", "full", "too_many".
    """
    _check(by)
    availability.lock_practices(told.practice_id)
    brief = lock(told.brief_id)
    _check_open(brief)
    there = db.session.scalars(select(BriefReply).where(BriefReply.brief_id == brief.id)).all()
    if any(one.practice_id == told.practice_id for one in there):
        raise Refused("already", _("Your practice has replied. The client reads it and answers here."), 409)
    number = rules.free_number([one.number for one in there])
    if number is None:
        raise Refused("full", _("Five practices have replied: that is the most. The next brief may be yours."), 409)
    if _open_replies(told.practice_id) >= rules.MOST_REPLIES:
        raise Refused("too_many", _("Five of your replies wait for an answer. Reply again once one is answered."), 409)
    made = BriefReply(brief_id=brief.id, practice_id=told.practice_id, by_id=by.id, number=number, text=text)
    made.listing_id, made.price, told.passed = listing.id if listing else None, price, None
    db.session.add(made)
    db.session.flush()
    emit(BriefReplied(made.id))
    return made


def _check_open(brief: Brief) -> None:
    if brief.status != "open":
        raise Refused("over", _("This brief is closed already. Thank you for looking."), 409)


def _open_replies(practice_id: int) -> int:
    query = select(func.count()).select_from(BriefReply).join(Brief).where(BriefReply.practice_id == practice_id)
    return db.session.scalar(query.where(BriefReply.status == "open", Brief.status == "open")) or 0


def pass_on(told: BriefTold, *, reason: str) -> None:
    """*No thanks*: the brief leaves the practice's list. It counts for nothing."""
    if reason not in rules.PASSES:
        raise NotFound
    told.passed = reason


def decline(found: BriefReply) -> None:
    """The client says no, kindly; the practice is told. Twice is once."""
    brief = lock(found.brief_id)
    db.session.refresh(found)
    if found.status == "open" and brief.status == "open":
        found.status, found.answered_at = "declined", clock.now()
        emit(ReplyDeclined(found.id))


def accept(found: BriefReply, *, client: bookings.Client) -> Booking | None:
    """The client goes on with one reply: the brief is filled, the others are told. Where the practice is asked for a
    quote, that is done at once and its booking returned; None where the client books the named listing, or has
    questions to answer first.

    Raises `Refused`: "over", and what asking for a quote raises.
    """
    availability.lock_practices(found.practice_id)
    brief = lock(found.brief_id)
    _check_open(brief)
    db.session.refresh(found)
    if found.status != "open":
        raise Refused("over", _("You have answered this one already."), 409)
    found.status, found.answered_at = "accepted", clock.now()
    listing = target(found)
    if listing is None:
        raise Refused("not_open", _("They have nothing on offer at the moment. Write to them, or choose another."), 409)
    _end(brief, "filled")
    if listing.kind == "inquiry" and not any(one.get("required") for one in listing.questions):
        question = Question(text=said(found), wished_by=_wished(brief))
        brief.booking = bookings.ask(listing, question=question, client=client)
    emit(ReplyAccepted(found.id))
    return brief.booking


def target(found: BriefReply) -> Listing | None:
    """What the client is led to: the listing that was named while it can be had, else where a quote is asked for."""
    if found.listing is not None and found.listing.is_public:
        return found.listing
    return queries.inquiry_of(found.brief.client, found.practice)


def _wished(brief: Brief) -> date | None:
    return brief.due_day if brief.due_day and brief.due_day >= clock.now().date() else None


def said(found: BriefReply) -> str:
    """The brief and the reply in words, for whoever goes on with them."""
    brief, lead = found.brief, _("Your reply to this brief:")
    return f"{brief.title}\n\n{brief.need}\n\n{lead}\n{found.text}"


def close(brief: Brief, *, found: bool) -> None:
    """The client ends it: `found` somebody, elsewhere or here. Twice is once."""
    brief = lock(brief.id)
    if brief.status == "open":
        _end(brief, "filled" if found else "closed")


def extend(brief: Brief) -> None:
    """Keep it open for a fortnight from now. Raises `Refused("over")`."""
    brief = lock(brief.id)
    if brief.status != "open":
        raise Refused("over", _("It is closed already. Ask anew with the same words: that takes a moment."), 409)
    brief.closes_at = max(brief.closes_at, clock.now() + rules.OPEN_FOR)
    _arm(brief)


def lapse(brief_id: int, closes: int) -> None:
    """Its time is over, unless it was extended."""
    brief = lock(brief_id)
    if brief.status == "open" and int(brief.closes_at.timestamp()) == closes:
        _end(brief, "lapsed")


def close_all(person: Person) -> None:
    """End all that somebody asks for."""
    for found in db.session.scalars(select(Brief.id).where(Brief.client_id == person.id, Brief.status == "open")).all():
        _end(lock(found), "closed")


def _end(brief: Brief, status: str) -> None:
    brief.status, brief.ended_at = status, clock.now()
    query = select(BriefReply).where(BriefReply.brief_id == brief.id, BriefReply.status == "open")
    for one in db.session.scalars(query).all():
        one.status = "passed"
    db.session.flush()
    emit(BriefOver(brief.id))


def note_booking(booking: Booking) -> None:
    """A listing that a reply named was booked: the brief remembers it."""
    query = select(Brief).join(BriefReply).where(BriefReply.status == "accepted", Brief.booking_id.is_(None))
    query = query.where(Brief.client_id == booking.order.client_id, BriefReply.practice_id == booking.practice_id)
    brief = db.session.scalar(query.where(Brief.ended_at <= booking.created_at).order_by(Brief.id.desc()).limit(1))
    if brief is not None:
        brief.booking_id = booking.id
