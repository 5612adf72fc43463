"""The desk of a workshop's dates: put one on offer, see who comes, call it off."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from community.availability.actions import Overlap
from community.bookings import waitlists
from community.bookings.actions import workshops
from community.bookings.date_form import DateForm
from community.core import clock
from community.core.auth import current_user, policy
from community.core.db import db, writes, writing
from community.core.errors import NotFound, Refused
from community.core.web import wants_json
from community.listings import queries as listings
from community.listings.models import Listing, WorkshopDate

bp = Blueprint("workshops", __name__)


def _listing(listing_id: int) -> Listing:
    found = listings.get_own(current_user, listing_id)
    if found.kind != "workshop":
        raise NotFound
    return found


def _page(listing: Listing, form: DateForm, status: int = 200) -> Any:
    dates = sorted(listing.dates, key=lambda one: (one.starts_at < clock.now(), one.starts_at))
    left = waitlists.seats_left([one.id for one in dates])
    html = render_template(
        "bookings/dates.html",
        listing=listing,
        form=form,
        dates=[(one, one.seats - left.get(one.id, 0), waitlists.confirmed_of_date(one.id)) for one in dates],
        now=clock.now(),
    )
    return html, status


@bp.get("/desk/listings/<int:listing_id>/dates")
@policy("practice")
def dates(listing_id: int) -> Any:
    """The dates with who comes, and the form for another one."""
    listing = _listing(listing_id)
    last = max(listing.dates, key=lambda one: one.id, default=None)
    known = {"seats": str(last.seats if last else 8), "minimum": str(last.minimum if last else 0), "days": "3"}
    return _page(listing, DateForm(listing, data=known, formdata=None))


@bp.post("/desk/listings/<int:listing_id>/dates")
@policy("practice_owner")
@writes
def add(listing_id: int) -> Any:
    """Put a date on offer: its time is taken out of the calendar at once."""
    listing = _listing(listing_id)
    form = DateForm(listing)
    if not form.validate_on_submit():
        return _page(listing, form, 422)
    try:
        with writing():
            workshops.schedule(
                listing,
                meetings=form.spans(),
                seats=int(form.seats.data or 0),
                minimum=form.minimum_people,
                decides_at=form.decides_at(),
                deliverer_id=form.deliverer_id,
            )
    except Overlap as refusal:
        form.meetings.errors = [_("Part of this time is taken in the calendar already. Choose other times.")]
        return _again(listing_id, form, refusal)
    except Refused as refusal:
        form.form_errors.append(refusal.message)
        return _again(listing_id, form, refusal)
    flash(_("The date is on offer. Its time is taken in your calendar."))
    return redirect(url_for("workshops.dates", listing_id=listing_id))


def _again(listing_id: int, form: DateForm, refusal: Refused) -> Any:
    if wants_json():
        raise refusal
    db.session.rollback()
    return _page(_listing(listing_id), form, refusal.status)


def _date(listing: Listing, date_id: int) -> WorkshopDate:
    found = next((one for one in listing.dates if one.id == date_id), None)
    if found is None:
        raise NotFound
    return found


@bp.route("/desk/listings/<int:listing_id>/dates/<int:date_id>/cancellation", methods=["GET", "POST"])
@policy("practice_owner")
@writes
def call_off(listing_id: int, date_id: int) -> Any:
    """Call a date off: who is told and gets what back is shown before the click."""
    date = _date(_listing(listing_id), date_id)
    if request.method == "GET":
        coming = waitlists.confirmed_of_date(date.id)
        return render_template("bookings/call_off.html", listing=date.listing, date=date, coming=coming)
    try:
        with writing():
            workshops.call_off(date, by=current_user, reason=request.form.get("reason", "").strip()[:300])
    except Refused as refusal:
        if wants_json():
            raise
        flash(str(refusal.message), "warn")
    else:
        flash(_("Called off. Everybody is told, and gets their money back."))
    return redirect(url_for("workshops.dates", listing_id=listing_id))
