"""Mails to many: who waits for a time, and what becomes of a workshop's date."""

from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from community.bookings import waitlists
from community.bookings.facts import DateCalledOff, TimeOffered
from community.bookings.models import Waiter
from community.core import formats
from community.core.db import writing
from community.core.events import after
from community.listings.models import Listing, WorkshopDate
from community.notifications import queries
from community.notifications.readers import Reader, waiter_of, worker
from community.notifications.telling import News, at_time, tell


@after(TimeOffered)
def tell_offered(fact: TimeOffered) -> None:
    """Whoever waits reads what opened, and until when it is kept."""
    with writing():
        waiter = waitlists.get(fact.waiter_id)
        if waiter.status != "offered" or waiter.offered is None or waiter.offered_until is None:
            return
        offered, until = waiter.offered, waiter.offered_until
        key = f"offered:{waiter.id}:{waiter.passed}:{offered.timestamp():.0f}"
        tell([waiter_of(waiter)], key, lambda reader: _offered(waiter, reader, offered, until))


def _offered(waiter: Waiter, reader: Reader, offered: datetime, until: datetime) -> News:
    listing = waiter.listing
    heading = _("A seat is free") if waiter.date_id else _("An earlier time is free")
    return News(
        subject=_("%(what)s: %(title)s, %(day)s", what=heading, title=listing.title, day=reader.moment(offered)),
        heading=heading,
        intro=_("It is kept for you until %(time)s.", time=formats.clock_time(until, reader.zone)),
        facts=(at_time(_("When"), offered, reader),),
        lines=(
            _("After that the next person on the list is asked."),
            _("If you don’t want it, there is nothing to do. On the page you can also leave the list."),
        ),
        button=(_("Take it"), url_for("waiting.show", ref=waiter.ref, _external=True)),
    )


@after(DateCalledOff)
def tell_called_off(fact: DateCalledOff) -> None:
    """The one who would have held it and those who waited for a seat; whoever had one hears of the booking itself."""
    with writing():
        date = waitlists.date(fact.date_id)
        if date is None or date.status != "off":
            return
        listing, key = date.listing, f"called_off:{date.id}"
        tell([worker(queries.person(date.deliverer_id))], key, lambda reader: _called_off(listing, date, reader))
        for waiter in waitlists.waiting(listing.id, date_id=date.id):
            tell([waiter_of(waiter)], f"{key}:{waiter.id}", lambda reader: _no_date(listing, date, reader))


def _called_off(listing: Listing, date: WorkshopDate, reader: Reader) -> News:
    return News(
        subject=_("Called off: %(title)s, %(day)s", title=listing.title, day=reader.moment(date.starts_at)),
        heading=_("This date does not take place"),
        intro=_("Everybody who had a seat was told and gets everything back."),
        facts=(at_time(_("When"), date.starts_at, reader),),
        lines=(_("Your time is free again."),),
        button=(_("See the listing"), _listing(listing)),
    )


def _no_date(listing: Listing, date: WorkshopDate, reader: Reader) -> News:
    return News(
        subject=_("Does not take place: %(title)s, %(day)s", title=listing.title, day=reader.moment(date.starts_at)),
        heading=_("This date does not take place"),
        intro=_("You were waiting for a seat at %(title)s.", title=listing.title),
        facts=(at_time(_("When"), date.starts_at, reader),),
        button=(_("Look for another date"), _listing(listing)),
    )


def _listing(listing: Listing) -> str:
    return url_for("listings.show", practice=listing.practice.slug, slug=listing.slug, _external=True)
