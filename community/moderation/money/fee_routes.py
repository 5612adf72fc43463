"""The fee's rules by niche and by how a client came: what holds, what it leaves, and changing it."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from community.core import money
from community.core.auth import policy, viewer
from community.core.db import writes, writing
from community.core.errors import NotFound
from community.core.site import settings
from community.income.words import per_cent
from community.moderation.money.forms import FeeForm, ReasonForm
from community.moderation.money.words import sources
from community.niches.names import names
from community.payments import actions, fees, modes
from community.payments.fees import FeeTerms, Rule
from community.payments.models import FeeRule
from community.payments.modes import Leaves

bp = Blueprint("money_fees", __name__)


@dataclass(frozen=True)
class Line:
    """One rule as it is shown; `id` is None for what holds while nothing else is said."""

    id: int | None
    niche: str
    source: str
    terms: FeeTerms
    leaves: Leaves


def _line(rule: Rule, rule_id: int | None) -> Line:
    return Line(rule_id, rule.niche, rule.source, rule.terms, modes.leaving(rule.terms))


@bp.get("/staff/money/fees")
@policy("operator")
def index() -> Any:
    """Every rule that holds, the most specific first, with what a booking of 50 costs and leaves under it."""
    return _page(_filled())


def _filled() -> FeeForm:
    """An empty form, or one with the terms of the rule that is to be changed."""
    known = fees.row(request.args.get("change", 0, type=int))
    if known is None:
        return FeeForm(formdata=None)
    share, least = per_cent(known.basis_points).rstrip("%"), known.minimum
    written = str(money.to_decimal(least, settings().currency)) if least else ""
    return FeeForm(formdata=None, niche=known.niche, source=known.source, share=share, minimum=written, side=known.side)


def _names() -> dict[str, str]:
    """The niches by their slugs."""
    return {slug: one.name for slug, one in names().niches.items()}


def _page(form: FeeForm) -> Any:
    rows = {(row.niche, row.source): row.id for row in fees.rows()}
    lines = [_line(rule, rows.get((rule.niche, rule.source))) for rule in fees.live()]
    lines.sort(key=lambda line: (not line.source, not line.niche, line.source, line.niche))
    html = render_template(
        "staff/money/fees.html",
        lines=lines,
        ended=fees.rows(ended=True, most=20),
        form=form,
        names=_names(),
        sources=sources(),
        price=modes.leaving(FeeTerms("client", 0)).client,
        mode=settings().money_mode,
        rate=per_cent,
    )
    return make_response(html, 422 if form.errors else 200)


@bp.post("/staff/money/fees")
@policy("operator")
@writes
def add() -> Any:
    """A rule for what is agreed from now on; the one before for the same niche and source ends."""
    form = FeeForm()
    if not form.validate_on_submit():
        return _page(form)
    values = form.values()
    with writing():
        made = fees.set_rule(**values)
        actions.note_action(viewer().id, "fee_rule", _subject(made), form.why, **values)
    flash(_("From now on this fee holds. What is agreed already stays as it was."))
    return redirect(url_for("money_fees.index"))


def _subject(rule: FeeRule) -> str:
    return f"fee:{rule.niche or 'any'}:{rule.source or 'any'}"


@bp.route("/staff/money/fees/<int:rule_id>/end", methods=["GET", "POST"])
@policy("operator")
@writes
def end(rule_id: int) -> Any:
    """End a rule: the next less specific one holds from then on."""
    known = fees.row(rule_id)
    if known is None or known.ended_at is not None:
        raise NotFound
    form = ReasonForm()
    if not form.validate_on_submit():
        instead = fees.choose(
            [one for one in fees.live() if (one.niche, one.source) != (known.niche, known.source)] + fees.defaults(),
            niche=known.niche,
            source=known.source,
        )
        html = render_template(
            "staff/money/fee_end.html",
            rule=known,
            form=form,
            instead=instead,
            rate=per_cent,
            names=_names(),
            sources=sources(),
        )
        return make_response(html, 422 if form.errors else 200)
    with writing():
        fees.end_rule(known)
        actions.note_action(viewer().id, "fee_end", _subject(known), form.why, basis_points=known.basis_points)
    flash(_("That fee has ended."))
    return redirect(url_for("money_fees.index"))
