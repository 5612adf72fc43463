"""Mails about what one side asks the other to agree to: a quote, a new time, another practice, a settlement."""

from flask import url_for
from flask_babel import gettext as _

from community.bookings import proposals
from community.bookings.facts import ProposalAnswered, ProposalMade
from community.bookings.models import Booking, Proposal
from community.core import formats
from community.core.db import writing
from community.core.events import after
from community.listings.pricing import terms_of
from community.notifications.readers import Reader, other_side, peers_of, side_of
from community.notifications.telling import Fact, News, at_time, client_name, name_of, page_of, tell, when


@after(ProposalMade)
def tell_proposed(fact: ProposalMade) -> None:
    """Whoever is to answer reads what is proposed, and until when."""
    with writing():
        asked = proposals.get(fact.proposal_id)
        if asked.status != "open":
            return
        booking, key = asked.booking, f"proposed:{asked.id}"
        if asked.kind == "hand_over":
            tell(side_of(booking, "client"), key, lambda reader: _pass_on(asked, booking, reader))
            tell(peers_of(asked), key, lambda reader: _take_on(asked, booking, reader))
            return
        news = {"quote": _quote, "reschedule": _new_time, "settlement": _settlement}[asked.kind]
        tell(side_of(booking, other_side(asked.side)), key, lambda reader: news(asked, booking, reader))


def _quote(asked: Proposal, booking: Booking, reader: Reader) -> News:
    amount = _price(asked, booking, reader)
    span = Fact(_("When"), _span(asked, reader)) if asked.starts_at and asked.ends_at else None
    if asked.side == "practice":
        subject = _("Your quote: %(amount)s for %(title)s", amount=amount, title=booking.listing.title)
        heading = _("%(name)s sent you a quote", name=booking.practice.name)
        intro = _("%(amount)s, all in.", amount=amount)
        word = _("Answer the quote")
    else:
        name = client_name(booking)
        subject = _("%(name)s proposes %(amount)s: %(title)s", name=name, amount=amount, title=booking.listing.title)
        heading = _("%(name)s proposes another price", name=name)
        intro = _("%(amount)s of it would be yours.", amount=amount)
        word = _("Answer")
    return News(
        subject=subject,
        heading=heading,
        intro=intro,
        facts=(Fact(_("Price"), amount), *([span] if span else [])),
        said=(_("What they wrote"), asked.text) if asked.text else None,
        lines=(_answer_by(asked, reader),),
        button=page_of(booking, word),
    )


def _price(asked: Proposal, booking: Booking, reader: Reader) -> str:
    """A client reads what they would pay, the practice what is its own."""
    amount = asked.amount or 0
    if reader.side == "client":
        amount += terms_of(booking.listing, booking.source).on_top(amount)
    return formats.price(amount, booking.currency)


def _span(asked: Proposal, reader: Reader) -> str:
    if asked.starts_at is None or asked.ends_at is None:
        return ""
    first, last = (formats.short_day(at, reader.zone) for at in (asked.starts_at, asked.ends_at))
    return _("%(first)s to %(last)s", first=first, last=last)


def _new_time(asked: Proposal, booking: Booking, reader: Reader) -> News:
    name = name_of(booking, asked.side)
    start = asked.starts_at or booking.starts_at
    return News(
        subject=_("A new time? %(title)s, %(day)s", title=booking.listing.title, day=reader.moment(start)),
        heading=_("%(name)s proposes another time", name=name),
        intro=_("Until you agree, everything stays as it is."),
        facts=(
            at_time(_("Proposed"), start, reader),
            at_time(_("Now"), booking.starts_at, reader),
        ),
        said=(_("What they wrote"), asked.text) if asked.text else None,
        lines=(_answer_by(asked, reader),),
        button=page_of(booking, _("Agree or keep the time")),
    )


def _pass_on(asked: Proposal, booking: Booking, reader: Reader) -> News:
    peer = asked.practice.name if asked.practice else ""
    return News(
        subject=_(
            "%(peer)s instead of %(name)s? %(title)s",
            peer=peer,
            name=booking.practice.name,
            title=booking.listing.title,
        ),
        heading=_("%(name)s would like %(peer)s to do this for you", name=booking.practice.name, peer=peer),
        intro=_("The price stays as it is. You decide: if you say no, everything stays as it was."),
        facts=_moved(asked, booking, reader),
        said=(_("What they wrote"), asked.text) if asked.text else None,
        lines=(_answer_by(asked, reader),),
        button=page_of(booking, _("Say yes or no")),
    )


def _take_on(asked: Proposal, booking: Booking, reader: Reader) -> News:
    name = booking.practice.name
    own = booking.price - (booking.price * (asked.share or 0) + 5_000) // 10_000
    yours = formats.price(own, booking.currency)
    return News(
        subject=_("%(name)s would like to pass a booking on to you", name=name),
        heading=_("Will you take this on for %(name)s?", name=name),
        intro=booking.listing.title,
        facts=(*_moved(asked, booking, reader), Fact(_("Yours"), yours)),
        said=(_("What they wrote"), asked.text) if asked.text else None,
        lines=(_("The client has to agree, too."), _answer_by(asked, reader)),
        button=(_("Say yes or no"), url_for("booking_desk.requests", _external=True)),
    )


def _moved(asked: Proposal, booking: Booking, reader: Reader) -> tuple[Fact, ...]:
    """When it would be: the proposed time where that is another one."""
    if asked.starts_at is None or asked.starts_at == booking.starts_at or not when(booking, reader):
        return when(booking, reader)
    return (at_time(_("New time"), asked.starts_at, reader),)


def _settlement(asked: Proposal, booking: Booking, reader: Reader) -> News:
    amount = formats.price(asked.amount or 0, booking.currency)
    name = name_of(booking, asked.side)
    if not asked.amount:
        intro = _("Nothing would go back, and the matter would be closed.")
    elif reader.side == "client":
        intro = _("%(amount)s would go back to your card, and the matter would be closed.", amount=amount)
    else:
        intro = _("%(amount)s would go back to the client, and the matter would be closed.", amount=amount)
    return News(
        subject=_("How to settle it: %(title)s", title=booking.listing.title),
        heading=_("%(name)s proposes how to settle it", name=name),
        intro=intro,
        said=(_("What they wrote"), asked.text) if asked.text else None,
        lines=(_("If you don’t agree, propose something else, or let the people who run this site decide."),),
        button=page_of(booking, _("Agree or answer")),
    )


def _answer_by(asked: Proposal, reader: Reader) -> str:
    if asked.expires_at is None:
        return _("Take your time to answer.")
    return _("Please answer by %(when)s.", when=reader.moment(asked.expires_at))


@after(ProposalAnswered)
def tell_answered(fact: ProposalAnswered) -> None:
    """A no, a change of mind or silence. What was agreed to is told by what came of it."""
    with writing():
        asked = proposals.get(fact.proposal_id)
        if asked.status not in {"refused", "withdrawn", "lapsed"} or asked.kind == "quote":
            return
        booking, key = asked.booking, f"answered:{asked.id}"
        readers = side_of(booking, other_side(asked.side) if asked.status == "withdrawn" else asked.side)
        if asked.kind == "hand_over":
            # Both other sides were asked, and both should know that there is nothing to answer any more.
            readers = [*side_of(booking, "client"), *peers_of(asked)]
            readers += side_of(booking, "practice") if asked.status != "withdrawn" else []
        tell(readers, key, lambda reader: _answered(asked, booking, reader))


def _answered(asked: Proposal, booking: Booking, reader: Reader) -> News:
    titles = {
        "reschedule": _("The new time"),
        "hand_over": _("Passing it on"),
        "settlement": _("The proposal to settle it"),
    }
    stays = {
        "reschedule": _("The time stays as it was."),
        "hand_over": _("The booking stays where it was."),
        "settlement": _("The objection stands. Propose something else, or write to each other."),
    }
    words = {
        "refused": _("The answer is no."),
        "withdrawn": _("It was taken back."),
        "lapsed": _("Nobody answered in time."),
    }
    theirs = asked.practice is not None and reader.person is not None and reader.person.id == asked.practice.owner.id
    shows = () if asked.kind == "settlement" else when(booking, reader)
    button = (_("See your requests"), url_for("booking_desk.requests", _external=True)) if theirs else None
    return News(
        subject=f"{titles[asked.kind]}: {words[asked.status]} {booking.listing.title}",
        heading=words[asked.status],
        intro=f"{titles[asked.kind]}: {booking.listing.title}.",
        facts=shows,
        lines=(stays[asked.kind],),
        button=button or page_of(booking, _("See the booking")),
    )
