"""Booking, seen from the browser: the form, the hold, the payment, the page of a booking, calling it off."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from community.accounts.forms import CodeForm
from community.bookings import actions, calendar_file, code_box, queries, starting, waitlists, words
from community.bookings.forms import CancellationForm
from community.bookings.models import Booking
from community.bookings.page import BookingPage
from community.bookings.retainers import queries as retainers
from community.bookings.retainers import words as retainer_words
from community.bookings.showing import show_booking
from community.bookings.stepping import browser
from community.core.auth import policy, viewer
from community.core.db import writes, writing
from community.core.errors import NotFound
from community.listings import queries as listings
from community.payments.returns import returns_to

bp = Blueprint("bookings", __name__)


@returns_to("order")
def order_page(order_ref: str) -> str:
    """Where Checkout sends people back to."""
    booking, retainer = queries.first_of_order(order_ref), retainers.of_order(order_ref)
    if retainer is not None:
        return url_for("retainers.show", ref=retainer.ref)
    return url_for("bookings.show", ref=booking.ref) if booking else url_for("pages.home")


@bp.route("/<practice>/<slug>/book", methods=["GET", "POST"])
@policy("public")
@writes
def start(practice: str, slug: str) -> Any:
    """The booking form of what was chosen; posting it holds that and opens the payment, or sends the question."""
    return starting.answer(listings.get_for(viewer(), practice, slug))


def _as_client(ref: str) -> Booking:
    """A booking of this client's; the practice and staff see it, but do not act in the client's place."""
    booking = queries.get_for(viewer(), browser(), ref)
    if queries.side_of(viewer(), booking) != "client":
        raise NotFound
    return booking


@bp.post("/bookings/<ref>/payment")
@policy("public")
@writes
def pay(ref: str) -> Any:
    """Go to Checkout (again)."""
    booking = _as_client(ref)
    return starting.to_checkout(booking.id, ref)


@bp.get("/bookings")
@policy("account")
def index() -> Any:
    """What I have booked."""
    person = viewer()
    return render_template(
        "bookings/index.html",
        bookings=queries.of_client(person),
        lists=waitlists.mine(person),
        retainers=retainers.of_client(person),
        state_words=words.state_words,
        retainer_words=retainer_words.state_words,
    )


@bp.get("/bookings/<ref>")
@policy("public")
def show(ref: str) -> Any:
    """One booking."""
    booking = queries.get_for(viewer(), browser(), ref)
    return show_booking(booking)


@bp.post("/bookings/<ref>/release")
@policy("public")
@writes
def release_hold(ref: str) -> Any:
    """Let a held time go."""
    booking = _as_client(ref)
    with writing():
        actions.let_go(booking.id, actor="client", by=viewer())
    return redirect(url_for("bookings.show", ref=ref))


@bp.route("/bookings/<ref>/cancellation", methods=["GET", "POST"])
@policy("public")
@writes
def cancel(ref: str) -> Any:
    """Call it off; what goes back is shown before the click."""
    booking = queries.get_for(viewer(), browser(), ref)
    form = CancellationForm()
    side = queries.side_of(viewer(), booking)
    if not form.validate_on_submit():
        page = BookingPage(booking, viewer())
        return render_template("bookings/cancel.html", page=page, booking=booking, form=form)
    with writing():
        locked = actions.lock(booking.id)
        actions.cancel(locked, actor=side, by=viewer(), reason=form.reason.data or "")
    flash(_("The booking is cancelled."))
    return redirect(url_for("bookings.show", ref=ref))


@bp.post("/bookings/<ref>/acceptance")
@policy("public")
@writes
def accept(ref: str) -> Any:
    """The client says that it was done."""
    booking = _as_client(ref)
    with writing():
        actions.complete(actions.lock(booking.id), actor="client", by=viewer())
    return redirect(url_for("bookings.show", ref=ref))


@bp.post("/bookings/<ref>/code")
@policy("public")
@writes
def code(ref: str) -> Any:
    """Six digits typed in the same tab open the account that the booking belongs to."""
    form = CodeForm()
    if not code_box.opened(_as_client(ref).order, form):
        return show_booking(_as_client(ref), 422, code_form=form)
    return redirect(url_for("bookings.show", ref=ref))


@bp.post("/bookings/<ref>/code/again")
@policy("public")
@writes
def code_again(ref: str) -> Any:
    """Send a new code to the address of the booking."""
    code_box.send_anew(_as_client(ref).order)
    return redirect(url_for("bookings.show", ref=ref) + "#open")


@bp.get("/bookings/<ref>/calendar.ics")
@policy("public")
def calendar(ref: str) -> Any:
    """The booking as a calendar file."""
    booking = queries.get_for(viewer(), browser(), ref)
    if booking.state in {"held", "expired"}:
        raise NotFound
    content = calendar_file.render(booking)
    headers = {"Content-Disposition": f'attachment; filename="{booking.ref}.ics"'}
    return Response(content, mimetype="text/calendar", headers=headers)
