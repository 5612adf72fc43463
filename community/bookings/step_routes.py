"""The steps of a booking beyond paying and cancelling, each a noun under its address: answer, time, delivery,
report, objection, settlement, hand-over, file. A refused step shows the booking again with what was typed.
"""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from community.bookings import actions
from community.bookings.box import parse_instant
from community.bookings.models import Booking
from community.bookings.move_page import MovePage
from community.bookings.stepping import do, mine, price, typed, unknown
from community.core import files
from community.core.auth import current_user, policy, viewer
from community.core.db import db, release, writes, writing
from community.core.errors import NotFound, Refused
from community.core.web import wants_json

bp = Blueprint("steps", __name__)


@bp.post("/bookings/<ref>/answer")
@policy("person")
@writes
def answer(ref: str) -> Any:
    """The practice's yes or no to a request, or its no to a question."""
    booking, _side = mine(ref, "practice")
    if typed("answer") == "accept":
        said = _("Accepted. It is confirmed as soon as the payment is captured.") if booking.total else _("Accepted.")
        return do(booking, lambda one: actions.accept(one, by=current_user), said)
    if typed("answer") == "decline":
        reason = typed("reason", 300)
        return do(booking, lambda one: actions.decline(one, by=current_user, reason=reason), _("Declined."))
    raise unknown()


@bp.post("/bookings/<ref>/withdrawal")
@policy("public")
@writes
def withdraw(ref: str) -> Any:
    """The client takes a request or question back."""
    booking, _side = mine(ref, "client")
    said = _("Taken back. Nothing is charged.")
    return do(booking, lambda one: actions.withdraw(one, by=viewer(), reason=typed("reason", 300)), said)


@bp.route("/bookings/<ref>/time", methods=["GET", "POST"])
@policy("public")
@writes
def move(ref: str) -> Any:
    """A new time: what is free, then the change or the proposal of one."""
    booking, side = mine(ref, "client", "practice")
    page = MovePage(booking, side, viewer())
    if request.method == "GET":
        return render_template("bookings/move.html", page=page, booking=booking)
    try:
        start = _chosen_time()
        with writing():
            asked = actions.reschedule(actions.lock(booking.id), start=start, actor=side, by=viewer()) is not None
    except Refused as refusal:
        if wants_json():
            raise
        db.session.rollback()
        booking, side = mine(ref, "client", "practice")
        page = MovePage(booking, side, viewer(), tuple(refusal.extra.get("next", [])))
        return render_template("bookings/move.html", page=page, booking=booking, refusal=refusal), refusal.status
    flash(_("The other side is asked. Until they agree, the old time stands.") if asked else _("The new time is set."))
    return redirect(url_for("bookings.show", ref=ref))


def _chosen_time() -> datetime:
    start = parse_instant(request.form.get("at", ""))
    if start is None:
        raise Refused("no_time", _("Choose a time first."), 422)
    return start


@bp.post("/bookings/<ref>/time/answer")
@policy("public")
@writes
def answer_move(ref: str) -> Any:
    """Agree to a proposed time, keep the old one, or take a proposal back."""
    booking, side = mine(ref, "client", "practice")
    given, by = typed("answer"), viewer()
    steps: dict[str, tuple[Callable[[Booking], object], str]] = {
        "agree": (lambda one: actions.agree_to_move(one, actor=side, by=by), _("Agreed: the new time is set.")),
        "refuse": (lambda one: actions.refuse_to_move(one, actor=side), _("The old time stands.")),
        "withdraw": (lambda one: actions.take_back_move(one, actor=side), _("Taken back. The old time stands.")),
    }
    if given not in steps:
        raise unknown()
    return do(booking, *steps[given])


@bp.post("/bookings/<ref>/late")
@policy("public")
@writes
def late(ref: str) -> Any:
    """Tell the other side that one comes late."""
    booking, side = mine(ref, "client", "practice")
    minutes = request.form.get("minutes", 10, type=int)
    kept = min(max(minutes, 1), 120)
    return do(booking, lambda one: actions.say_late(one, actor=side, by=viewer(), minutes=kept), _("They know now."))


@bp.post("/bookings/<ref>/delivery")
@policy("person")
@writes
def hand_in(ref: str) -> Any:
    """The practice hands a project in."""
    booking, _side = mine(ref, "practice")
    said = _("Handed in. The client has seven days to say yes or ask for changes.")
    return do(booking, lambda one: actions.hand_in(one, by=current_user, text=typed("text")), said)


@bp.post("/bookings/<ref>/changes")
@policy("public")
@writes
def changes(ref: str) -> Any:
    """The client asks for changes."""
    booking, _side = mine(ref, "client")
    said = _("They know what should be different.")
    return do(booking, lambda one: actions.ask_changes(one, by=viewer(), text=typed("text")), said)


@bp.post("/bookings/<ref>/report")
@policy("public")
@writes
def report(ref: str) -> Any:
    """Say that the other side did not come."""
    booking, side = mine(ref, "client", "practice")
    said = _("Noted. The other side has a day to object.")
    return do(booking, lambda one: actions.report(one, actor=side, by=viewer(), text=typed("text")), said)


@bp.post("/bookings/<ref>/objection")
@policy("public")
@writes
def objection(ref: str) -> Any:
    """Object: to a report, or to what was delivered."""
    booking, side = mine(ref, "client", "practice")

    def work(one: Booking) -> None:
        if one.state == "no_show":
            actions.oppose(one, actor=side, by=viewer(), text=typed("text"))
        else:
            actions.object_to(one, by=viewer(), text=typed("text"))

    if side == "practice" and booking.state != "no_show":
        raise NotFound
    return do(booking, work, _("Noted. Nothing is paid out until this is settled."))


@bp.post("/bookings/<ref>/settlement")
@policy("public")
@writes
def settlement(ref: str) -> Any:
    """Propose how much goes back; staff decide."""
    booking, side = mine(ref, "client", "practice", "moderator")

    def work(one: Booking) -> None:
        amount = price("amount", one.currency)
        if side == "moderator":
            actions.settle(one, actor="moderator", by=viewer(), amount=amount)
        else:
            actions.propose_settlement(one, actor=side, by=viewer(), amount=amount, text=typed("text"))

    return do(booking, work, _("Settled.") if side == "moderator" else _("Your proposal is sent."))


@bp.post("/bookings/<ref>/settlement/answer")
@policy("public")
@writes
def answer_settlement(ref: str) -> Any:
    """Agree to a settlement, or not."""
    booking, side = mine(ref, "client", "practice")
    if typed("answer") == "agree":
        return do(booking, lambda one: actions.agree_to_settlement(one, actor=side, by=viewer()), _("Settled."))
    return do(booking, lambda one: actions.refuse_settlement(one, actor=side), _("The objection stands."))


@bp.get("/bookings/<ref>/file")
@policy("public")
@writes
def file(ref: str) -> Any:
    """The file that was bought; each download is counted."""
    booking, side = mine(ref, "client", "practice", "moderator")
    name, shown = booking.listing.file, booking.listing.file_name
    release()
    content = files.files().get(name) if name else None
    if content is None:
        raise NotFound
    if side == "client":
        with writing():
            actions.download(actions.lock(booking.id))
    return send_file(BytesIO(content), "application/octet-stream", as_attachment=True, download_name=shown)


@bp.get("/bookings/<ref>/again")
@policy("public")
def again(ref: str) -> Any:
    """Book the same again: the listing with the same length chosen."""
    booking, _side = mine(ref, "client")
    listing = booking.listing
    minutes = booking.chosen.get("minutes")
    address = url_for("listings.show", practice=listing.practice.slug, slug=listing.slug, minutes=minutes)
    return redirect(f"{address}#book")
