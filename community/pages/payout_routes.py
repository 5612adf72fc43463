"""Being paid: a practice's account at Stripe, what goes there, its own link; and for staff the ways money can flow."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from community.core.auth import policy, viewer
from community.core.db import db, release, writes
from community.core.errors import NotFound
from community.core.site import settings
from community.listings.pricing import own_token, practice_of_token, remember_own
from community.payments import connecting, modes, payees, words
from community.payments import queries as payments
from community.payments.terms import GatewayRefused, GatewayUnavailable
from community.profiles import queries as profiles
from community.profiles.models import Practice

bp = Blueprint("payouts", __name__)


def _practice() -> Practice:
    return profiles.own_practice(viewer())


@bp.get("/desk/money/payouts")
@policy("practice_money")
def show() -> Any:
    """How the account stands, what Stripe asks for, what is on its way and what arrived."""
    practice = _practice()
    payee = payees.of_practice(practice.id)
    account = payments.account(payee)
    kind, sentence = words.standing(account)
    return render_template(
        "payments/payouts.html",
        practice=practice,
        account=account,
        standing=(kind, sentence),
        needed=words.requirements([*account.past_due, *account.currently_due]) if account else [],
        checking=words.requirements(account.pending_verification) if account else [],
        transfers=payments.transfers_of(payee),
        payouts=payments.payouts_of(payee),
        owed=payments.owed_to(payee),
        words=words,
        mode=settings().money_mode,
        own=url_for("payouts.own", token=own_token(practice.id), _external=True),
    )


@bp.post("/desk/money/account")
@policy("practice_owner")
@writes
def set_up() -> Any:
    """On to Stripe's pages, where a practice says who it is."""
    return _to_stripe()


@bp.get("/desk/money/account/again")
@policy("practice_owner")
@writes
def again() -> Any:
    """Stripe's address was used up or too old: a fresh one."""
    return _to_stripe()


def _to_stripe() -> Any:
    practice, person = _practice(), viewer()
    given = {
        "payee": payees.of_practice(practice.id),
        "name": practice.name,
        "email": person.email,
        "url": url_for("profiles.practice", practice=practice.slug, _external=True),
    }
    back = url_for("payouts.back", _external=True)
    anew = url_for("payouts.again", _external=True)
    release()
    try:
        return redirect(connecting.onboard(**given, back=back, again=anew), 303)
    except GatewayUnavailable:
        flash(_("Stripe does not answer. Nothing is lost; please try again in a moment."), "warn")
    except GatewayRefused as refused:
        flash(_("Stripe says no: %(why)s", why=refused.message), "bad")
    return redirect(url_for("payouts.show"))


@bp.get("/desk/money/account/return")
@policy("practice_owner")
@writes
def back() -> Any:
    """Back from Stripe's pages: ask at once how the account stands."""
    account = payments.account(payees.of_practice(_practice().id))
    account_id = account.id if account else None
    release()
    if account_id is not None:
        try:
            connecting.look(account_id)
        except (GatewayUnavailable, GatewayRefused):
            db.session.rollback()
            flash(_("Stripe does not answer yet. This page shows how it stands as soon as it does."), "warn")
    return redirect(url_for("payouts.show"))


@bp.get("/own/<token>")
@policy("public")
def own(token: str) -> Any:
    """A practice's own link: this browser pays no booking fee there from now on."""
    practice = db.session.get(Practice, practice_of_token(token))
    if practice is None:
        raise NotFound
    remember_own(practice.id)
    return redirect(url_for("profiles.practice", practice=practice.slug))


@bp.get("/staff/money/modes")
@policy("staff")
def ways() -> Any:
    """What a booking of 50 leaves to whom, in each way that money can flow."""
    return render_template("payments/modes.html", ways=modes.leaves())
