"""The booking form of every kind: filled, counted up, refused with what was typed, or held and on to the payment."""

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from community.bookings import actions, choosing, queries, rules, said, stepping
from community.bookings.box import parse_day, parse_instant
from community.bookings.forms import BookingForm
from community.bookings.retainers import actions as retainers
from community.bookings.retainers.routes import to_checkout as to_monthly_checkout
from community.bookings.start_page import StartPage
from community.core.auth import viewer
from community.core.db import db, writing
from community.core.errors import Refused
from community.core.limits import client_network, hit
from community.core.locale import is_zone, reader_locale
from community.core.site import settings
from community.core.web import wants_json
from community.listings.models import Listing
from community.listings.pricing import came_by
from community.payments import collecting
from community.payments.terms import GatewayRefused, GatewayUnavailable

_FROM_ADDRESS = ("at", "minutes", "weeks", "package", "first", "date", "tz")


def answer(listing: Listing) -> Any:
    """The form on GET; on POST what it says is held (or asked), and the browser goes on to pay."""
    form = BookingForm(listing, data=_known(listing), asks_address=viewer() is None)
    seen = form.seen.data
    page = StartPage(listing, form)
    if not page.is_chosen:
        flash(page.first_line, "warn")
        return redirect(page.again)
    if request.method == "GET" or request.form.get("do") == "update":
        return _drawn(page)
    return _sent(page, seen)


def _sent(page: StartPage, seen: str | None) -> Any:
    listing = page.listing
    if not page.form.validate():
        return _drawn(page, 422)
    if page.bill is None and listing.kind != "inquiry":
        return _drawn(page, 422, refusal=Refused("nothing_ticked", _("Tick at least one of the times."), 422))
    if seen and page.bill and seen != page.bill.key:
        return _drawn(page, changed=True)
    if settings().holds_per_address:
        hit(settings().holds_per_address, "holds", client_network())
    session.setdefault("browser", secrets.token_urlsafe(24))
    try:
        if listing.kind == "retainer":
            return _begun(listing, page)
        with writing():
            booking_id, ref = _taken(listing, page)
        said.forget(listing.id)
    except Refused as refusal:
        if wants_json():
            raise
        return _refused(page, refusal)
    return to_checkout(booking_id, ref)


def _begun(listing: Listing, page: StartPage) -> Any:
    with writing():
        made = retainers.begin(listing, answers=page.choice.answers, client=_client(page))
        subscription_id, ref = made.subscription_id, made.ref
    return to_monthly_checkout(subscription_id, ref)


def _known(listing: Listing) -> dict[str, Any]:
    """What the address says, and who is asking."""
    known: dict[str, Any] = {name: request.args[name] for name in _FROM_ADDRESS if name in request.args}
    if listing.kind == "project" and "package" not in known and len(listing.offers) == 1:
        known["package"] = listing.offers[0].id
    if before := said.known(listing.id):
        known |= {"need": before, "note": before}
    person = viewer()
    return known | ({"name": person.name} if person is not None else {})


def _drawn(page: StartPage, status: int = 200, **given: Any) -> Any:
    return render_template("bookings/start.html", page=page, form=page.form, **given), status


def _taken(listing: Listing, page: StartPage) -> tuple[int, str]:
    client = _client(page)
    if listing.kind == "inquiry":
        made = actions.ask(listing, question=choosing.question(page.form), client=client)
    else:
        made = actions.hold(listing, choice=page.choice, client=client)[0]
    return made.id, made.ref


def _client(page: StartPage) -> actions.Client:
    form, person = page.form, viewer()
    zone = form.tz.data if is_zone(form.tz.data or "") else None
    return actions.Client(
        name=(form.name.data or "").strip(),
        email=person.email if person else (form.email.data or ""),
        browser=rules.browser_digest(stepping.browser()),
        zone=zone or (person.zone if person else settings().zone),
        locale=reader_locale(),
        person=person,
        note=(form.note.data or "").strip(),
        source=came_by(page.listing.practice_id),
    )


def _refused(page: StartPage, refusal: Refused) -> Any:
    """Say no on the form itself: what was typed stays, and what is free instead stands there to choose from."""
    db.session.rollback()
    browser = stepping.browser()
    holding = refusal.code in {"hold_exists", "too_many_holds"} and browser
    return _drawn(
        page,
        refusal.status,
        refusal=refusal,
        instead=[at for raw in refusal.extra.get("next", []) if (at := parse_instant(raw))],
        earliest=parse_day(str(refusal.extra.get("earliest", ""))),
        begun=refusal.extra.get("retainer", ""),
        held=queries.live_holds(browser=rules.browser_digest(browser), email="") if holding else [],
    )


def to_checkout(booking_id: int, ref: str) -> Any:
    """On to the payment page; to the booking where there is nothing to pay, or where it can't be opened."""
    booking = queries.get(booking_id)
    payment = queries.payment_to_make(booking)
    payment_id = payment.id if payment else None
    if payment_id is None:
        return redirect(url_for("bookings.show", ref=ref))
    try:
        return redirect(collecting.open_checkout(payment_id), 303)
    except GatewayUnavailable:
        flash(_("The payment page does not answer. Your time is held; please try again in a moment."), "warn")
    except GatewayRefused:
        # Opened too late for Stripe's shortest Checkout, after its service had been away.
        flash(_("The payment page can't be opened any more. Let the time go and choose it again."), "warn")
    return redirect(url_for("bookings.show", ref=ref))
