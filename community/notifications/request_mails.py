"""Mails about what is asked of a practice: a question, a request, and how they end."""

from flask_babel import gettext as _

from community.bookings import queries as bookings
from community.bookings.facts import BookingAsked, BookingDeclined, BookingLapsed, BookingRequested, CaptureFailed
from community.bookings.models import Booking
from community.core import formats
from community.core.db import writing
from community.core.events import after
from community.notifications.queries import together
from community.notifications.readers import Reader, answering_of, client_of
from community.notifications.telling import (
    Fact,
    News,
    client_name,
    code_for,
    detail,
    last_step,
    listing_of,
    page_of,
    tell,
    together_key,
    when,
)


@after(BookingAsked)
def tell_asked(fact: BookingAsked) -> None:
    """The practice reads the question, the client that it arrived."""
    with writing():
        booking = bookings.get(fact.booking_id)
        key = f"asked:{booking.id}"
        tell(answering_of(booking), key, lambda reader: _asked(booking, reader))
        tell([client_of(booking)], key, lambda reader: _asked_client(booking, reader))


def _asked(booking: Booking, reader: Reader) -> News:
    name, title = client_name(booking), booking.listing.title
    return News(
        subject=_("%(name)s asks for a quote: %(title)s", name=name, title=title),
        heading=_("%(name)s asks what it would cost", name=name),
        intro=_("A question about %(title)s.", title=title),
        facts=(Fact(_("Wished for by"), formats.long_day(booking.ends_at, reader.zone)), *_answers(booking)),
        said=(_("What the client wrote"), str(booking.chosen.get("question") or booking.note)),
        lines=(_("Send your price by %(when)s. After that the question closes by itself.", when=_by(booking, reader)),),
        button=page_of(booking, _("Read and send a quote")),
    )


def _asked_client(booking: Booking, reader: Reader) -> News:
    name = booking.practice.name
    return News(
        subject=_("Your question is with %(name)s", name=name),
        heading=_("Your question is on its way"),
        intro=_("We passed it on to %(name)s. Asking costs nothing.", name=name),
        lines=(_("You hear from us with their price, or by %(when)s that there is none.", when=_by(booking, reader)),),
        code=code_for(reader),
        button=page_of(booking, _("See your question")),
    )


@after(BookingRequested)
def tell_requested(fact: BookingRequested) -> None:
    """The practice is asked to say yes by the deadline; the client hears that nothing is taken until then."""
    with writing():
        booking = bookings.get(fact.booking_id)
        key = together_key("requested", booking)
        tell(answering_of(booking), key, lambda reader: _requested(booking, reader))
        tell([client_of(booking)], key, lambda reader: _requested_client(booking, reader))


def _requested(booking: Booking, reader: Reader) -> News:
    name = client_name(booking)
    yours = formats.price(sum(one.price for one in together(booking)), booking.currency)
    lines: tuple[str, ...] = (
        _("Answer by %(when)s. After that the request lapses and the time is free again.", when=_by(booking, reader)),
    )
    if booking.total:
        lines += (_("The payment is reserved. When you say yes it is taken; %(amount)s of it is yours.", amount=yours),)
    return News(
        subject=_("Request: %(name)s, %(day)s", name=name, day=formats.short_day(booking.starts_at, reader.zone)),
        heading=_("%(name)s would like to book you", name=name),
        intro=_("%(title)s. Say yes or no.", title=booking.listing.title),
        facts=(*when(booking, reader, together(booking)), *_answers(booking)),
        said=(_("What the client wrote"), booking.note) if booking.note else None,
        lines=lines,
        button=page_of(booking, _("Answer the request")),
    )


def _requested_client(booking: Booking, reader: Reader) -> News:
    name = booking.practice.name
    lines: tuple[str, ...] = (_("They have until %(when)s to answer.", when=_by(booking, reader)),)
    if booking.total:
        lines += (_("Your card holds the money. Nothing is taken unless they say yes."),)
    return News(
        subject=_("Requested: %(title)s", title=booking.listing.title),
        heading=_("%(name)s has your request", name=name),
        intro=_("You hear from us as soon as they answer."),
        facts=when(booking, reader, together(booking)),
        lines=lines,
        code=code_for(reader),
        button=page_of(booking, _("See the request")),
    )


@after(BookingDeclined)
def tell_declined(fact: BookingDeclined) -> None:
    """The side that did not say no hears of it."""
    with writing():
        booking = bookings.get(fact.booking_id)
        step = last_step(booking, "decline", "refuse")
        reason = detail(step, "reason")
        if step is not None and step.transition == "refuse":
            tell(answering_of(booking), together_key("declined", booking), lambda _reader: _refused(booking, reason))
        else:
            tell(
                [client_of(booking)],
                together_key("declined", booking),
                lambda reader: _declined(booking, reader, reason),
            )


def _declined(booking: Booking, reader: Reader, reason: str) -> News:
    name = booking.practice.name
    asked = booking.kind == "inquiry"
    return News(
        subject=_("%(name)s can’t take it on: %(title)s", name=name, title=booking.listing.title),
        heading=_("%(name)s said no this time", name=name),
        intro=_("They can’t send you a quote.") if asked else _("Your request was not accepted."),
        facts=() if asked else when(booking, reader, together(booking)),
        said=(_("What they wrote"), reason) if reason else None,
        lines=(_nothing_taken(booking),),
        button=listing_of(booking, _("Find another time") if not asked else _("See the listing")),
    )


def _refused(booking: Booking, reason: str) -> News:
    name = client_name(booking)
    return News(
        subject=_("%(name)s does not take your quote: %(title)s", name=name, title=booking.listing.title),
        heading=_("%(name)s said no to your quote", name=name),
        intro=_("The question about %(title)s is closed.", title=booking.listing.title),
        said=(_("What they wrote"), reason) if reason else None,
        button=page_of(booking, _("See the question")),
    )


@after(BookingLapsed)
def tell_lapsed(fact: BookingLapsed) -> None:
    """Both hear that the time to answer is over; of a payment that failed they have heard before."""
    with writing():
        booking = bookings.get(fact.booking_id)
        step = last_step(booking, "lapse")
        if step is not None and step.from_state == "capture_failed":
            return
        late = step is not None and step.from_state == "quoted"
        key = together_key("lapsed", booking)
        tell([client_of(booking)], key, lambda reader: _lapsed_client(booking, reader, late=late))
        tell(answering_of(booking), key, lambda reader: _lapsed(booking, reader, late=late))


def _lapsed_client(booking: Booking, reader: Reader, *, late: bool) -> News:
    name = booking.practice.name
    intro = _("%(name)s did not answer in time.", name=name)
    if late:
        intro = _("The quote of %(name)s has ended.", name=name)
    return News(
        subject=_("No answer in time: %(title)s", title=booking.listing.title),
        heading=_("The time to answer is over"),
        intro=intro,
        facts=() if booking.kind == "inquiry" else when(booking, reader, together(booking)),
        lines=(_nothing_taken(booking),),
        button=listing_of(booking, _("Ask again, or find another time")),
    )


def _lapsed(booking: Booking, reader: Reader, *, late: bool) -> News:
    name = client_name(booking)
    words = _("You did not answer %(name)s in time, so the request has lapsed.", name=name)
    if late:
        words = _("%(name)s did not answer your quote in time.", name=name)
    return News(
        subject=_("Lapsed: %(title)s, %(name)s", title=booking.listing.title, name=name),
        heading=_("The time to answer is over"),
        intro=words,
        facts=() if booking.kind == "inquiry" else when(booking, reader, together(booking)),
        lines=() if late else (_("The client was told. A short word from you may still bring them back."),),
        button=page_of(booking, _("See what it was")),
    )


@after(CaptureFailed)
def tell_capture_failed(fact: CaptureFailed) -> None:
    """The practice said yes, the client's bank no."""
    with writing():
        booking = bookings.get(fact.booking_id)
        tell(
            [client_of(booking)],
            together_key("capture_failed", booking),
            lambda reader: _failed_client(booking, reader),
        )
        tell(answering_of(booking), together_key("capture_failed", booking), lambda reader: _failed(booking, reader))


def _failed_client(booking: Booking, reader: Reader) -> News:
    return News(
        subject=_("Your card was refused: %(title)s", title=booking.listing.title),
        heading=_("%(name)s said yes, but your card did not", name=booking.practice.name),
        intro=_("The payment could not be taken, so the time is free again."),
        facts=when(booking, reader, together(booking)),
        lines=(_("Nothing was taken. Book again with another card, or ask your bank first."),),
        button=listing_of(booking, _("Book again")),
    )


def _failed(booking: Booking, reader: Reader) -> News:
    name = client_name(booking)
    return News(
        subject=_("The payment of %(name)s was refused", name=name),
        heading=_("The payment could not be taken"),
        intro=_("You said yes, but the bank of %(name)s refused the payment.", name=name),
        facts=when(booking, reader, together(booking)),
        lines=(_("The time is free again. The client was told and can book once more."),),
        button=page_of(booking, _("See the booking")),
    )


def _by(booking: Booking, reader: Reader) -> str:
    """Until when it waits for an answer."""
    return reader.moment(booking.expires_at or booking.starts_at)


def _answers(booking: Booking) -> tuple[Fact, ...]:
    given = booking.chosen.get("answers") or []
    return tuple(Fact(str(one["text"]), str(one["answer"])) for one in given if one.get("answer"))


def _nothing_taken(booking: Booking) -> str:
    if booking.kind == "inquiry" or not booking.total:
        return _("Nothing was booked.")
    return _("Nothing was taken: what your card held is released, which your bank may take some days to show.")
