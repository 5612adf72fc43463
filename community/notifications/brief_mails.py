"""Mails about briefs: a practice is told, a reply came, it was accepted or declined, a brief ended or will soon."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.asking import actions, queries, words
from community.asking.facts import BriefNears, BriefOver, BriefReplied, PracticeTold, ReplyAccepted, ReplyDeclined
from community.asking.models import Brief, BriefReply
from community.core import clock
from community.core.db import writing
from community.core.events import after, emit
from community.notifications.quieting import held_back_until
from community.notifications.readers import Reader, member, worker
from community.notifications.telling import Fact, News, tell


def _hears(person: Person, other: Person) -> bool:
    """True where neither staff nor a block stands between."""
    hidden = accounts.sanction(person, "suspend", "ban") or accounts.sanction(other, "suspend", "ban")
    return hidden is None and not accounts.are_apart(person.id, other.id)


def _waits(fact: Any, person: Person) -> bool:
    """True where it comes again at the end of somebody's quiet hours: told twice is told once."""
    due = held_back_until(person, clock.now())
    if due is not None:
        emit(fact, due=due)
    return due is not None


def _brief_page(brief: Brief, text: str) -> tuple[str, str]:
    return text, url_for("briefs.show", ref=brief.ref, _external=True)


def _desk_page(brief: Brief, text: str) -> tuple[str, str]:
    return text, url_for("brief_desk.show", ref=brief.ref, _external=True)


@after(PracticeTold)
def tell_practice(fact: PracticeTold) -> None:
    """The owner of a practice that fits, while the brief is open."""
    with writing():
        told, brief = queries.told(fact.brief_id, fact.practice_id), queries.brief(fact.brief_id)
        if told is None or told.passed or brief.status != "open":
            return
        owner = told.practice.owner
        if _hears(owner, brief.client) and not _waits(fact, owner):
            tell([worker(owner)], f"brief:{brief.id}:{told.practice_id}", lambda reader: _told(brief, reader))


def _told(brief: Brief, reader: Reader) -> News:
    name = brief.client.first_name
    return News(
        subject=_("%(name)s looks for this: %(title)s", name=name, title=brief.title),
        heading=_("A brief for you"),
        intro=_("%(name)s looks for somebody who does what you do.", name=name),
        facts=(*(Fact(*pair) for pair in words.pairs(brief)), Fact(_("Open until"), reader.day(brief.closes_at))),
        said=(brief.title, brief.need),
        lines=(
            _("You may reply once; up to five practices do."),
            _("No time, or not for you? No thanks is one click and never counts against you."),
        ),
        button=_desk_page(brief, _("Read and reply")),
    )


@after(BriefReplied)
def tell_reply(fact: BriefReplied) -> None:
    """The client."""
    with writing():
        reply = queries.reply(fact.reply_id)
        client = reply.brief.client
        if _hears(client, reply.practice.owner) and not _waits(fact, client):
            tell([member(client)], f"brief_reply:{reply.id}", lambda _reader: _replied(reply))


def _replied(reply: BriefReply) -> News:
    name, brief = reply.practice.name, reply.brief
    return News(
        subject=_("%(name)s replied: %(title)s", name=name, title=brief.title),
        heading=_("%(name)s replied to your brief", name=name),
        intro=brief.title,
        said=(name, reply.text),
        lines=(_("Compare what comes in, and choose when you like. A kind no takes one click, too."),),
        button=_brief_page(brief, _("See the replies")),
    )


@after(ReplyAccepted)
def tell_accepted(fact: ReplyAccepted) -> None:
    """The practice that was chosen."""
    with writing():
        reply = queries.reply(fact.reply_id)
        brief, practice = reply.brief, reply.practice
        if _hears(practice.owner, brief.client):
            tell([worker(practice.owner)], f"brief_accepted:{reply.id}", lambda _reader: _accepted(reply))


def _accepted(reply: BriefReply) -> News:
    brief, listing = reply.brief, actions.target(reply)
    name = brief.client.first_name
    asks = brief.booking is not None or (listing is not None and listing.kind == "inquiry")
    goes_on = (
        _("They ask you for a quote: you hear of it separately.") if asks else _("They are choosing what to book.")
    )
    return News(
        subject=_("%(name)s chose you: %(title)s", name=name, title=brief.title),
        heading=_("%(name)s would like to go on with you", name=name),
        intro=brief.title,
        lines=(goes_on,),
        button=_desk_page(brief, _("See the brief")),
    )


@after(ReplyDeclined)
def tell_declined(fact: ReplyDeclined) -> None:
    """The practice, kindly."""
    with writing():
        reply = queries.reply(fact.reply_id)
        owner, client = reply.practice.owner, reply.brief.client
        if _hears(owner, client) and not _waits(fact, owner):
            tell([worker(owner)], f"brief_declined:{reply.id}", lambda _reader: _declined(reply.brief))


def _declined(brief: Brief) -> News:
    return News(
        subject=_("Not this time: %(title)s", title=brief.title),
        heading=_("Thank you for your reply"),
        intro=_("%(name)s goes another way this time, with thanks.", name=brief.client.first_name),
        lines=(_("It says nothing about your work. You can reply to other briefs again."),),
        button=(_("Briefs for you"), url_for("brief_desk.index", _external=True)),
    )


@after(BriefOver)
def tell_over(fact: BriefOver) -> None:
    """Those whose reply stood when it ended."""
    with writing():
        brief = queries.brief(fact.brief_id)
        passed = [reply.practice.owner for reply in brief.replies if reply.status == "passed"]
        readers = [worker(owner) for owner in passed if _hears(owner, brief.client)]
        tell(readers, f"brief_over:{brief.id}", lambda _reader: _over(brief))


def _over(brief: Brief) -> News:
    how = {
        "filled": _("%(name)s found somebody. Thank you for offering.", name=brief.client.first_name),
        "closed": _("%(name)s closed it. Thank you for offering.", name=brief.client.first_name),
    }
    return News(
        subject=_("This brief is closed: %(title)s", title=brief.title),
        heading=_("Thank you for your reply"),
        intro=how.get(brief.status, _("Its time is over without an answer. Thank you for offering.")),
        lines=(_("There is nothing left for you to do. The next brief may be yours."),),
        button=(_("Briefs for you"), url_for("brief_desk.index", _external=True)),
    )


@after(BriefNears)
def tell_nears(fact: BriefNears) -> None:
    """The client, two days before it closes, unless it was extended."""
    with writing():
        brief = queries.brief(fact.brief_id)
        stands = brief.status == "open" and int(brief.closes_at.timestamp()) == fact.closes
        if not stands or accounts.sanction(brief.client, "suspend", "ban") or _waits(fact, brief.client):
            return
        tell([member(brief.client)], f"brief_nears:{brief.id}:{fact.closes}", lambda reader: _nears(brief, reader))


def _nears(brief: Brief, reader: Reader) -> News:
    waiting = sum(reply.status == "open" for reply in brief.replies)
    line = (
        _("No reply waits for you.") if not waiting else _("Replies wait for your answer: a kind no helps them, too.")
    )
    return News(
        subject=_("Closing soon: %(title)s", title=brief.title),
        heading=_("Your brief closes soon"),
        intro=brief.title,
        facts=(Fact(_("Open until"), reader.day(brief.closes_at)), Fact(_("Replies"), words.count(len(brief.replies)))),
        lines=(line, _("Found somebody, or need more time? Both are one click.")),
        button=_brief_page(brief, _("See your brief")),
    )
