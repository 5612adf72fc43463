"""A practice's disputes: what the bank asks, what speaks for it, and answering."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for

from community.core.auth import policy, viewer
from community.core.db import writes
from community.core.errors import NotFound
from community.disputes import page, queries, words
from community.payments.models import Dispute
from community.profiles import queries as profiles

bp = Blueprint("disputes", __name__)


def _own(ref: str) -> Dispute:
    """One of the viewer's own practice: staff have a page of theirs."""
    found = queries.get_for(viewer(), ref)
    practice = queries.practice_of(found)
    if practice is None or practice.id != profiles.own_practice(viewer()).id:
        raise NotFound
    return found


@bp.get("/desk/disputes")
@policy("practice_owner")
def index() -> Any:
    """All of them, the newest first."""
    found = queries.of_practice(profiles.own_practice(viewer()))
    return render_template("disputes/index.html", found=found, words=words)


@bp.route("/desk/disputes/<ref>", methods=["GET", "POST"])
@policy("practice_owner")
@writes
def show(ref: str) -> Any:
    """One of them, with everything that speaks for the practice; posting keeps its own words."""
    dispute = _own(ref)
    form = page.form_of(dispute)
    if not form.validate_on_submit():
        return page.show(dispute, form, "disputes/show.html")
    page.keep(dispute, form)
    return redirect(url_for("disputes.show", ref=ref) + "#read")


@bp.post("/desk/disputes/<ref>/submission")
@policy("practice_owner")
@writes
def submit(ref: str) -> Any:
    """Send the answer to the bank, once and for good."""
    page.send(_own(ref), viewer().id)
    return redirect(url_for("disputes.show", ref=ref))
