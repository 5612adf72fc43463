"""Everything as CSV: what one reads here can be taken along."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _

from community.core import money
from community.core.auth import current_user, policy
from community.core.errors import NotFound
from community.core.site import settings
from community.income import overview, queries, sheets
from community.income.book import Book, of_practice
from community.income.invoices import queries as invoices
from community.income.invoices.models import Invoice
from community.income.rules import sums
from community.profiles import queries as profiles
from community.profiles.models import Practice

bp = Blueprint("income_export", __name__)
Table = tuple[Sequence[str], Iterator[Sequence[Any]]]


def names() -> dict[str, str]:
    """What can be exported, and what it is."""
    return {
        "lines": _("Every amount: earned, booked and spent, with day, stream and client"),
        "months": _("Month by month: earned, costs, what is left"),
        "streams": _("By stream and month"),
        "clients": _("By client and month"),
        "forecast": _("The next months: booked, likely, range"),
        "invoices": _("Invoices and credit notes, with their taxes"),
        "jars": _("Jars: what they hold and what was moved by hand"),
    }


@bp.get("/desk/income/export")
@policy("practice_money")
def index() -> Any:
    """What can be taken along."""
    return render_template("income/export.html", names=names())


@bp.get("/desk/income/export/<what>.csv")
@policy("practice_money")
def file(what: str) -> Response:
    """One table."""
    practice = profiles.own_practice(current_user)
    maker = _TABLES.get(what)
    if maker is None:
        raise NotFound
    head, rows = maker(practice, of_practice(practice))
    name = f"{practice.slug}-{what}.csv"
    return Response(
        sheets.write(head, rows),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={name}", "Cache-Control": "private, no-store"},
    )


def plain(amount: int) -> Any:
    """Minor units as a number that programs read: -12.50."""
    return money.to_decimal(amount, settings().currency)


def _lines(_practice: Practice, book: Book) -> Table:
    head = ("date", "amount", "stream", "client", "kind", "source", "booking", "currency")
    rows = (
        (
            line.day.isoformat(),
            plain(line.amount),
            line.stream,
            line.client,
            line.kind,
            line.source,
            line.ref,
            settings().currency,
        )
        for line in book.lines
    )
    return head, rows


def _all_months(book: Book) -> range:
    begins = min(sums.first_month(book.earned, book.month), sums.first_month(book.costs, book.month))
    return range(begins, book.month + 1)


def _said(month: int) -> str:
    return sums.first_day(month).isoformat()[:7]


def _months(_practice: Practice, book: Book) -> Table:
    months = _all_months(book)
    earned, costs = sums.by_month(book.earned, months), sums.by_month(book.costs, months)
    rows = (
        (_said(month), plain(got), plain(spent), plain(got - spent))
        for month, got, spent in zip(months, earned, costs, strict=True)
    )
    return ("month", "earned", "costs", "left"), rows


def _by(name: str) -> Callable[[Practice, Book], Table]:
    def made(_practice: Practice, book: Book) -> Table:
        months = _all_months(book)
        rows = (
            (_said(month), part.name, plain(amount))
            for part in sums.parts(book.earned, months, by=name)
            for month, amount in zip(months, part.months, strict=True)
            if amount
        )
        return ("month", name, "amount"), rows

    return made


def _forecast(_practice: Practice, book: Book) -> Table:
    rows = (
        (_said(month), plain(one.booked), plain(one.likely), plain(one.low), plain(one.high))
        for month, one in overview.ahead(book)
    )
    return ("month", "booked", "likely", "low", "high"), rows


def _jars(practice: Practice, book: Book) -> Table:
    def rows() -> Iterator[Sequence[Any]]:
        for jar in overview.jars(practice.id, book):
            yield jar.name, "holds", book.today.isoformat(), plain(jar.amount), ""
        for move in queries.moves_of(practice.id):
            yield move.jar, "moved", move.day.isoformat(), plain(move.amount), move.note

    return ("jar", "kind", "date", "amount", "note"), rows()


def _invoices(practice: Practice, _book: Book) -> Table:
    head = (
        "number",
        "date",
        "kind",
        "for",
        "net",
        "tax",
        "total",
        "currency",
        "credits",
        "tax number of the other side",
    )
    rows = (
        (
            one.label, one.day.isoformat(), one.kind, (one.seller if one.kind == "fee" else one.buyer)["name"],
            _in(one.net, one), _in(one.tax, one), _in(one.total, one), one.currency, one.credits_label,
            (one.seller if one.kind == "fee" else one.buyer)["tax_id"],
        )
        for one in invoices.all_of_practice(practice.id)
    )  # fmt: skip
    return head, rows


def _in(amount: int, invoice: Invoice) -> Any:
    return money.to_decimal(amount, invoice.currency)


_TABLES: dict[str, Callable[[Practice, Book], Table]] = {
    "lines": _lines,
    "months": _months,
    "streams": _by("stream"),
    "clients": _by("client"),
    "forecast": _forecast,
    "jars": _jars,
    "invoices": _invoices,
}
