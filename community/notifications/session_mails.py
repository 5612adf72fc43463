"""Mails about sessions: a reminder, called off, a promised hour that needs company or gave way, and the summary."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.core import clock, formats
from community.core.db import db, writing
from community.core.events import after, emit, on
from community.notifications import rules
from community.notifications.facts import SessionReminderDue
from community.notifications.quieting import held_back_until, quiet_of
from community.notifications.readers import Reader, member
from community.notifications.reminding import in_words
from community.notifications.telling import Fact, News, at_time, first_time, tell
from community.rooms import doors
from community.rooms import rules as room_rules
from community.rooms.gathering import queries as gathering
from community.rooms.gathering import rules as gathering_rules
from community.rooms.gathering.facts import (
    HourGaveWay,
    HourNears,
    HouseClosed,
    SeatTaken,
    SessionCalledOff,
    SessionOver,
)
from community.rooms.models import Session

LEAD = 60  # minutes
_OUTCOMES = ("done", "moved", "let_go")


def _page(session: Session, words: str) -> tuple[str, str]:
    if session.room.kind in room_rules.HELD_KINDS:
        return words, url_for("rooms.show", ref=session.room.ref, _external=True)
    return words, url_for("sessions.show", session_id=session.id, _external=True)


def _may_hear(session: Session, person: Person) -> bool:
    """True for whom the session is open and who was neither suspended nor banned."""
    return doors.may_come(person, session) and accounts.sanction(person, "suspend", "ban") is None


def _when(session: Session, reader: Reader) -> Fact:
    return at_time(_("When"), session.starts_at, reader)


@on(SeatTaken)
def arm_session_reminder(fact: SeatTaken) -> None:
    """An hour before, outside quiet hours as other reminders."""
    session = gathering.get(fact.session_id)
    person = next(seat.person for seat in gathering.all_seats(session.id) if seat.person_id == fact.person_id)
    quiet = quiet_of(person)
    for _lead, due in rules.reminders(start=session.starts_at, leads=(LEAD,), quiet=quiet, now=clock.now()):
        emit(SessionReminderDue(session.id, person.id), due=due)


@after(SessionReminderDue)
def remind_of_session(fact: SessionReminderDue) -> None:
    """Write, if they still come and it is still on."""
    with writing():
        session, now = gathering.get(fact.session_id), clock.now()
        seat = next((each for each in gathering.all_seats(session.id) if each.person_id == fact.person_id), None)
        if (
            seat is None
            or session.ended_at is not None
            or session.starts_at <= now
            or not _may_hear(session, seat.person)
        ):
            return
        due = rules.out_of_quiet(now, start=session.starts_at, quiet=quiet_of(seat.person), now=now)
        later = held_back_until(seat.person, now)
        if later is not None and session.starts_at - later >= timedelta(hours=1):
            due = max(due, later)
        if due > now:
            emit(fact, due=due)
            return
        tell([member(seat.person)], f"session_reminder:{session.id}", lambda reader: _reminder(session, reader))


def _open(session: Session) -> tuple[str, ...]:
    return (_("It is an open house: guests may come who are no members."),) if session.open_house else ()


def _reminder(session: Session, reader: Reader) -> News:
    soon = in_words(session.starts_at, clock.now(), reader.zone)
    return News(
        subject=_("%(soon)s: %(name)s", soon=soon, name=session.name),
        heading=session.name,
        intro=_("You said that you come. The table stands open a quarter of an hour before."),
        facts=(_when(session, reader), Fact(_("Room"), session.room.name)),
        lines=(*_open(session), _("Can’t make it? Take it back on its page, so that nobody waits.")),
        button=_page(session, _("See it")),
    )


@after(SessionCalledOff)
def tell_called_off(fact: SessionCalledOff) -> None:
    """Whoever was coming, but not the one who called it off."""
    with writing():
        session = gathering.get(fact.session_id)
        _tell_comers(session, "session_off", lambda reader: _called_off(session, reader), but=fact.person_id)


def _tell_comers(session: Session, key: str, news: Callable[[Reader], News], *, but: int = 0) -> None:
    people = [seat.person for seat in gathering.all_seats(session.id) if seat.person_id != but]
    tell([member(person) for person in people if _may_hear(session, person)], f"{key}:{session.id}", news)


def _called_off(session: Session, reader: Reader) -> News:
    return News(
        subject=_("Called off: %(name)s", name=session.name),
        heading=_("%(name)s is called off", name=session.name),
        intro=_("It won’t take place. There is nothing for you to do."),
        facts=(_when(session, reader),),
        button=(_("See what else is planned"), url_for("sessions.index", _external=True)),
    )


@after(HouseClosed)
def tell_closed(fact: HouseClosed) -> None:
    """A guest who was coming can't."""
    with writing():
        session, person = gathering.get(fact.session_id), db.session.get_one(Person, fact.person_id)
        if accounts.sanction(person, "suspend", "ban") is None:
            tell([member(person)], f"house_closed:{session.id}", lambda reader: _closed(session, reader))


def _closed(session: Session, reader: Reader) -> News:
    return News(
        subject=_("%(name)s is for members only now", name=session.name),
        heading=_("%(name)s is for members only now", name=session.name),
        intro=_("It was an open house, and its host has changed that. Your chair is given back. Sorry."),
        facts=(_when(session, reader),),
        button=(_("See what else is planned"), url_for("sessions.index", _external=True)),
    )


@after(HourNears)
def ask_regulars(fact: HourNears) -> None:
    """A promised hour is nearly empty: two who often sit here are asked to keep company, none of them at night."""
    with writing():
        session, now = gathering.get(fact.session_id), clock.now()
        if session.ended_at is not None or session.starts_at <= now or session.taken >= gathering_rules.COMPANY:
            return
        if not first_time(f"hour_nears:{session.id}"):
            return
        awake = [person for person in gathering.regulars(session) if _is_awake(person, now)]
        asked = [member(person) for person in awake[: gathering_rules.ASKED]]
        tell(asked, f"hour_asked:{session.id}", lambda reader: _asked(session, reader))


def _is_awake(person: Person, at: datetime) -> bool:
    return quiet_of(person).around(at) is None and held_back_until(person, at) is None


def _asked(session: Session, reader: Reader) -> News:
    minutes = max(1, round((session.starts_at - clock.now()) / timedelta(minutes=1)))
    return News(
        subject=ngettext(
            "Have you an hour? %(name)s starts in %(num)s minute",
            "Have you an hour? %(name)s starts in %(num)s minutes",
            minutes,
            name=session.name,
        ),
        heading=_("%(name)s could use company", name=session.name),
        intro=_("It is a promised hour and hardly anybody comes yet. You often sit here, so we ask you."),
        facts=(_when(session, reader), Fact(_("Room"), session.room.name)),
        lines=(*_open(session), _("If it does not suit you, do nothing. Nobody is told that we asked.")),
        button=_page(session, _("I’m coming")),
    )


@after(HourGaveWay)
def tell_gave_way(fact: HourGaveWay) -> None:
    """Nobody answered: who was coming hears where they are moved to, or that there is no other hour."""
    with writing():
        session = gathering.get(fact.session_id)
        following = gathering.get(fact.to_id) if fact.to_id else None
        moved = {seat.person_id for seat in gathering.all_seats(following.id)} if following else set()

        def news(reader: Reader) -> News:
            mine = reader.person is not None and reader.person.id in moved
            return _gave_way(session, following if mine else None, reader)

        _tell_comers(session, "hour_gave_way", news)


def _gave_way(session: Session, following: Session | None, reader: Reader) -> News:
    subject = _("%(name)s does not take place", name=session.name)
    intro = _("Nobody else could come, and we promised that you would not sit alone. Sorry.")
    if following is None:
        return News(
            subject=subject,
            heading=subject,
            intro=intro,
            lines=(_("No other promised hour is planned yet. You can plan one yourself, or walk into a room."),),
            button=(_("See what is planned"), url_for("sessions.index", _external=True)),
        )
    return News(
        subject=subject,
        heading=subject,
        intro=intro,
        facts=(Fact(_("You have a chair at"), following.name), _when(following, reader)),
        lines=(_("It does not suit you? Take it back on its page."),),
        button=_page(following, _("See it")),
    )


@after(SessionOver)
def sum_up(fact: SessionOver) -> None:
    """Whoever sat there: their goals and what became of them, everybody's wins, and the next promised hour."""
    with writing():
        session = gathering.get(fact.session_id)
        there = [seat.person for seat in gathering.all_seats(session.id) if seat.came_at is not None]
        for person in there:
            if _may_hear(session, person):
                tell([member(person)], f"session_summary:{session.id}", partial(_summary, session, person))


def _summary(session: Session, person: Person, reader: Reader) -> News:
    words = dict(zip(_OUTCOMES, (_("Done"), _("Moved on"), _("Let go")), strict=True))
    goals = [Fact(words.get(g.outcome or "", _("Open")), g.text) for g in gathering.own_goals(person, session.id)]
    wins = [seat for seat in gathering.seats(person, session.id) if seat.win]
    said = "\n".join(f"{seat.person.first_name}: {seat.win}" for seat in wins)
    following = gathering.next_promised(person, but=session.id)
    lines = []
    if any(g.outcome in {None, "moved"} for g in gathering.own_goals(person, session.id)):
        lines.append(_("What is not done is offered to you next time."))
    if following is not None:
        at = f"{reader.day(following.starts_at)}, {formats.clock_time(following.starts_at, reader.zone)}"
        lines.append(_("The next promised hour: %(name)s, %(when)s.", name=following.name, when=at))
        button = _page(following, _("I’m coming"))
    else:
        button = (_("See what is planned"), url_for("sessions.index", _external=True))
    return News(
        subject=_("What you did in %(name)s", name=session.name),
        heading=session.name,
        intro=_("Good work. Here is what came of it.") if goals or wins else _("Good that you were there."),
        facts=tuple(goals),
        said=(_("Wins at the table"), said) if said else None,
        lines=tuple(lines),
        button=button,
    )
