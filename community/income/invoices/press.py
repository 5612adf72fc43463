"""HTML of ours as PDF, by WeasyPrint: a program of its own, so that a page being drawn keeps nobody waiting.

It is kept by `core.programs.Kept`, for loading it takes longer than drawing: over the socket that is its file 0 it
reads HTML and writes a PDF, or nothing where this machine can't make one, until nobody asks. It imports nothing of
ours.
"""

import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

_IDLE_SECONDS = 30.0
_SIZE_BYTES = 8
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


def _serve(line: socket.socket) -> None:
    """Answer until the other side is gone, or silent for a while."""
    line.settimeout(_IDLE_SECONDS)
    with line.makefile("rb") as asked:
        while len(size := asked.read(_SIZE_BYTES)) == _SIZE_BYTES:
            html = asked.read(int.from_bytes(size)).decode()
            try:
                drawn = draw(html)
            except NoPdf:
                drawn = b""
            line.sendall(len(drawn).to_bytes(_SIZE_BYTES) + drawn)


if __name__ == "__main__":
    with suppress(TimeoutError):
        _serve(socket.socket(fileno=0))
