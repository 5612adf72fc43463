"""Income at a glance: by stream, month and client, what is booked, and what may come."""

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from community.core.auth import current_user, policy
from community.income import drawing, overview, queries, words
from community.income.book import of_practice
from community.income.overview import Overview
from community.income.rules import pay
from community.listings.rules import KINDS
from community.profiles import queries as profiles

bp = Blueprint("income", __name__)


@bp.get("/desk/income")
@policy("practice_money")
def index() -> Any:
    """By stream and client, month by month; jars, pay, and the months to come."""
    practice = profiles.own_practice(current_user)
    book = of_practice(practice)
    shown = Overview(book, request.args.get("period", "6"))
    plan, jars = queries.plan_of(practice.id), overview.jars(practice.id, book)
    steady = overview.steady(book, plan, jars)
    monthly = overview.monthly_costs(book)
    return render_template(
        "income/index.html",
        shown=shown,
        jars=[(jar, drawing.jar(level, colour)) for jar, level, colour in _levels(jars)],
        steady=steady,
        plan=plan,
        monthly=monthly,
        runway=_runway(plan.cash, jars, monthly + (steady.pay if steady else plan.pay or 0)),
        charts=_charts(shown),
        words=words,
        years=(str(book.today.year), str(book.today.year - 1)),
        offers=_offers(shown),
        certain=overview.has_forecast(book),
        smoothing=drawing.smoothing(steady.flows, steady.pay) if steady else "",
    )


def _offers(shown: Overview) -> list[tuple[str, str]]:
    """(kind, words) of other ways to sell what brings nearly everything, as far as the site has them."""
    alert = shown.alert()
    ways = {
        "workshop": _("A workshop"),
        "digital": _("A guide"),
        "retainer": _("A retainer"),
        "project": _("A project"),
    }
    return [(kind, ways[kind]) for kind in ways if kind in KINDS and (not alert or kind != alert.listing_kind)]


def _charts(shown: Overview) -> list[Any]:
    """The chart of months for a desk and for a telephone, which has room for six."""
    parts, ahead = shown.coloured(), shown.ahead() if shown.shows_ahead else []
    bars = [[part.months[at] for part in parts] for at in range(len(shown.months))]
    labels = [words.month_short(month) for month in [*shown.months, *(month for month, _ in ahead)]]
    ranges = [one for _, one in ahead]
    few = max(0, len(bars) - 6)
    return [
        drawing.months(bars, labels, ranges, size=drawing.DESK, named="ch-t"),
        drawing.months(bars[few:], labels[few:], ranges, size=drawing.PHONE, named="ch-t"),
    ]


def _levels(jars: list[overview.Jar]) -> list[tuple[overview.Jar, int, int]]:
    """Each jar with how full it is drawn beside the fullest, and its colour."""
    most = max([*(jar.amount for jar in jars), 1])
    return [(jar, 100 * max(0, jar.amount) // most, colour) for jar, colour in zip(jars, (1, 3, 2), strict=True)]


def _runway(cash: int | None, jars: list[overview.Jar], monthly: int) -> int | None:
    """How long the cash lasts without the tax that is not one's own, tenths of a month."""
    if cash is None:
        return None
    tax = next(jar.amount for jar in jars if jar.name == "tax")
    return pay.runway(cash - max(0, tax), monthly)
