"""The site's own payouts: what it earned, what Stripe has ready, and sending it to the site's bank."""

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _

from community.core.auth import policy, viewer
from community.core.db import release, writes
from community.core.errors import Refused
from community.moderation.money.forms import PayoutForm
from community.payments import own_payouts
from community.payments import queries as payments
from community.payments import words as payment_words
from community.payments.own_payouts import AtStripe
from community.payments.terms import GatewayRefused, GatewayUnavailable

bp = Blueprint("money_payouts", __name__)


@bp.get("/staff/money/payouts")
@policy("operator")
def index() -> Any:
    """What may go out, what went, and how Stripe is set."""
    return _page(PayoutForm(formdata=None), _at_stripe())


def _at_stripe() -> AtStripe | None:
    try:
        return own_payouts.at_stripe()
    except (GatewayUnavailable, GatewayRefused):
        return None


def _page(form: PayoutForm, at_stripe: AtStripe | None) -> Any:
    html = render_template(
        "staff/money/payouts.html",
        form=form,
        earned=own_payouts.earned(),
        at_stripe=at_stripe,
        payouts=payments.own_payouts(),
        words=payment_words,
    )
    return make_response(html, 422 if form.errors else 200)


@bp.post("/staff/money/payouts")
@policy("operator")
@writes
def pay_out() -> Any:
    """Send some of it. Nothing goes out while Stripe does not answer, or pays out by itself."""
    form = PayoutForm()
    if not form.validate_on_submit():
        return _page(form, _at_stripe())
    by, there = viewer().id, _at_stripe()
    if there is None:
        form.amount.errors = [_("Stripe does not answer. Nothing was sent; please try again in a moment.")]
        return _page(form, None)
    if there.interval != "manual":
        form.amount.errors = [_("Stripe pays this account out by itself. Set it to manual payouts at Stripe first.")]
        return _page(form, there)
    try:
        own_payouts.pay_out(form.amount.amount, available=there.available, by=by, reason=form.why)
    except Refused as refused:
        form.amount.errors = [str(refused.message)]
        return _page(form, there)
    except GatewayUnavailable:
        release()
        flash(_("Stripe does not answer. The payout is kept and goes out by itself, once."), "warn")
        return redirect(url_for("money_payouts.index"))
    flash(_("On its way to the site’s bank."))
    return redirect(url_for("money_payouts.index"))
