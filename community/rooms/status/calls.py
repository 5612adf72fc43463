"""Calls of a quarter of an hour, free of charge: asked by one, agreed to by the other, in the room of the two."""

from flask_babel import gettext as _
from sqlalchemy import select

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.core import clock, formats
from community.core.db import db
from community.core.errors import NotFound, Refused
from community.core.events import emit
from community.rooms import actions, log
from community.rooms.status import rules, statuses
from community.rooms.status.facts import CallAgreed, CallAsked
from community.rooms.status.models import QuickCall


def state_of(call: QuickCall) -> str:
    """Where it stands now."""
    return rules.call_state(
        clock.now(), expires_at=call.expires_at, agreed_at=call.agreed_at, declined_at=call.declined_at
    )


def for_(viewer: Person, call_id: int) -> QuickCall:
    """A call that one asked for or was asked for, as long as the two may meet; else `NotFound`."""
    call = db.session.get(QuickCall, call_id)
    if call is None or viewer.id not in {call.asker_id, call.person_id}:
        raise NotFound
    accounts.get_person_by_id(viewer, call.person_id if viewer.id == call.asker_id else call.asker_id)
    return call


def ask(person: Person, *, by: Person) -> QuickCall:
    """Ask somebody who is open for it; asking twice is once. Raises `Refused`: "not_open", "muted", as writing does."""
    log.check_voice(by)
    status = statuses.of(by, [person.id]).get(person.id, statuses.NONE)
    query = select(QuickCall).where(QuickCall.asker_id == by.id, QuickCall.person_id == person.id)
    last = db.session.scalar(query.order_by(QuickCall.id.desc()).limit(1))
    if last is not None and state_of(last) in {"asked", "agreed"}:
        return last
    if status.call_until is None or person.id == by.id:
        raise Refused("not_open", _("They are not open for a call any more. You can write to them."), 409)
    room = actions.open_direct(person, by=by)
    call = QuickCall(asker_id=by.id, person_id=person.id, room_id=room.id, expires_at=clock.now() + rules.CALL)
    db.session.add(call)
    db.session.flush()
    emit(CallAsked(call.id))
    return call


def answer(call_id: int, *, yes: bool, by: Person) -> QuickCall:
    """Yes, and it begins: a line in the room of the two says until when. Or not now. The right of who was asked.

    Raises `Refused("late")` once it is no longer asked.
    """
    call = for_(by, call_id)
    if call.person_id != by.id:
        raise NotFound
    query = select(QuickCall).where(QuickCall.id == call.id).with_for_update(of=QuickCall)
    call = db.session.scalars(query.execution_options(populate_existing=True)).one()
    if state_of(call) != "asked":
        raise Refused("late", _("This is over, or answered already. Write to them instead."), 409)
    if not yes:
        call.declined_at = clock.now()
        return call
    call.agreed_at = clock.now()
    actions.accept(call.room, by=by)
    until = formats.clock_time(call.agreed_at + rules.CALL, call.asker.zone)
    said = _("Yes, let’s talk now, until %(time)s your time. Here, or put a link or a number here.", time=until)
    actions.say(call.room, said, client_id=f"call-{call.id}", by=by)
    emit(CallAgreed(call.id))
    return call
