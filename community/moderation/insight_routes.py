"""The operator's view of the market: what is searched for, and what is picked for the home page."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from community.core.auth import policy, viewer
from community.core.db import db, writes, writing
from community.core.errors import NotFound, Refused
from community.core.filled import Filled
from community.listings import picking
from community.listings import queries as listings
from community.listings.models import Listing
from community.search import insights

bp = Blueprint("insights", __name__, url_prefix="/staff")


class PickForm(FlaskForm):  # type: ignore[misc]
    """A listing by its address, and for how long."""

    address = StringField(_("Address of the listing"), [Filled(_("Paste the address of a listing.")), Length(max=300)])
    days = IntegerField(
        _("For how many days"),
        [
            InputRequired(_("From 1 to 30 days.")),
            NumberRange(1, picking.MOST_DAYS, message=_("From 1 to 30 days: a pick ends by itself.")),
        ],
        default=7,
    )
    why = StringField(_("Why (for the staff)"), [Length(max=200)])


@bp.get("/searches")
@policy("operator")
def searches() -> Any:
    """Top, empty and slow ones; words in clear only where three asked them."""
    asked = request.args.get("days", 30, type=int)
    days = asked if asked in insights.SPANS else 30
    return render_template(
        "staff/catalogue/searches.html",
        days=days,
        spans=insights.SPANS,
        sums=insights.sums(days),
        top=insights.asked(days),
        empty=insights.asked(days, empty=True),
        slow=insights.slow(days),
        slow_from=insights.SLOW_MS,
    )


@bp.route("/picks", methods=["GET", "POST"])
@policy("operator")
@writes
def picks() -> Any:
    """What stands on the home page, and picking something."""
    form = PickForm()
    if form.validate_on_submit():
        try:
            with writing():
                listing = _listing(form.address.data or "")
                picking.pick(listing, days=form.days.data or 0, why=(form.why.data or "").strip(), by=viewer())
        except Refused as refusal:
            db.session.rollback()
            field = form.days if refusal.code == "days" else form.address
            field.errors = [str(refusal.message) or gettext("There is no such listing, or nobody can find it now.")]
        else:
            flash(gettext("It stands on the home page now, labelled as a pick."))
            return redirect(url_for("insights.picks"))
    html = render_template("staff/catalogue/picks.html", form=form, picks=picking.running())
    return html, 422 if form.errors else 200


def _listing(address: str) -> Listing:
    parts = urlsplit(address.strip()).path.strip("/").split("/")
    if len(parts) != 2:
        raise NotFound
    found = listings.get_for(viewer(), *parts)
    if not found.is_public:
        raise NotFound
    return found


@bp.post("/picks/<int:pick_id>/end")
@policy("operator")
@writes
def end_pick(pick_id: int) -> Any:
    """Take one down before its time."""
    with writing():
        picking.end(pick_id)
    flash(gettext("Taken down."))
    return redirect(url_for("insights.picks"))
