"""The waiting list, seen from the browser: joining it, taking what is offered, leaving it."""

import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from community.bookings import rules, waitlists
from community.bookings.actions import Client, waiting
from community.bookings.choices import Choice
from community.bookings.forms import WaitingForm
from community.bookings.stepping import back, mine
from community.core import clock
from community.core.auth import policy, viewer
from community.core.db import db, writes, writing
from community.core.errors import NotFound, Refused
from community.core.limits import client_network, hit
from community.core.locale import is_zone, reader_locale, reader_zone
from community.core.web import wants_json
from community.listings import queries as listings
from community.listings.models import Listing

bp = Blueprint("waiting", __name__)


def _client(name: str, email: str) -> Client:
    person = viewer()
    zone = request.form.get("tz", "")
    session.setdefault("browser", secrets.token_urlsafe(24))
    return Client(
        name=person.name if person else name.strip(),
        email=person.email if person else email,
        browser=rules.browser_digest(str(session["browser"])),
        zone=zone if is_zone(zone) else reader_zone(),
        locale=reader_locale(),
        person=person,
    )


@bp.route("/<practice>/<slug>/wait", methods=["GET", "POST"])
@policy("public")
@writes
def join(practice: str, slug: str) -> Any:
    """Ask to be told when something opens: a seat at a date, or any time of a length."""
    listing = listings.get_for(viewer(), practice, slug)
    form = WaitingForm()
    person = viewer()
    if request.method == "GET":
        form.minutes.data = request.args.get("minutes") or (str(listing.lengths[0].minutes) if listing.lengths else "")
        form.date.data = request.args.get("date")
        if person is not None:
            form.name.data, form.email.data = person.name, person.email
    if not form.validate_on_submit():
        return render_template("bookings/wait.html", listing=listing, form=form), 422 if form.errors else 200
    hit("20 per hour", "waiting", client_network())
    try:
        with writing():
            ref = _wait(listing, form).ref
    except Refused as refusal:
        if wants_json():
            raise
        db.session.rollback()
        page = render_template("bookings/wait.html", listing=listing, form=form, refusal=refusal)
        return page, refusal.status
    flash(_("You are on the list. We write as soon as something opens."))
    return redirect(url_for("waiting.show", ref=ref))


def _wait(listing: Listing, form: WaitingForm) -> Any:
    date_id, minutes = form.date.data or "", form.minutes.data or ""
    date = next((one for one in listing.dates if str(one.id) == date_id), None)
    if date_id and date is None:
        raise Refused("no_such_date", _("This date is not on offer. Choose one that is."), 422)
    client = _client(form.name.data or "", form.email.data or "")
    number = int(minutes) if minutes.isascii() and minutes.isdigit() else 0
    return waiting.wait(listing, client=client, minutes=None if date else number, date=date)


@bp.post("/bookings/<ref>/earlier")
@policy("public")
@writes
def earlier(ref: str) -> Any:
    """Tell me when something earlier opens: it replaces this booking if I take it."""
    booking, _side = mine(ref, "client")
    if booking.state != "confirmed" or booking.kind != "session" or booking.is_handed_over:
        raise NotFound
    try:
        with writing():
            client = _client(booking.order.client_name, booking.order.client_email)
            made = waiting.wait(
                booking.listing, client=client, minutes=booking.minutes, booking=booking, before=booking.starts_at
            )
            waiter = made.ref
    except Refused as refusal:
        return back(url_for("bookings.show", ref=ref), refusal)
    flash(_("We write as soon as something earlier opens. This booking stands until you take it."))
    return redirect(url_for("waiting.show", ref=waiter))


@bp.get("/waiting/<ref>")
@policy("public")
def show(ref: str) -> Any:
    """One's place on the list, and what is offered. The address is the key: it came by mail."""
    waiter = waitlists.by_ref(ref)
    listed = [one.id for one in waitlists.waiting(waiter.listing_id, date_id=waiter.date_id)]
    ahead = listed.index(waiter.id) if waiter.id in listed else 0
    offered = waiter.status == "offered" and waiter.offered_until is not None and waiter.offered_until > clock.now()
    return render_template("bookings/waiting.html", waiter=waiter, ahead=ahead, offered=offered)


@bp.post("/waiting/<ref>")
@policy("public")
@writes
def take(ref: str) -> Any:
    """Take what is offered: on to the payment."""
    waiter = waitlists.by_ref(ref)
    choice = Choice(minutes=waiter.minutes, starts=(waiter.offered,) if waiter.offered else (), date_id=waiter.date_id)
    try:
        with writing():
            client = _client(waiter.name, waiter.email)
            booking = waiting.take(waiter, client=client, choice=choice).ref
    except Refused as refusal:
        return back(url_for("waiting.show", ref=ref), refusal)
    return redirect(url_for("bookings.show", ref=booking))


@bp.post("/waiting/<ref>/end")
@policy("public")
@writes
def leave(ref: str) -> Any:
    """Off the list."""
    with writing():
        waiting.leave(waitlists.by_ref(ref))
    flash(_("You are off the list."))
    return redirect(url_for("waiting.show", ref=ref))
