"""An invoice as a page, and as PDF by WeasyPrint, which needs Pango on the machine. Drawn from what was kept."""

from functools import cache
from typing import Any

from flask import render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from community.core import programs
from community.income.invoices import press
from community.income.invoices.models import Invoice
from community.income.invoices.press import NoPdf

MOST_SECONDS = 30.0  # on a machine that has other things to do
_press = programs.Kept(press.__file__)


def words(invoice: Invoice) -> dict[str, Any]:
    """What the template needs: plain values, so that nothing is asked of the database while it is drawn."""
    columns = (
        *("ref", "label", "kind", "day", "currency", "net", "tax", "total", "seller", "buyer", "lines", "taxes"),
        *("note", "paid", "credits_label", "locale"),
    )
    return {name: getattr(invoice, name) for name in columns}


def page(said: dict[str, Any], **more: Any) -> str:
    """The paper within a page of the site; what it says is in the language it was issued in."""
    with force_locale(said["locale"]):
        title, inside = title_of(said), Markup(render_template("income/_paper.html", paper=said))  # noqa: S704
    return render_template("income/paper.html", paper=said, title=title, said=inside, **more)


def title_of(said: dict[str, Any]) -> str:
    """What it is, and its number."""
    kinds = {"invoice": _("Invoice"), "credit_note": _("Credit note"), "fee": _("Invoice")}
    return f"{kinds[said['kind']]} {said['label']}"


def file_name(said: dict[str, Any]) -> str:
    """What its file is called."""
    return f"{str(said['label']).replace('/', '-')}.pdf"


def pdf(said: dict[str, Any]) -> bytes:
    """The paper as PDF. Raises `NoPdf`. Takes about a second: hold no transaction."""
    with force_locale(said["locale"]):
        html = render_template("income/paper_print.html", paper=said, title=title_of(said))
    return _pressed(html)


def _pressed(html: str) -> bytes:
    """Drawn aside where others share this process; commands and tests have it to themselves."""
    from gevent import monkey  # noqa: PLC0415 - commands and tests run without gevent

    if not monkey.is_module_patched("time"):
        return press.draw(html)
    drawn = _press.ask(html.encode(), seconds=MOST_SECONDS)
    if not drawn.startswith(b"%PDF"):
        raise NoPdf("nothing came of it")
    return drawn


@cache
def can_pdf() -> bool:
    """Whether this machine can make PDF: found out once, by making one."""
    try:
        _pressed("<p>.")
    except NoPdf:
        return False
    return True
