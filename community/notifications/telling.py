"""Writing one mail about a booking: once, in its reader's language, with the calendar file where a time is agreed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from community.accounts import actions as accounts
from community.bookings import calendar_file
from community.bookings.models import Booking, BookingEvent
from community.bookings.rules import TIMED
from community.bookings.where import where_words
from community.core import formats
from community.core.db import db
from community.core.mail import Attachment, write_mail
from community.notifications.models import Notice
from community.notifications.readers import Reader

Files = tuple[Attachment, ...]


@dataclass(frozen=True)
class Fact:
    """A small label over a value, and what follows it in small."""

    label: str
    value: str
    after: str = ""
    href: str = ""


@dataclass(frozen=True)
class News:
    """What a mail says: a subject, a heading, one sentence; facts; what somebody wrote (title, words); what follows
    from it; and the one thing to do (words, address).
    """

    subject: str
    heading: str
    intro: str
    button: tuple[str, str]
    facts: tuple[Fact, ...] = ()
    said: tuple[str, str] | None = None
    lines: tuple[str, ...] = ()
    code: str | None = None


def was_told(key: str) -> bool:
    """True when something with this key went out already."""
    return db.session.get(Notice, key) is not None


def first_time(key: str) -> bool:
    """True for the first call with `key`; remembers it with the transaction."""
    if db.session.get(Notice, key) is not None:
        return False
    db.session.add(Notice(key=key))
    db.session.flush()
    return True


def tell(
    readers: Iterable[Reader],
    key: str,
    news: Callable[[Reader], News],
    *,
    files: Callable[[Reader], Files] | None = None,
) -> None:
    """Write to each reader once for `key`: what `news` says in their language, with calendar files where given."""
    for reader in readers:
        if not first_time(f"{key}:{reader.key}"):
            continue
        with force_locale(reader.locale):
            said = news(reader)
            attached = files(reader) if files else ()
        write_mail(reader.email, "booking_news", locale=reader.locale, attachments=attached, news=said)


def last_step(booking: Booking, *names: str) -> BookingEvent | None:
    """The latest step of these in the booking's log: what a fact is about."""
    return next((event for event in reversed(booking.log) if event.transition in names), None)


def step_key(name: str, booking: Booking, step: BookingEvent | None) -> str:
    """A key for a thing that may happen to a booking more than once."""
    return f"{name}:{booking.id}:{step.id if step else 0}"


def together_key(name: str, booking: Booking) -> str:
    """A key for a thing that happens once to all of a series."""
    return f"{name}:{booking.series or booking.id}"


def detail(step: BookingEvent | None, name: str) -> str:
    """What was noted with a step, as words."""
    return str((step.detail if step else {}).get(name) or "")


def amount_of(step: BookingEvent | None, name: str = "refund") -> int:
    """What was noted with a step, minor units."""
    return int((step.detail if step else {}).get(name) or 0)


def when(booking: Booking, reader: Reader, among: Sequence[Booking] = ()) -> tuple[Fact, ...]:
    """When it is: day, time and zone of what has a set time, of each meeting of a course and each of `among` in a
    series; from when to when for a project; nothing for a file.
    """
    if booking.kind == "digital":
        return ()
    if booking.kind in TIMED:
        meetings = booking.date.meetings if booking.date else []
        starts = [one.starts_at for one in meetings or among or (booking,)]
        return tuple(at_time(_("When"), at, reader) for at in starts)
    first, last = (formats.short_day(at, reader.zone) for at in (booking.starts_at, booking.ends_at))
    return (Fact(_("When"), _("%(first)s to %(last)s", first=first, last=last)),)


def at_time(label: str, at: datetime, reader: Reader) -> Fact:
    """A day and a time on the reader's clock, with the clock's town."""
    town = _("(%(town)s time)", town=formats.zone_name(reader.zone))
    return Fact(label, f"{reader.day(at)}, {formats.clock_time(at, reader.zone)}", f" {town}")


def place(booking: Booking) -> tuple[Fact, ...]:
    """Where it is, link, number and street included: for what is confirmed."""
    words, exactly = where_words(booking.where_kind, booking.practice.name), booking.where_detail
    link = exactly if exactly.startswith("https://") else ""
    return (Fact(_("Where"), words, f" {exactly}" if exactly else "", link),)


def calendar_of(*bookings: Booking, gone: bool = False) -> Callable[[Reader], Files]:
    """The calendar files of what has a set time, named for their reader's side; `gone` takes them out of a calendar
    that they no longer belong to.
    """

    def made(reader: Reader) -> Files:
        practice = reader.side == "practice"
        return tuple(
            Attachment(f"{one.ref}.ics", calendar_file.render(one, gone=gone, for_practice=practice), "text/calendar")
            for one in bookings
            if one.kind in TIMED
        )

    return made


def page_of(booking: Booking, words: str) -> tuple[str, str]:
    """A button that leads to the booking."""
    return words, url_for("bookings.show", ref=booking.ref, _external=True)


def listing_of(booking: Booking, words: str) -> tuple[str, str]:
    """A button that leads to the listing."""
    where = {"practice": booking.practice.slug, "slug": booking.listing.slug}
    return words, url_for("listings.show", **where, _external=True)


def code_for(reader: Reader) -> str | None:
    """Six digits that open the account of somebody who has no password yet."""
    person = reader.person
    if reader.side != "client" or person is None or (person.confirmed_at and person.password):
        return None
    return accounts.issue_code(person)


def client_name(booking: Booking) -> str:
    """What the client is called: by the account, else as typed."""
    return booking.order.client.name if booking.order.client else booking.order.client_name


def name_of(booking: Booking, side: str) -> str:
    """What one side is called by the other."""
    return client_name(booking) if side == "client" else booking.practice.name
