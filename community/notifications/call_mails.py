"""Mails about quick calls."""

from flask import url_for
from flask_babel import gettext as _

from community.accounts.models import Person
from community.core.db import db, writing
from community.core.events import after
from community.notifications.readers import Reader
from community.notifications.telling import Fact, News, at_time, tell
from community.rooms.status import calls, rules
from community.rooms.status.facts import CallAgreed, CallAsked
from community.rooms.status.models import QuickCall


def _reader(person: Person) -> Reader:
    return Reader(f"person:{person.id}", "member", person.email, person.locale, person.zone, person)


@after(CallAsked)
def tell_call_asked(fact: CallAsked) -> None:
    """Whoever said that they are open for it, while the question stands."""
    with writing():
        call = db.session.get_one(QuickCall, fact.call_id)
        if calls.state_of(call) == "asked":
            tell([_reader(call.person)], f"call_asked:{call.id}", lambda reader: _asked(call, reader))


def _asked(call: QuickCall, reader: Reader) -> News:
    name = call.asker.name
    return News(
        subject=_("%(name)s would like to talk for 15 minutes", name=name),
        heading=_("A quick call?"),
        intro=_("%(name)s asks because you said that you are open for it. It is free of charge.", name=name),
        facts=(at_time(_("The question stands until"), call.expires_at, reader),),
        lines=(_("It does not suit you? Say not now, or do nothing."),),
        button=(_("Answer"), url_for("status.call", call_id=call.id, _external=True)),
    )


@after(CallAgreed)
def tell_call_agreed(fact: CallAgreed) -> None:
    """Who asked."""
    with writing():
        call = db.session.get_one(QuickCall, fact.call_id)
        tell([_reader(call.asker)], f"call_agreed:{call.id}", lambda reader: _agreed(call, reader))


def _agreed(call: QuickCall, reader: Reader) -> News:
    ends = (call.agreed_at or call.asked_at) + rules.CALL
    return News(
        subject=_("%(name)s says yes: talk now", name=call.person.name),
        heading=_("You can talk now"),
        intro=_("%(name)s is in the room of the two of you.", name=call.person.name),
        facts=(at_time(_("Until"), ends, reader), Fact(_("Costs"), _("Nothing"))),
        button=(_("Go there"), url_for("rooms.thread", ref=call.room.ref, _external=True)),
    )
