"""Pay and jars, and what an hour must cost."""

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from community.core import money
from community.core.auth import current_user, policy
from community.core.db import writes, writing
from community.core.site import settings
from community.income import actions, drawing, overview, queries, words
from community.income.book import of_practice
from community.income.forms import ChargeForm, JarForm, PlanForm
from community.income.rules import pay, sums
from community.income.whose import today_of
from community.listings import prices
from community.listings.rules import quartiles
from community.payments import fees
from community.profiles import queries as profiles
from community.profiles.models import Practice

bp = Blueprint("income_plan", __name__)


def sign() -> str:
    """The currency's sign, for fields."""
    return money.format_money(0, settings().currency).strip("0., \u00a0")


@bp.route("/desk/income/plan", methods=["GET", "POST"])
@policy("practice_owner")
@writes
def show() -> Any:
    """Pay, cash and the jars' shares."""
    practice = profiles.own_practice(current_user)
    form = _plan_form(practice)
    if not form.validate_on_submit():
        return _plan_page(practice, form, JarForm(formdata=None, today=today_of(practice)))
    with writing():
        actions.plan(practice, **form.values())
        for jar, share in form.shares().items():
            actions.set_jar(practice, jar, share=share, since=today_of(practice))
    flash(_("Saved. Jars fill like this from today on; what came before stays as it was."))
    return redirect(url_for("income_plan.show"))


@bp.post("/desk/income/jars")
@policy("practice_owner")
@writes
def move() -> Any:
    """Put something into a jar, or take it out: the tax that was paid, a lean month."""
    practice = profiles.own_practice(current_user)
    form = JarForm(today=today_of(practice))
    if not form.validate_on_submit():
        return _plan_page(practice, _plan_form(practice, sent=False), form)
    with writing():
        actions.move_jar(practice, **form.values())
    flash(_("Noted."))
    return redirect(url_for("income_plan.show"))


def _plan_form(practice: Practice, *, sent: bool = True) -> PlanForm:
    jars = overview.jars(practice.id, of_practice(practice))
    more = {} if sent else {"formdata": None}
    return PlanForm(today=today_of(practice), plan=queries.plan_of(practice.id), jars=jars, **more)


def _plan_page(practice: Practice, form: PlanForm, jar_form: JarForm) -> Any:
    book = of_practice(practice)
    jars = overview.jars(practice.id, book)
    html = render_template(
        "income/plan.html",
        form=form,
        jar_form=jar_form,
        jars=jars,
        plan=queries.plan_of(practice.id),
        moves=queries.moves_of(practice.id)[:50],
        steady=overview.steady(book, queries.plan_of(practice.id), jars),
        today=book.today.isoformat(),
        words=words,
        sign=sign(),
    )
    return make_response(html, 422 if request.method == "POST" else 200)


@bp.route("/desk/income/price", methods=["GET", "POST"])
@policy("practice_owner")
@writes
def price() -> Any:
    """What an hour must cost, beside what others of the niche ask."""
    practice = profiles.own_practice(current_user)
    form = ChargeForm(plan=queries.plan_of(practice.id))
    if form.validate_on_submit():
        with writing():
            actions.plan(practice, **form.values())
        return redirect(url_for("income_plan.price"))
    plan, book = queries.plan_of(practice.id), of_practice(practice)
    noted = sum(sums.by_month(book.costs, range(book.month - 11, book.month + 1)))
    charge = None
    if plan.wanted is not None:
        costs = noted if plan.costs is None else plan.costs
        charge = pay.must_charge(
            wanted=plan.wanted, costs=max(0, costs), tax=plan.tax, weeks_off=plan.weeks_off, hours=plan.hours
        )
    others = [(niche, quartiles(prices.hourly(current_user, niche.id))) for niche in practice.niches]
    html = render_template(
        "income/price.html",
        form=form,
        noted=noted,
        charge=charge,
        seen=fees.terms().all_in(charge.price) if charge else 0,
        others=[(niche, three, _plot(three, charge)) for niche, three in others],
        plan=plan,
        words=words,
        sign=sign(),
    )
    return make_response(html, 422 if request.method == "POST" else 200)


def _plot(three: tuple[int, int, int] | None, charge: pay.Charge | None) -> Any:
    return drawing.box_plot(*three, charge.price) if three and charge else ""
