"""The operator's money desk: what flowed, what is owed to whom, what is stuck, and finding a payment."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request, url_for

from community.core import clock, money
from community.core.auth import policy
from community.core.errors import NotFound
from community.core.site import settings
from community.disputes import words as dispute_words
from community.income import drawing, sheets
from community.income.invoices.fees import bounds
from community.income.rules import sums
from community.income.words import month_short, month_title
from community.moderation.money import log, searching, words
from community.payments import flows, own_payouts, stuck
from community.payments import queries as payments
from community.payments.flows import Flows

bp = Blueprint("money_desk", __name__)
MONTHS = 12


def _today() -> date:
    return clock.now().astimezone(ZoneInfo(settings().zone)).date()


def _month() -> int:
    """The month that is asked for, this one otherwise; none that has not begun."""
    now = sums.month_of(_today())
    asked = request.args.get("month")
    return min(_read(asked), now) if asked else now


def _read(text: str) -> int:
    """ "2026-11" as a month. Raises `NotFound`."""
    try:
        return sums.month_of(date.fromisoformat(f"{text}-01"))
    except ValueError as error:
        raise NotFound from error


def _written(month: int) -> str:
    return sums.first_day(month).isoformat()[:7]


@bp.get("/staff/money")
@policy("operator")
def index() -> Any:
    """A month's flows beside the eleven before it, what is owed, what is stuck."""
    month = _month()
    months = range(month - MONTHS + 1, month + 1)
    found = flows.in_spans([bounds(months[0])[0], *(bounds(one)[1] for one in months)])
    owed = flows.owed()
    return render_template(
        "staff/money/index.html",
        month=month,
        title=month_title(month),
        written=_written(month),
        before=_written(month - 1),
        later=_written(month + 1) if month < sums.month_of(_today()) else "",
        flows=found[-1],
        rows=[(month_title(one), _written(one), flow) for one, flow in zip(months, found, strict=True)][::-1],
        charts=_charts(months, found),
        owed=owed,
        practices=searching.practices([one.payee for one in owed]),
        stuck=stuck.everything(),
        disputes=payments.disputes(waiting=True, most=20),
        earned=own_payouts.earned(),
        words=words,
        dispute_words=dispute_words,
        mode=settings().money_mode,
        log=log.latest(5),
    )


def _charts(months: Sequence[int], found: Sequence[Flows]) -> list[Any]:
    """What stayed of what clients paid, and what went back, for a desk and for a telephone."""
    back = [max(0, one.back + one.disputed) for one in found]
    bars = [[max(0, one.came - gone), gone] for one, gone in zip(found, back, strict=True)]
    labels = [month_short(month) for month in months]
    return [
        drawing.months(bars, labels, [], size=drawing.DESK, named="fl"),
        drawing.months(bars[-6:], labels[-6:], [], size=drawing.PHONE, named="fl"),
    ]


@bp.get("/staff/money/ledger/<month>.csv")
@policy("operator")
def ledger(month: str) -> Response:
    """Every posting of a month."""
    since, until = bounds(_read(month))
    head = ("time", "kind", "subject", "account", "amount", "currency", "transaction", "balance transaction")
    rows = [
        (
            _iso(one.at),
            one.kind,
            one.subject,
            posting.account,
            money.to_decimal(posting.amount, posting.currency),
            posting.currency,
            one.external_id,
            one.balance_transaction or "",
        )
        for one, posting in flows.lines(since, until)
    ]
    return Response(
        sheets.write(head, iter(rows)),
        mimetype="text/csv",
        headers={
            "Content-Disposition": f"attachment; filename=ledger-{month}.csv",
            "Cache-Control": "private, no-store",
        },
    )


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


@bp.get("/staff/money/search")
@policy("operator")
def search() -> Any:
    """Payments by a reference, a name of Stripe's or a mail address."""
    wanted = request.args.get("q", "")[:200]
    return render_template("staff/money/search.html", wanted=wanted, found=searching.payments(wanted), words=words)


@bp.get("/staff/money/payments/<ref>")
@policy("operator")
def payment(ref: str) -> Any:
    """One payment: how it stands, every posting about it, and what staff did."""
    found = payments.by_ref(ref)
    if found is None:
        raise NotFound
    return render_template(
        "staff/money/payment.html",
        payment=found,
        bookings=searching.bookings_of(found),
        practice=searching.practices([found.payee]).get(found.payee),
        transactions=flows.about(f"payment:{found.ref}"),
        log=log.about(f"payment:{found.ref}"),
        words=words,
        dispute_words=dispute_words,
    )


@bp.get("/staff/money/log")
@policy("operator")
def logged() -> Any:
    """What staff did about money, and why, the newest first."""
    before = request.args.get("before", type=int)
    rows = log.latest(log.SHOWN + 1, before=before)
    shown = rows[: log.SHOWN]
    further = url_for("money_desk.logged", before=shown[-1].id) if len(rows) > len(shown) else ""
    return render_template("staff/money/log.html", rows=shown, next_url=further, words=words)
