"""Taking a step of a booking from a page: finding it, doing it, and showing it again with what was typed."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, session, url_for
from flask_babel import gettext as _

from community.bookings import actions, queries
from community.bookings.models import Booking
from community.bookings.showing import show_booking
from community.core.auth import viewer
from community.core.db import db, writing
from community.core.errors import NotFound, Refused
from community.core.web import wants_json
from community.listings import rules as offer

MOST_TEXT = 2000


def browser() -> str:
    """This browser's key, kept in its session: what an unconfirmed booking is bound to."""
    return str(session.get("browser", ""))


def mine(ref: str, *sides: str) -> tuple[Booking, str]:
    """A booking of the viewer's (or the browser's), and their side, which must be one of `sides`."""
    booking = queries.get_for(viewer(), browser(), ref)
    side = queries.side_of(viewer(), booking)
    if side not in sides:
        raise NotFound
    return booking, side


def typed(name: str, most: int = MOST_TEXT) -> str:
    """What stands in a field, trimmed."""
    return request.form.get(name, "").strip()[:most]


def do(booking: Booking, work: Callable[[Booking], object], said: str) -> Any:
    """Run `work` on the locked booking; say what was done, or why not with everything as it was typed."""
    booking_id, ref = booking.id, booking.ref
    try:
        with writing():
            work(actions.lock(booking_id))
    except Refused as refusal:
        if wants_json():
            raise
        db.session.rollback()
        found = queries.get_for(viewer(), browser(), ref)
        return show_booking(found, refusal.status, refusal=refusal)
    flash(said)
    return redirect(url_for("bookings.show", ref=ref))


def back(address: str, refusal: Refused) -> Any:
    """To another page that says why not; raised on to programs."""
    if wants_json():
        raise refusal
    db.session.rollback()
    flash(str(refusal.message), "warn")
    return redirect(address)


def unknown() -> Refused:
    """None of the answers there are."""
    return Refused("answer", _("Choose one of the answers."), 422)


def price(name: str, currency: str) -> int:
    """An amount as people type it, minor units. Raises `Refused("price")`."""
    try:
        return offer.parse_price(typed(name, 20), currency)
    except ValueError as error:
        raise Refused("price", _("Type a price such as 950 or 950.00."), 422) from error
