"""Working with a partner: asking, waiting, what was found, taking it back, and *again*."""

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from community.core.auth import current_user, policy
from community.core.db import db, writes, writing
from community.core.errors import NotFound, Refused
from community.core.limits import hit
from community.core.locale import reader_zone
from community.matching import actions, asked, queries
from community.matching.forms import WishForm
from community.matching.page import PartnersPage

bp = Blueprint("partners", __name__)

_FIELDS = {"past": "time", "too_far": "day", "overlaps": "when", "too_many": "when", "muted": "when"}


@bp.route("/partners", methods=["GET", "POST"])
@policy("member")
@writes
def index() -> Any:
    """Say when one would work; below it what was asked and what was found."""
    form = WishForm(reader_zone(), queries.taste(current_user))
    if form.validate_on_submit():
        hit("30 per hour", "partner", str(current_user.id))
        try:
            with writing():
                _asked(form)
        except NotFound:
            raise
        except Refused as refusal:
            db.session.rollback()
            form[_FIELDS.get(refusal.code, "when")].errors = [str(refusal.message)]
            return _page(form, refusal.status)
        flash(_("We look for somebody, and tell you by mail."))
        return redirect(url_for("partners.index") + "#asked")
    return _page(form, 422 if form.errors else 200)


def _page(form: WishForm, status: int) -> Any:
    return render_template("partners/index.html", page=PartnersPage(current_user), form=form), status


def _asked(form: WishForm) -> None:
    earliest, latest = form.window
    actions.ask(
        current_user,
        earliest=earliest,
        latest=latest,
        minutes=int(form.minutes.data or 50),
        three=form.company.data != "pair",
        same_niche=bool(form.same_niche.data),
        stage=form.stage.data or "",
    )


@bp.get("/partners/state")
@policy("member")
def state() -> Any:
    """Whether anything changed, for the waiting page."""
    return jsonify(state=PartnersPage(current_user).state)


@bp.route("/partners/asked/<token>", methods=["GET", "POST"])
@policy("member")
@writes
def keep_company(token: str) -> Any:
    """Whether one would keep somebody company who was found nobody."""
    wish = asked.wish_of(current_user, token)
    if request.method == "GET":
        return render_template("partners/asked.html", wish=wish, token=token, said="")
    try:
        with writing():
            ref = actions.answer(wish, by=current_user).room.ref
    except NotFound:
        raise
    except Refused as refusal:
        db.session.rollback()
        wish = asked.wish_of(current_user, token)
        return render_template("partners/asked.html", wish=wish, token=token, said=str(refusal.message)), refusal.status
    flash(_("Lovely. You are expected."))
    return redirect(url_for("rooms.show", ref=ref))


@bp.post("/partners/wishes/<int:wish_id>/return")
@policy("member")
@writes
def take_back(wish_id: int) -> Any:
    """Not after all."""
    wish = queries.wish_for(current_user, wish_id)
    with writing():
        actions.take_back(wish, by=current_user)
    flash(_("Taken back. Perhaps another time."))
    return redirect(url_for("partners.index"))


@bp.post("/partners/<int:pairing_id>/leaving")
@policy("member")
@writes
def leave(pairing_id: int) -> Any:
    """One can't come."""
    place = queries.place_for(current_user, pairing_id)
    with writing():
        actions.leave(place.pairing, by=current_user)
    flash(_("Thank you for saying so. We look for somebody else for them."))
    return redirect(url_for("partners.index"))


@bp.post("/partners/<int:pairing_id>/again")
@policy("member")
@writes
def again(pairing_id: int) -> Any:
    """Whether one would sit down with these again."""
    place = queries.place_for(current_user, pairing_id)
    wanted = request.form.get("again") == "yes"
    with writing():
        both = actions.say_again(place.pairing, wanted=wanted, by=current_user)
    people = len(queries.partners_in(current_user, place.pairing))
    if both:
        flash(ngettext("You both said so. You are matched before others.", "Somebody said so too.", people))
    else:
        flash(_("Noted. It stays between you and us unless they say so too."))
    return redirect(url_for("rooms.show", ref=place.pairing.room.ref))
