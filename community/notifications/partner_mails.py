"""Mails about partners: found, one more, not coming, missed, and what stands in for a partner."""

from datetime import timedelta
from functools import partial

from flask import url_for
from flask_babel import gettext as _

from community.core import clock, formats
from community.core.db import writing
from community.core.events import after
from community.core.mail import Attachment
from community.matching import asked, keeping
from community.matching import queries as matching
from community.matching.facts import (
    HourKept,
    PairingJoined,
    PairingLost,
    PairingMade,
    PartnerMissed,
    PartnerWanted,
    WishMissed,
)
from community.matching.models import Pairing, PartnerWish
from community.notifications.quieting import quiet_of
from community.notifications.readers import Reader, may_hear, member
from community.notifications.telling import Fact, News, at_time, tell, was_told
from community.rooms.gathering import calendar_file
from community.rooms.gathering import queries as gathering

_SOON = timedelta(minutes=20)


def _asking() -> str:
    return url_for("partners.index", _external=True)


def _room(pairing: Pairing, words: str) -> tuple[str, str]:
    return words, url_for("rooms.show", ref=pairing.room.ref, _external=True)


def _names(pairing: Pairing, reader: Reader) -> str:
    places = matching.partners_in(reader.person, pairing) if reader.person else []
    return ", ".join(place.person.first_name for place in places)


def _calendar(pairing: Pairing) -> tuple[Attachment, ...]:
    return (Attachment("partners.ics", calendar_file.render(pairing.session), "text/calendar"),)


@after(PairingMade)
def tell_found(fact: PairingMade) -> None:
    """Everybody in it, with the calendar file."""
    with writing():
        pairing = matching.pairing(fact.pairing_id)
        here = [place for place in pairing.places if place.gone is None and may_hear(place.person)]
        if pairing.state == "off" or len(here) < 2:
            return
        readers = [member(place.person) for place in here]
        key = f"partner_found:{pairing.id}"
        tell(readers, key, lambda reader: _found(pairing, reader), files=lambda _reader: _calendar(pairing))


@after(PairingJoined)
def tell_joined(fact: PairingJoined) -> None:
    """Who came last, as a match; the others learn in the room, and by mail where it has not begun."""
    with writing():
        pairing = matching.pairing(fact.pairing_id)
        key = f"partner_joined:{pairing.id}:{fact.person_id}"
        for place in pairing.places:
            if place.gone is not None or not may_hear(place.person):
                continue
            if place.person_id == fact.person_id or pairing.starts_at > clock.now() + _SOON:
                tell(
                    [member(place.person)],
                    key,
                    lambda reader: _found(pairing, reader),
                    files=lambda _reader: _calendar(pairing),
                )


def _found(pairing: Pairing, reader: Reader) -> News:
    names, begun = _names(pairing, reader), pairing.starts_at <= clock.now()
    at = formats.clock_time(pairing.starts_at, reader.zone)
    lines = [_("Come a few minutes before. Whoever is not there five minutes after the start is not waited for.")]
    if begun:
        lines = [_("It has begun, and there is a chair for you. Come in as soon as you can.")]
    return News(
        subject=_("You work with %(names)s, %(day)s %(time)s", names=names, day=reader.day(pairing.starts_at), time=at),
        heading=_("You work with %(names)s", names=names),
        intro=_("Each on their own work, in a room for the two or three of you, on one clock."),
        facts=(at_time(_("When"), pairing.starts_at, reader), Fact(_("Room"), pairing.room.name)),
        lines=(*lines, _("Can’t come? Say so in the room, and we look for somebody else for them.")),
        button=_room(pairing, _("Go to the room")),
    )


@after(PairingLost)
def tell_lost(fact: PairingLost) -> None:
    """Who stays: nothing to do, somebody else is looked for."""
    with writing():
        pairing = matching.pairing(fact.pairing_id)
        for place in pairing.places:
            if place.person_id == fact.person_id and may_hear(place.person):
                tell([member(place.person)], f"partner_lost:{pairing.id}", lambda reader: _lost(pairing, reader))


def _lost(pairing: Pairing, reader: Reader) -> News:
    return News(
        subject=_("Your partner can’t come"),
        heading=_("Your partner can’t come"),
        intro=_("We look for somebody else for you. There is nothing for you to do."),
        facts=(at_time(_("When"), pairing.starts_at, reader),),
        lines=(_("If nobody is free twenty minutes before, a chair at a promised hour near by is kept for you."),),
        button=(_("See how it stands"), _asking()),
    )


@after(PartnerMissed)
def tell_missed(fact: PartnerMissed) -> None:
    """Who did not come: kindly, once, to them alone."""
    with writing():
        pairing = matching.pairing(fact.pairing_id)
        for place in pairing.places:
            if place.person_id == fact.person_id and place.gone == "no_show" and may_hear(place.person):
                tell([member(place.person)], f"partner_missed:{pairing.id}", lambda reader: _missed(pairing, reader))


def _missed(pairing: Pairing, reader: Reader) -> News:
    at = formats.clock_time(pairing.starts_at, reader.zone)
    return News(
        subject=_("We missed you at %(time)s", time=at),
        heading=_("We missed you at %(time)s", time=at),
        intro=_("Something came up, it happens. Somebody else took your chair, and nobody was left alone."),
        facts=(at_time(_("When"), pairing.starts_at, reader),),
        lines=(
            _("Next time take it back beforehand; it is one click in the room."),
            _("Two you come to make it good. Nobody but you sees this."),
        ),
        button=(_("Ask for another hour"), _asking()),
    )


@after(PartnerWanted)
def ask_for_company(fact: PartnerWanted) -> None:
    """Two who often sit with others, none of them at night, and nobody twice a day. Who asks is not told whom."""
    with writing():
        wish, now = matching.wish(fact.wish_id), clock.now()
        if wish.state != "waiting" or not may_hear(wish.person):
            return
        key = f"partner_wanted:{now.date()}"
        free = [
            person
            for person in matching.company_for(wish.person, wish)
            if quiet_of(person).around(now) is None and not was_told(f"{key}:person:{person.id}")
        ]
        for person in free[: keeping.ASKED]:
            tell([member(person)], key, partial(_wanted, wish))


def _wanted(wish: PartnerWish, reader: Reader) -> News:
    name, at = wish.person.first_name, max(wish.earliest, clock.now())
    time = formats.clock_time(at, reader.zone)
    token = asked.token(wish.id, reader.person.id if reader.person else 0)
    return News(
        subject=_("Have you an hour? %(name)s would work at %(time)s", name=name, time=time),
        heading=_("%(name)s could use company", name=name),
        intro=_("They asked for a partner and nobody was found. You often sit with others, so we ask you."),
        facts=(at_time(_("When"), at, reader),),
        lines=(_("If it does not suit you, do nothing. Nobody is told that we asked."),),
        button=(_("I have an hour"), url_for("partners.keep_company", token=token, _external=True)),
    )


@after(HourKept)
def tell_hour(fact: HourKept) -> None:
    """Nobody yet: a chair is kept at a promised hour."""
    with writing():
        wish = matching.wish(fact.wish_id)
        if wish.hour is not None and wish.state == "waiting" and may_hear(wish.person):
            tell([member(wish.person)], f"partner_hour:{wish.id}:{wish.hour_id}", lambda reader: _hour(wish, reader))


def _hour(wish: PartnerWish, reader: Reader) -> News:
    hour = wish.hour
    assert hour is not None  # noqa: S101 - asked before
    greeter = (hour.greeter or hour.host).first_name
    return News(
        subject=_("A chair for you at %(name)s", name=hour.name),
        heading=_("A chair for you at %(name)s", name=hour.name),
        intro=_("Nobody is free at your time yet. We go on looking; meanwhile a chair at a promised hour is yours."),
        facts=(at_time(_("When"), hour.starts_at, reader), Fact(_("Greets"), greeter)),
        lines=(_("It does not suit you? Take it back on its page."),),
        button=(_("See it"), url_for("sessions.show", session_id=hour.id, _external=True)),
    )


@after(WishMissed)
def tell_nobody(fact: WishMissed) -> None:
    """Nobody, and no promised hour near: say so, and which comes next."""
    with writing():
        wish = matching.wish(fact.wish_id)
        if may_hear(wish.person):
            tell([member(wish.person)], f"partner_none:{wish.id}", lambda reader: _nobody(wish, reader))


def _nobody(wish: PartnerWish, reader: Reader) -> News:
    hour = gathering.next_promised(wish.person)
    facts = [at_time(_("You asked for"), wish.earliest, reader)]
    button = (_("See what is planned"), url_for("sessions.index", _external=True))
    if hour is not None:
        facts += [Fact(_("Next promised hour"), hour.name), at_time(_("When"), hour.starts_at, reader)]
        button = (_("I’m coming"), url_for("sessions.show", session_id=hour.id, _external=True))
    return News(
        subject=_("Nobody was free this time"),
        heading=_("Nobody was free this time"),
        intro=_("Sorry. Asking a day ahead helps, and so does a time that may begin a little later."),
        facts=tuple(facts),
        lines=(_("In a promised hour somebody greets you and nobody sits alone."),),
        button=button,
    )
