"""Mails about what changes in a booking that stands: its time, who delivers it, and how far it is."""

from datetime import datetime

from flask_babel import gettext as _

from community.bookings import queries as bookings
from community.bookings.facts import BookingHandedOver, BookingRescheduled, ChangesAsked, RunningLate
from community.bookings.models import Booking
from community.core import formats
from community.core.db import writing
from community.core.events import after
from community.notifications import queries
from community.notifications.readers import (
    Reader,
    answering_of,
    client_of,
    deliverer_of,
    other_side,
    side_of,
    worker,
)
from community.notifications.telling import (
    Fact,
    News,
    calendar_of,
    client_name,
    detail,
    last_step,
    name_of,
    page_of,
    place,
    step_key,
    tell,
    when,
)


@after(BookingRescheduled)
def tell_rescheduled(fact: BookingRescheduled) -> None:
    """Both sides, with the calendar file that moves the entry they have."""
    with writing():
        booking = bookings.get(fact.booking_id)
        step = last_step(booking, "reschedule")
        before, key = detail(step, "before"), step_key("rescheduled", booking, step)
        readers = [client_of(booking), deliverer_of(booking)]
        tell(readers, key, lambda reader: _rescheduled(booking, reader, before), files=calendar_of(booking))


def _rescheduled(booking: Booking, reader: Reader, before: str) -> News:
    facts = (*when(booking, reader), *place(booking))
    if before:
        facts = (*facts, Fact(_("Before"), reader.moment(datetime.fromisoformat(before))))
    return News(
        subject=_("New time: %(title)s, %(day)s", title=booking.listing.title, day=reader.moment(booking.starts_at)),
        heading=_("The time has changed"),
        intro=_("The calendar file is attached: it moves the entry you have."),
        facts=facts,
        button=page_of(booking, _("See the booking")),
    )


@after(BookingHandedOver)
def tell_handed_over(fact: BookingHandedOver) -> None:
    """The client and the new practice get its calendar file, whoever passed it on one that takes it out again."""
    with writing():
        booking = bookings.get(fact.booking_id)
        step = last_step(booking, "hand_over")
        before, key = detail(step, "before"), step_key("handed_over", booking, step)
        tell(
            [client_of(booking)], key, lambda reader: _other_hands(booking, reader, before), files=calendar_of(booking)
        )
        tell(answering_of(booking), key, lambda reader: _yours_now(booking, reader, before), files=calendar_of(booking))
        gave = [worker(person) for person in queries.who_gave(booking)]
        tell(gave, key, lambda reader: _off_your_hands(booking, reader), files=calendar_of(booking, gone=True))


def _other_hands(booking: Booking, reader: Reader, before: str) -> News:
    name = booking.practice.name
    return News(
        subject=_("%(name)s takes over: %(title)s", name=name, title=booking.listing.title),
        heading=_("From now on it is %(name)s", name=name),
        intro=_("%(before)s passed your booking on, as you agreed. What you paid stays as it is.", before=before),
        facts=(*when(booking, reader), *place(booking)),
        button=page_of(booking, _("See the booking")),
    )


def _yours_now(booking: Booking, reader: Reader, before: str) -> News:
    return News(
        subject=_("Yours now: %(title)s with %(name)s", title=booking.listing.title, name=client_name(booking)),
        heading=_("You have taken this on"),
        intro=_("%(before)s passed it on to you and the client agreed.", before=before),
        facts=(*when(booking, reader), *place(booking)),
        said=(_("What the client wrote"), booking.note) if booking.note else None,
        button=page_of(booking, _("See the booking")),
    )


def _off_your_hands(booking: Booking, reader: Reader) -> News:
    name = booking.practice.name
    return News(
        subject=_("%(name)s has taken it on: %(title)s", name=name, title=booking.listing.title),
        heading=_("It is off your hands"),
        intro=_("%(name)s has taken on the booking of %(client)s.", name=name, client=client_name(booking)),
        facts=when(booking, reader),
        lines=(_("Your time is free again. The file attached takes it out of your calendar."),),
        button=page_of(booking, _("See the booking")),
    )


@after(RunningLate)
def tell_late(fact: RunningLate) -> None:
    """The other side, at once: quiet hours don't matter to somebody who is waiting."""
    with writing():
        booking = bookings.get(fact.booking_id)
        step = last_step(booking, "say_late")
        if step is None:
            return
        minutes = int(step.detail.get("minutes") or 0)
        readers = [deliverer_of(booking)] if step.actor == "client" else side_of(booking, other_side(step.actor))
        name = name_of(booking, step.actor)
        tell(readers, step_key("late", booking, step), lambda reader: _late(booking, reader, name, minutes))


def _late(booking: Booking, reader: Reader, name: str, minutes: int) -> News:
    return News(
        subject=_("%(name)s comes %(n)s minutes late", name=name, n=minutes),
        heading=_("%(name)s comes %(n)s minutes late", name=name, n=minutes),
        intro=_(
            "%(title)s, %(time)s.", title=booking.listing.title, time=formats.clock_time(booking.starts_at, reader.zone)
        ),
        facts=place(booking),
        button=page_of(booking, _("See the booking")),
    )


@after(ChangesAsked)
def tell_changes(fact: ChangesAsked) -> None:
    """The practice reads what should be different."""
    with writing():
        booking = bookings.get(fact.booking_id)
        step = last_step(booking, "ask_changes")
        text = detail(step, "text")
        tell(answering_of(booking), step_key("changes", booking, step), lambda _reader: _changes(booking, text))


def _changes(booking: Booking, text: str) -> News:
    name = client_name(booking)
    return News(
        subject=_("%(name)s asks for changes: %(title)s", name=name, title=booking.listing.title),
        heading=_("%(name)s asks for changes", name=name),
        intro=_("They looked at what you handed in for %(title)s.", title=booking.listing.title),
        said=(_("What should be different"), text) if text else None,
        lines=(_("Hand it in again when it is done: they then have a week to accept it."),),
        button=page_of(booking, _("See the booking")),
    )
