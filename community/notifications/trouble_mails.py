"""Mails about what went wrong: somebody who did not come, an objection, and how it ends."""

from flask_babel import gettext as _

from community.bookings import queries as bookings
from community.bookings.facts import BookingResolved, NoShowReported, NoShowStood, ObjectionMade
from community.bookings.models import Booking, BookingEvent
from community.core import formats
from community.core.db import writing
from community.core.events import after
from community.notifications.readers import Reader, other_side, side_of
from community.notifications.telling import (
    News,
    amount_of,
    detail,
    last_step,
    name_of,
    page_of,
    step_key,
    tell,
    when,
)


@after(NoShowReported)
def tell_reported(fact: NoShowReported) -> None:
    """Who is said not to have come reads how to object, and until when."""
    with writing():
        booking = bookings.get(fact.booking_id)
        step = last_step(booking, "report")
        if step is None:
            return
        readers = side_of(booking, other_side(step.actor))
        tell(readers, step_key("reported", booking, step), lambda reader: _reported(booking, reader, step))


def _reported(booking: Booking, reader: Reader, step: BookingEvent) -> News:
    name, text = name_of(booking, step.actor), detail(step, "text")
    lines = [_("If that is not so, open the booking and object.")]
    if booking.expires_at is not None:
        lines = [_("If that is not so, object by %(when)s.", when=reader.moment(booking.expires_at))]
    if reader.side == "client":
        lines.append(_("If you don’t, it ends by its cancellation terms."))
    else:
        lines.append(_("If you don’t, all of it goes back to the client."))
    return News(
        subject=_("%(name)s says that you did not come", name=name),
        heading=_("Were you there?"),
        intro=_("%(name)s says that you did not come to %(title)s.", name=name, title=booking.listing.title),
        facts=when(booking, reader),
        said=(_("What they wrote"), text) if text else None,
        lines=tuple(lines),
        button=page_of(booking, _("See it, and object")),
    )


@after(ObjectionMade)
def tell_objection(fact: ObjectionMade) -> None:
    """The other side reads what was wrong, and how it goes on."""
    with writing():
        booking = bookings.get(fact.booking_id)
        step = last_step(booking, "object", "oppose")
        if step is None:
            return
        readers = side_of(booking, other_side(step.actor))
        tell(readers, step_key("objection", booking, step), lambda reader: _objection(booking, reader, step))


def _objection(booking: Booking, reader: Reader, step: BookingEvent) -> News:
    name, text = name_of(booking, step.actor), detail(step, "text")
    intro = _("They are not content with %(title)s.", title=booking.listing.title)
    if step.transition == "oppose":
        intro = _("They say that they were there: %(title)s.", title=booking.listing.title)
    return News(
        subject=_("%(name)s objects: %(title)s", name=name, title=booking.listing.title),
        heading=_("%(name)s objects", name=name),
        intro=intro,
        facts=when(booking, reader),
        said=(_("What they wrote"), text) if text else None,
        lines=(
            _("Talk to each other first. Then one of you proposes how much goes back, and the other agrees."),
            _("The money stays where it is until then. If you can’t agree, the people who run this site decide."),
        ),
        button=page_of(booking, _("Answer")),
    )


@after(BookingResolved)
def tell_resolved(fact: BookingResolved) -> None:
    """Both sides read how it ended."""
    with writing():
        booking = bookings.get(fact.booking_id)
        step = last_step(booking, "settle")
        readers = [*side_of(booking, "client"), *side_of(booking, "practice")]
        tell(readers, step_key("resolved", booking, step), lambda reader: _resolved(booking, reader, step))


def _resolved(booking: Booking, reader: Reader, step: BookingEvent | None) -> News:
    intro = _("The people who run this site have decided.") if _by_staff(step) else _("You both agreed.")
    return News(
        subject=_("Settled: %(title)s", title=booking.listing.title),
        heading=_("The objection is settled"),
        intro=intro,
        lines=(_goes_back(booking, reader, amount_of(step)),),
        button=page_of(booking, _("See the booking")),
    )


def _by_staff(step: BookingEvent | None) -> bool:
    return step is not None and step.actor == "moderator"


@after(NoShowStood)
def tell_stood(fact: NoShowStood) -> None:
    """Both sides read what a report that nobody opposed comes to."""
    with writing():
        booking = bookings.get(fact.booking_id)
        step = last_step(booking, "uphold")
        readers = [*side_of(booking, "client"), *side_of(booking, "practice")]
        tell(readers, step_key("stood", booking, step), lambda reader: _stood(booking, reader, step))


def _stood(booking: Booking, reader: Reader, step: BookingEvent | None) -> News:
    return News(
        subject=_("Closed: %(title)s", title=booking.listing.title),
        heading=_("Nobody objected"),
        intro=_("So it counts as not kept: %(title)s.", title=booking.listing.title),
        facts=when(booking, reader),
        lines=(_goes_back(booking, reader, amount_of(step)),),
        button=page_of(booking, _("See the booking")),
    )


def _goes_back(booking: Booking, reader: Reader, amount: int) -> str:
    if not amount:
        return _("Nothing goes back.")
    money = formats.price(amount, booking.currency)
    if reader.side == "client":
        return _("%(amount)s goes back to your card in 5 to 10 days.", amount=money)
    return _("%(amount)s goes back to the client’s card in 5 to 10 days.", amount=money)
