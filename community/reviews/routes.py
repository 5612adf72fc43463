"""Writing a review, answering one, reading a practice's, and hiding one."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from community.core.auth import current_user, policy, viewer
from community.core.db import db, writes, writing
from community.core.errors import NotFound, Refused
from community.core.limits import hit
from community.profiles import queries as profiles
from community.reviews import actions, queries, words
from community.reviews.forms import ClientForm, HideForm, ReplyForm, ReviewForm
from community.reviews.models import Review, Round

bp = Blueprint("reviews", __name__)


@bp.route("/bookings/<ref>/review", methods=["GET", "POST"])
@policy("person")
@writes
def write(ref: str) -> Any:
    """Say how it was, or change what was said until both can read it."""
    found, side = queries.round_for(current_user, ref)
    own = found.by(side)
    form = _form(side, own)
    if request.method == "POST" and form.validate_on_submit():
        hit("30 per hour", "review", str(current_user.id))
        try:
            with writing():
                actions.write(actions.lock(found), side=side, by=current_user, **form.said)
        except Refused as refusal:
            db.session.rollback()
            found, side = queries.round_for(current_user, ref)
            return _page(found, side, form, refusal), refusal.status
        opened = queries.round_for(current_user, ref)[0].opened_at
        flash(_("Thank you. Both of you can read it now.") if opened else _("Thank you. It opens once both are in."))
        return redirect(url_for("bookings.show", ref=ref))
    return _page(found, side, form), 422 if form.errors else 200


def _form(side: str, own: Review | None) -> Any:
    kind = ReviewForm if side == "client" else ClientForm
    if own is None:
        return kind()
    parts = {name: str(getattr(own, name) or "") for name in ("clear", "on_time", "worth")}
    return kind(data={"stars": str(own.stars), "text": own.text, **parts})


def _page(found: Round, side: str, form: Any, refusal: Refused | None = None) -> str:
    other = found.practice.name if side == "client" else found.client.name
    return render_template(
        "reviews/write.html", round=found, side=side, form=form, other=other, own=found.by(side), refusal=refusal
    )


@bp.get("/reviews")
@policy("person")
def mine() -> Any:
    """What waits for the reader's word, and what they said so far."""
    return render_template(
        "reviews/mine.html",
        waiting=queries.waiting(current_user),
        written=queries.of_client(current_user),
        practice=profiles.practice_of(current_user),
    )


@bp.get("/reviews/of/<practice>")
@policy("public")
def of_practice(practice: str) -> Any:
    """All that clients say of a practice, the newest first."""
    found = profiles.get_practice(viewer(), practice)
    return render_template(
        "reviews/of_practice.html",
        practice=found,
        rating=queries.rating(found.id),
        page=queries.page_of_practice(viewer(), found.id, request.args.get("cursor")),
        mine=profiles.role_of(viewer(), found),
        words=words,
    )


@bp.route("/reviews/<int:review_id>", methods=["GET", "POST"])
@policy("public")
@writes
def show(review_id: int) -> Any:
    """One review; its practice answers here, once and in public."""
    review = queries.get_for(viewer(), review_id)
    mine = profiles.role_of(viewer(), review.round.practice)
    form = ReplyForm() if mine else None  # a form brings a cookie: not for who only looks
    if request.method == "POST":
        if form is None:
            raise NotFound
        if form.validate_on_submit():
            try:
                with writing():
                    actions.reply(review, form.text.data or "", by=viewer())
            except Refused as refusal:
                db.session.rollback()
                form.text.errors = [str(refusal.message)]
            else:
                flash(_("Your answer stands under the review."))
                return redirect(url_for("reviews.show", review_id=review_id))
            review = queries.get_for(viewer(), review_id)
    hide = HideForm() if viewer() is not None and viewer().is_staff else None
    page = render_template("reviews/show.html", item=review, mine=mine, form=form, hide=hide, words=words)
    return page, 422 if form and form.errors else 200


@bp.post("/reviews/<int:review_id>/sight")
@policy("staff")
@writes
def hide(review_id: int) -> Any:
    """Staff hide a review with a reason, or show it again with none."""
    review = queries.get_for(viewer(), review_id)
    form = HideForm()
    if form.validate_on_submit():
        with writing():
            actions.hide(review, form.reason.data or "", by=viewer())
        flash(_("Hidden.") if form.reason.data else _("It can be seen again."))
    return redirect(url_for("reviews.show", review_id=review_id))
