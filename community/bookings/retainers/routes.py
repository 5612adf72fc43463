"""Retainers, seen from the browser: the page of one, paying it, ending it, and the practice's list of them."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from community.accounts.forms import CodeForm
from community.bookings import code_box
from community.bookings.retainers import actions, queries, words
from community.bookings.retainers.models import Retainer
from community.bookings.retainers.page import RetainerPage
from community.bookings.stepping import back, browser, typed, unknown
from community.core.auth import current_user, policy, viewer
from community.core.db import db, writes, writing
from community.core.errors import NotFound, Refused
from community.core.limits import hit
from community.payments.billing import subscribing
from community.payments.terms import GatewayRefused, GatewayUnavailable
from community.profiles import queries as profiles

bp = Blueprint("retainers", __name__)


def _mine(ref: str, *sides: str) -> tuple[Retainer, str]:
    retainer = queries.get_for(viewer(), browser(), ref)
    side = queries.side_of(viewer(), retainer)
    if sides and side not in sides:
        raise NotFound
    return retainer, side


def _page(retainer: Retainer, status: int = 200, **given: Any) -> Any:
    page = RetainerPage(retainer, viewer())
    forms: dict[str, Any] = {"code_form": CodeForm(), "refusal": None}
    return render_template("retainers/show.html", page=page, retainer=retainer, **(forms | given)), status


def _here(ref: str) -> Any:
    return redirect(url_for("retainers.show", ref=ref))


@bp.get("/retainers/<ref>")
@policy("public")
def show(ref: str) -> Any:
    """One retainer, for both sides."""
    retainer, _side = _mine(ref)
    return _page(retainer)


@bp.post("/retainers/<ref>/payment")
@policy("public")
@writes
def pay(ref: str) -> Any:
    """Go to Checkout (again)."""
    retainer, _side = _mine(ref, "client")
    return to_checkout(retainer.subscription_id if retainer.state == "held" else None, ref)


def to_checkout(subscription_id: int | None, ref: str) -> Any:
    """On to the payment page; to the retainer where there is nothing to pay, or where it can't be opened."""
    if subscription_id is None:
        return _here(ref)
    try:
        return redirect(subscribing.open_checkout(subscription_id), 303)
    except GatewayUnavailable:
        flash(_("The payment page does not answer. Your place is held; please try again in a moment."), "warn")
    except GatewayRefused:
        flash(_("The payment page can't be opened any more. Let it go and choose it again."), "warn")
    return _here(ref)


@bp.post("/retainers/<ref>/release")
@policy("public")
@writes
def release_hold(ref: str) -> Any:
    """Let it go before it was paid."""
    retainer, _side = _mine(ref, "client")
    with writing():
        actions.let_go(actions.lock(retainer.id))
    return _here(ref)


@bp.post("/retainers/<ref>/look")
@policy("public")
@writes
def look(ref: str) -> Any:
    """Ask Stripe how it stands: after paying with another card, nobody need wait for the webhook."""
    retainer, _side = _mine(ref)
    subscription_id = retainer.subscription_id
    hit("30 per hour", "retainer-look", ref)
    try:
        if subscription_id is not None:
            subscribing.look(subscription_id)
    except (GatewayUnavailable, GatewayRefused):
        db.session.rollback()
        flash(_("The payment service does not answer. Please try again in a moment."), "warn")
    return _here(ref)


@bp.route("/retainers/<ref>/end", methods=["GET", "POST"])
@policy("public")
@writes
def end(ref: str) -> Any:
    """End it with the month, or at once; let it go on after all. What goes back is shown before the click."""
    retainer, side = _mine(ref)
    if request.method == "GET":
        return render_template("retainers/end.html", page=RetainerPage(retainer, viewer()), retainer=retainer)
    steps = {"month": _end_with_month, "on": _go_on, "now": _end_now}
    step = steps.get(typed("when"))
    if step is None:
        return back(url_for("retainers.end", ref=ref), unknown())
    try:
        flash(step(retainer.id, side))
    except Refused as refusal:
        return back(url_for("retainers.show", ref=ref), refusal)
    except (GatewayUnavailable, GatewayRefused):
        db.session.rollback()
        flash(_("The payment service does not answer, so nothing was changed. Please try again in a moment."), "warn")
    return _here(ref)


def _end_with_month(retainer_id: int, side: str) -> str:
    with writing():
        retainer = actions.lock(retainer_id)
        actions.wish(retainer, side=side, by=viewer(), reason=typed("reason", 300))
        subscription_id = retainer.subscription_id
    return _wished(subscription_id, wanted=True, said=_("It ends with the month that is paid."))


def _go_on(retainer_id: int, side: str) -> str:
    with writing():
        retainer = actions.lock(retainer_id)
        if not RetainerPage(retainer, viewer()).can_go_on:
            raise Refused("not_yours", _("Only who ended it can take that back."))
        actions.wish(retainer, side=side, by=viewer())
        subscription_id = retainer.subscription_id
    return _wished(subscription_id, wanted=False, said=_("It goes on."))


def _wished(subscription_id: int | None, *, wanted: bool, said: str) -> str:
    if subscription_id is None:
        raise Refused("no_month", _("You pay each other directly, so there is no paid month to wait for."))
    subscribing.end_with_period(subscription_id, wanted=wanted)
    return said


def _end_now(retainer_id: int, side: str) -> str:
    with writing():
        actions.end_now(actions.lock(retainer_id), side=side, by=viewer(), reason=typed("reason", 300))
    return _("It has ended.")


@bp.post("/retainers/<ref>/code")
@policy("public")
@writes
def code(ref: str) -> Any:
    """Six digits typed in the same tab open the account that it belongs to."""
    form = CodeForm()
    if not code_box.opened(_mine(ref, "client")[0].order, form):
        return _page(_mine(ref, "client")[0], 422, code_form=form)
    return _here(ref)


@bp.post("/retainers/<ref>/code/again")
@policy("public")
@writes
def code_again(ref: str) -> Any:
    """Send a new code to its address."""
    code_box.send_anew(_mine(ref, "client")[0].order)
    return redirect(url_for("retainers.show", ref=ref) + "#open")


@bp.get("/desk/retainers")
@policy("practice")
def desk() -> Any:
    """The practice's clients on retainer, and what they bring a month."""
    profiles.own_practice(current_user)
    found = queries.of_practice(current_user)
    live = [one for one in found if one.is_live]
    return render_template(
        "retainers/desk.html",
        groups=[
            (_("Payment failed"), [one for one in live if one.state == "past_due"]),
            (_("Running"), [one for one in live if one.state == "active"]),
            (_("Ended"), [one for one in found if not one.is_live]),
        ],
        live=live,
        monthly=sum(one.price - one.commission for one in live if not one.ends_with_period),
        state_words=words.state_words,
    )
