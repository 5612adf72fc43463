"""The practice's side: what waits for an answer, bookings handed over, a day of illness, and the process drawn."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from community.bookings import proposals, queries
from community.bookings.actions import handing_over, lock, sick_day
from community.bookings.box import parse_day
from community.bookings.models import Booking
from community.bookings.process import drawing
from community.bookings.stepping import back, mine
from community.core import clock
from community.core.auth import current_user, policy, viewer
from community.core.db import db, writes, writing
from community.core.errors import NotFound, Refused
from community.core.web import wants_json
from community.profiles import queries as profiles
from community.profiles.models import Practice

bp = Blueprint("booking_desk", __name__)


def _own() -> Practice:
    return profiles.own_practice(current_user)


@bp.get("/desk/requests")
@policy("practice")
def requests() -> Any:
    """Everything that waits for this practice's answer, what runs out first on top."""
    return render_template(
        "bookings/requests.html",
        practice=_own(),
        bookings=queries.requests(current_user),
        proposed=proposals.to_answer(current_user),
        offered=proposals.offered_to(current_user),
    )


@bp.post("/bookings/<ref>/hand-over")
@policy("person")
@writes
def hand_over(ref: str) -> Any:
    """Propose to pass a booking on to a peer; or take that back."""
    booking = queries.get_for(viewer(), "", ref)
    if queries.side_of(viewer(), booking) != "practice":
        raise NotFound
    if request.form.get("answer") == "withdraw":
        return _answer_hand_over(booking, "practice", agree=False)
    seen = profiles.peers_seen(viewer(), booking.practice_id)
    peer = next((one for one in seen if one.slug == request.form.get("peer")), None)
    if peer is None:
        return _told(ref, Refused("no_peer", _("Choose whom to pass it on to."), 422))
    try:
        with writing():
            text = request.form.get("text", "").strip()[:500]
            handing_over.propose_hand_over(lock(booking.id), peer=peer, by=current_user, text=text)
    except Refused as refusal:
        return _told(ref, refusal)
    flash(_("The client and your peer are asked. Until both agree it stays with you."))
    return redirect(url_for("bookings.show", ref=ref))


def _told(ref: str, refusal: Refused) -> Any:
    return back(url_for("bookings.show", ref=ref), refusal)


@bp.post("/bookings/<ref>/hand-over/answer")
@policy("public")
@writes
def answer_hand_over(ref: str) -> Any:
    """The client agrees that somebody else does it, or not."""
    booking, _side = mine(ref, "client")
    return _answer_hand_over(booking, "client", agree=request.form.get("answer") == "agree")


def _answer_hand_over(booking: Booking, side: str, *, agree: bool) -> Any:
    ref = booking.ref
    found = proposals.open_of(booking, "hand_over")
    if found is None:
        return _told(ref, Refused("nothing_asked", _("This has been answered already.")))
    try:
        with writing():
            locked = handing_over.lock_both(found)
            if agree:
                handing_over.agree(found, locked, side=side, by=viewer())
            else:
                handing_over.refuse(found, locked, side=side)
    except Refused as refusal:
        return _told(ref, refusal)
    flash(_("Thank you. You hear from us when everybody has answered.") if agree else _("It stays as it was."))
    return redirect(url_for("bookings.show", ref=ref))


@bp.post("/desk/hand-overs/<int:proposal_id>")
@policy("practice")
@writes
def answer_offer(proposal_id: int) -> Any:
    """The peer takes a booking over, or not."""
    found = proposals.hand_over_for(current_user, proposal_id)
    agree = request.form.get("answer") == "agree"
    try:
        with writing():
            locked = handing_over.lock_both(found)
            if agree:
                handing_over.agree(found, locked, side="peer", by=current_user)
            else:
                handing_over.refuse(found, locked, side="peer")
    except Refused as refusal:
        return back(url_for("booking_desk.requests"), refusal)
    flash(_("Thank you. It is yours once the client has agreed too.") if agree else _("You said no."))
    return redirect(url_for("booking_desk.requests"))


@bp.route("/desk/sick", methods=["GET", "POST"])
@policy("practice")
@writes
def sick() -> Any:
    """A day one can't work: what is booked, and one click for all of it."""
    practice = _own()
    today = clock.now().astimezone(ZoneInfo(practice.zone)).date()
    day = parse_day(request.values.get("day", "")) or today
    if request.method == "GET":
        return _sick_page(practice, day, today)
    try:
        seen = profiles.peers_seen(current_user, practice.id)
        peer = next((one for one in seen if one.slug == request.form.get("peer")), None)
        with writing():
            way = request.form.get("way", "")
            done = sick_day.call_in_sick(practice, current_user, day, way=way, by=current_user, peer=peer)
    except Refused as refusal:
        if wants_json():
            raise
        db.session.rollback()
        return _sick_page(_own(), day, today, refusal=refusal), refusal.status
    flash(_said(done))
    return redirect(url_for("availability.hours") + "#leave")


def _sick_page(practice: Practice, day: date, today: date, **given: Any) -> str:
    peers = profiles.peers_seen(current_user, practice.id)
    found = sick_day.of_day(practice, current_user, day)
    return render_template(
        "bookings/sick.html", practice=practice, day=day, today=today, bookings=found, peers=peers, **given
    )


def _said(done: dict[str, int]) -> str:
    if not any(done.values()):
        return _("The day is closed. Nobody was booked.")
    asked, passed, back = done["new_times"], done["peer"], done["refund"]
    parts = [
        ngettext("%(num)s client is asked for a new time", "%(num)s clients are asked for a new time", asked),
        ngettext("%(num)s is passed on", "%(num)s are passed on", passed),
        ngettext("%(num)s gets the money back", "%(num)s get their money back", back),
    ]
    told = [text for text, number in zip(parts, (asked, passed, back), strict=True) if number]
    return _("The day is closed: %(what)s. Get well soon.", what=", ".join(told))


@bp.get("/bookings/process")
@policy("public")
def process() -> Any:
    """How a booking goes, drawn from the table that runs it."""
    return render_template(
        "bookings/process.html",
        drawing=drawing.svg(_("The states of a booking and the steps between them")),
        steps=drawing.rows(),
    )
