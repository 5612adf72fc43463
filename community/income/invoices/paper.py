"""An invoice as a page, and as PDF by WeasyPrint, which needs Pango on the machine. Drawn from what was kept."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from flask import render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from community.income.invoices.models import Invoice

_FONTS = "https://fonts.invalid/"
_STYLE = Path(__file__).with_name("paper.css")
_FOLDER = Path(__file__).parents[3] / "static" / "fonts"


class NoPdf(RuntimeError):
    """This machine can't make PDF: WeasyPrint or Pango is missing."""


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
    """The paper as PDF. Raises `NoPdf`. Some 0.3 s of computing in a native thread: hold no transaction."""
    with force_locale(said["locale"]):
        html = render_template("income/paper_print.html", paper=said, title=title_of(said))
    load()  # here: it looks for Pango with a process of its own, which gevent starts in the first thread only
    return _aside(draw, html)


def load() -> Any:
    """WeasyPrint, loaded once a process. Raises `NoPdf`."""
    try:
        import weasyprint  # noqa: PLC0415 - a machine without Pango can't load it
    except (ImportError, OSError) as error:
        raise NoPdf(str(error)) from error
    return weasyprint


def draw(html: str) -> bytes:
    """HTML of ours as PDF; nothing but our own fonts is fetched. Raises `NoPdf`."""
    known = load()
    style = known.CSS(string=_STYLE.read_text(), base_url=_FONTS, url_fetcher=_fonts_only())
    return bytes(known.HTML(string=html, base_url=_FONTS, url_fetcher=_fonts_only()).write_pdf(stylesheets=[style]))


def _fonts_only() -> Any:
    """Hands out our own fonts from the disk; whatever else a paper might name is not looked at."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class Fonts(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002 - WeasyPrint gives it
            name = url.removeprefix(_FONTS)
            if name not in {"figtree.woff2", "bricolage.woff2"}:
                raise ValueError("not a font of ours")
            return URLFetcherResponse(url, (_FOLDER / name).read_bytes(), {"Content-Type": "font/woff2"})

    return Fonts()


def can_pdf() -> bool:
    """Whether this machine can make PDF."""
    try:
        load()
    except NoPdf:
        return False
    return True


def _aside(work: Callable[[str], bytes], html: str) -> bytes:
    """Run it in a native thread where greenlets share this one: nobody else waits for it."""
    from gevent import get_hub, monkey  # noqa: PLC0415 - commands and tests run without gevent

    if not monkey.is_module_patched("threading"):
        return work(html)
    return cast("bytes", get_hub().threadpool.apply(work, (html,)))
