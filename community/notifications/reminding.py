"""Reminders: timers set when a booking stands or moves, looked at again when they ring."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from community.availability import queries as times
from community.bookings import queries as bookings
from community.bookings.models import Booking
from community.bookings.rules import TIMED
from community.core import clock, formats
from community.core.db import db
from community.core.events import emit
from community.core.mail import write_mail
from community.notifications import queries, rules, wordings
from community.notifications.facts import ReminderDue, RemindersChanged
from community.notifications.models import Reminding, Wording
from community.notifications.readers import Reader, client_of, deliverer_of
from community.notifications.rules import Quiet
from community.notifications.telling import client_name, first_time, place, when
from community.profiles import queries as profiles
from community.profiles.models import Practice

# Of clients whose practice, if they have one, does not say otherwise.
_NIGHT = (21 * 60, 8 * 60)


def arm(booking: Booking) -> None:
    """Set the timers of a booking with a set time, for both sides. Setting them twice does no harm."""
    if booking.state != "confirmed" or booking.kind not in TIMED:
        return
    leads, starts = wordings.leads(booking.practice_id), int(booking.starts_at.timestamp())
    for reader in (client_of(booking), deliverer_of(booking)):
        quiet = quiet_of(reader, booking)
        for lead, due in rules.reminders(start=booking.starts_at, leads=leads, quiet=quiet, now=clock.now()):
            emit(ReminderDue(booking.id, lead, reader.side, starts), due=due)


def arm_all(practice_id: int) -> None:
    """The same for all that is booked with a practice and still to come: it chose other times."""
    for booking in queries.to_come(practice_id, clock.now()):
        arm(booking)


def quiet_of(reader: Reader, booking: Booking) -> Quiet | None:
    """When not to disturb a reader: their practice's quiet hours, on its clock; a client's night without any."""
    practice = booking.practice if reader.side == "practice" else profiles.practice_of(reader.person)
    calendar = times.calendar(practice.id) if practice else None
    if practice and calendar and calendar.quiet_from is not None and calendar.quiet_until is not None:
        return Quiet(practice.zone, calendar.quiet_from, calendar.quiet_until)
    return Quiet(reader.zone, *_NIGHT) if reader.side == "client" else None


def remind(booking_id: int, *, lead: int, side: str, starts: int) -> bool:
    """A timer rang: write, if the booking stands as it did and it is no time to be quiet. True when a mail was written.

    A booking that was called off or moved, or a lead that was unchosen, is passed over. Quiet hours that were chosen
    since, or a timer that rang late, put it off once more.
    """
    booking, now = bookings.get(booking_id), clock.now()
    begins = int(booking.starts_at.timestamp())
    if booking.state != "confirmed" or begins != starts or booking.starts_at <= now:
        return False
    if lead not in wordings.leads(booking.practice_id):
        return False
    reader = client_of(booking) if side == "client" else deliverer_of(booking)
    due = rules.out_of_quiet(now, start=booking.starts_at, quiet=quiet_of(reader, booking), now=now)
    if due > now:
        emit(ReminderDue(booking_id, lead, side, starts), due=due)
        return False
    if not first_time(f"reminder:{booking.id}:{starts}:{lead}:{side}"):
        return False
    _write(booking, reader, now)
    return True


def _write(booking: Booking, reader: Reader, now: datetime) -> None:
    mine = reader.side == "practice"
    with force_locale(reader.locale):
        soon = in_words(booking.starts_at, now, reader.zone)
        facts = (*when(booking, reader), *place(booking))
    name = reader.person.first_name if reader.person else booking.order.client_name
    write_mail(
        reader.email,
        "booking_reminder",
        locale=reader.locale,
        booking=booking,
        soon=soon,
        facts=facts,
        name=name,
        other=client_name(booking) if mine else booking.practice.name,
        words=[] if mine else wordings.words(booking, reader, "reminder"),
    )


def in_words(start: datetime, now: datetime, zone: str) -> str:
    """When it begins, as one says it: in 45 minutes; today, tomorrow or on a day at a time."""
    minutes = round((start - now) / timedelta(minutes=1))
    if minutes <= 90:
        return ngettext("In %(num)s minute", "In %(num)s minutes", minutes)
    at = formats.clock_time(start, zone)
    days = (formats.local(start, zone).date() - formats.local(now, zone).date()).days
    if days == 0:
        return _("Today, %(time)s", time=at)
    if days == 1:
        return _("Tomorrow, %(time)s", time=at)
    return f"{formats.short_day(start, zone)}, {at}"


def choose(practice: Practice, *, leads: Sequence[int], texts: dict[str, str]) -> None:
    """What a practice's clients hear: when they are reminded (minutes before the start), and its own words by message.
    What is booked already follows.
    """
    chosen = sorted(set(leads), reverse=True)
    before = wordings.leads(practice.id)
    row = db.session.get(Reminding, practice.id)
    if row is None:
        row = Reminding(practice_id=practice.id)
        db.session.add(row)
    row.leads = chosen
    for message, text in texts.items():
        _keep(practice.id, message, text.strip())
    db.session.flush()
    if set(chosen) - set(before):
        emit(RemindersChanged(practice.id))


def _keep(practice_id: int, message: str, text: str) -> None:
    row = db.session.get(Wording, (practice_id, message))
    if not text:
        if row is not None:
            db.session.delete(row)
        return
    if row is None:
        db.session.add(Wording(practice_id=practice_id, message=message, text=text))
    elif row.text != text:
        row.text, row.changed_at = text, clock.now()
