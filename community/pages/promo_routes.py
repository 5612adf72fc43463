"""A practice's promo codes: made, seen with their uses, ended."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from community.core.auth import policy, viewer
from community.core.db import db, writes, writing
from community.core.errors import NotFound, Refused
from community.core.site import settings
from community.pages.promo_forms import PromoForm
from community.payments import actions, payees, words
from community.payments import queries as payments
from community.profiles import queries as profiles
from community.profiles.models import Practice

bp = Blueprint("promos", __name__)


def _practice() -> Practice:
    return profiles.own_practice(viewer())


@bp.get("/desk/money/codes")
@policy("practice_owner")
def index() -> Any:
    """All codes of the practice, and the form for a new one."""
    practice = _practice()
    return _drawn(practice, PromoForm(zone=practice.zone))


@bp.post("/desk/money/codes")
@policy("practice_owner")
@writes
def make() -> Any:
    """A new code."""
    practice = _practice()
    form = PromoForm(zone=practice.zone)
    if not form.validate():
        return _drawn(practice, form, 422)
    payee = payees.of_practice(practice.id)
    try:
        with writing():
            code = actions.make_code(payee, form.code.data or "", once_each=form.once_each.data, **form.values).code
    except Refused as refusal:
        db.session.rollback()
        form.code.errors = [str(refusal.message)]
        return _drawn(_practice(), form, refusal.status)
    flash(_("%(code)s holds from now on.", code=code))
    return redirect(url_for("promos.index"))


@bp.post("/desk/money/codes/<int:number>/end")
@policy("practice_owner")
@writes
def end(number: int) -> Any:
    """Nobody can use it any more."""
    code = payments.code_of(payees.of_practice(_practice().id), number)
    if code is None:
        raise NotFound
    with writing():
        actions.end_code(code)
    flash(_("The code has ended. What was booked with it stays as it is."))
    return redirect(url_for("promos.index"))


def _drawn(practice: Practice, form: PromoForm, status: int = 200) -> Any:
    codes = payments.codes_of(payees.of_practice(practice.id))
    page = render_template(
        "payments/codes.html", form=form, codes=codes, words=words, off=settings().money_mode == "off"
    )
    return page, status
