"""Every dispute, for whoever bears it in the end; in platform mode an operator may answer for the practice."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for

from community.core.auth import policy, viewer
from community.core.db import writes
from community.core.errors import NotFound
from community.disputes import page, queries, words
from community.moderation.money.forms import ReasonForm
from community.payments import queries as payments

bp = Blueprint("money_disputes", __name__)


@bp.get("/staff/money/disputes")
@policy("operator")
def index() -> Any:
    """All of them, the newest first."""
    return render_template("staff/money/disputes.html", found=payments.disputes(), words=words)


@bp.route("/staff/money/disputes/<ref>", methods=["GET", "POST"])
@policy("operator")
@writes
def show(ref: str) -> Any:
    """One of them; posting keeps what is to be said in one's own words."""
    dispute = queries.get_for(viewer(), ref)
    form = page.form_of(dispute)
    may = dispute.payment.mode == "platform"
    if not may or not form.validate_on_submit():
        return page.show(dispute, form, "staff/money/dispute.html", reason=ReasonForm(formdata=None), may=may)
    page.keep(dispute, form)
    return redirect(url_for("money_disputes.show", ref=ref) + "#read")


@bp.post("/staff/money/disputes/<ref>/submission")
@policy("operator")
@writes
def submit(ref: str) -> Any:
    """Answer for the practice, with a reason."""
    dispute = queries.get_for(viewer(), ref)
    if dispute.payment.mode != "platform":
        raise NotFound
    reason = ReasonForm()
    if not reason.validate_on_submit():
        return page.show(dispute, page.form_of(dispute), "staff/money/dispute.html", reason=reason, may=True)
    page.send(dispute, viewer().id, verb="evidence", reason=reason.why)
    return redirect(url_for("money_disputes.show", ref=ref))
