"""HTML of ours as PDF, by WeasyPrint: a program of its own, so that a page being drawn keeps nobody waiting.

It reads HTML and writes a PDF, or nothing where this machine can't make one. It imports nothing of ours.
"""

import sys
from pathlib import Path
from typing import Any

_FONTS = "https://fonts.invalid/"
_STYLE = Path(__file__).with_name("paper.css")
_FOLDER = Path(__file__).parents[3] / "static" / "fonts"


class NoPdf(RuntimeError):
    """This machine can't make PDF: WeasyPrint or Pango is missing."""


def draw(html: str) -> bytes:
    """The PDF; nothing but our own fonts is fetched. Raises `NoPdf`. Some 0.3 s of computing."""
    try:
        import weasyprint  # noqa: PLC0415 - a machine without Pango can't load it
    except (ImportError, OSError) as error:
        raise NoPdf(str(error)) from error
    style = weasyprint.CSS(string=_STYLE.read_text(), base_url=_FONTS, url_fetcher=_fonts_only())
    page = weasyprint.HTML(string=html, base_url=_FONTS, url_fetcher=_fonts_only())
    return bytes(page.write_pdf(stylesheets=[style]))


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


if __name__ == "__main__":
    sys.stdout.buffer.write(draw(sys.stdin.buffer.read().decode()))
