"""What is stuck, one by one: how it stands, and what is done about it with a reason."""

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _

from community.core.auth import policy, viewer
from community.core.db import writes
from community.core.errors import NotFound
from community.moderation.money import log, words
from community.moderation.money.forms import ReasonForm
from community.payments import flows, stuck, unsticking
from community.payments.stuck import Stuck

bp = Blueprint("money_stuck", __name__)


@bp.route("/staff/money/stuck/<kind>/<int:subject_id>", methods=["GET", "POST"])
@policy("operator")
@writes
def show(kind: str, subject_id: int) -> Any:
    """One thing with its ledger; posting acts on it."""
    found = stuck.find(kind, subject_id) if kind in unsticking.WAYS else None
    if found is None:
        raise NotFound
    form = ReasonForm()
    if not form.validate_on_submit():
        return _page(found, form)
    back = _back(found)
    if unsticking.act(kind, subject_id, by=viewer().id, reason=form.why):
        flash(_("Done. Below is how it stands now."))
    else:
        flash(_("Stripe did not do it, or does not answer. It is in the log; what can go on by itself does."), "warn")
    return redirect(back)


def _back(found: Stuck) -> str:
    kind, _sep, ref = found.subject.partition(":")
    return url_for("money_desk.payment", ref=ref) if kind == "payment" else url_for("money_desk.index")


def _page(found: Stuck, form: ReasonForm) -> Any:
    html = render_template(
        "staff/money/stuck.html",
        one=found,
        payment_ref=found.subject.removeprefix("payment:") if found.subject.startswith("payment:") else "",
        finding=unsticking.finding(found.id) if found.kind == "finding" else None,
        transactions=flows.about(found.subject),
        log=log.about(found.subject),
        form=form,
        words=words,
    )
    return make_response(html, 422 if form.errors else 200)
