"""Deciding about previews from values alone."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

from community.rooms.rules import without_code

MOST_URL = 500  # letters
MOST_TITLE, MOST_TEXT, MOST_SITE = 120, 200, 60
MOST_READ = 256 * 1024  # letters of a page: what it says of itself stands at its beginning
_ADDRESS = re.compile(r"https?://[^\s<>\"'`)\]]+", re.IGNORECASE)
_CHARSET = re.compile(r"charset=[\"']?([\w-]{2,30})", re.IGNORECASE)
_SAID = {
    "og:title": "title",
    "twitter:title": "title",
    "og:description": "text",
    "description": "text",
    "og:site_name": "site",
}


@dataclass(frozen=True)
class Page:
    """What a page says of itself."""

    title: str
    text: str
    site: str


def first_link(text: str, base_url: str) -> str | None:
    """The first address in a message, code left out; none where that is one of this site, or longer than `MOST_URL`."""
    found = _ADDRESS.search(without_code(text))
    if found is None:
        return None
    url = found[0].rstrip(".,;:!?*_~")
    ours = urlsplit(url).netloc == urlsplit(base_url).netloc
    return None if ours or len(url) > MOST_URL else url


def read(body: bytes, content_type: str, url: str) -> Page | None:
    """What an HTML page says of itself; None for other things, and where it has no title."""
    if not content_type.lower().startswith(("text/html", "application/xhtml")):
        return None
    said = _Head()
    said.feed(_decoded(body, content_type)[:MOST_READ])
    title = _short(said.found.get("title") or said.title, MOST_TITLE)
    site = _short(said.found.get("site") or (urlsplit(url).hostname or "").removeprefix("www."), MOST_SITE)
    return Page(title, _short(said.found.get("text", ""), MOST_TEXT), site) if title else None


def _decoded(body: bytes, content_type: str) -> str:
    told = _CHARSET.search(content_type) or _CHARSET.search(body[:2048].decode("ascii", "replace"))
    try:
        return body.decode(told[1] if told else "utf-8", "replace")
    except (LookupError, ValueError):  # a charset that nobody knows, or one for other things than pages
        return body.decode("utf-8", "replace")


def _short(words: str, most: int) -> str:
    """On one line, without what can't be seen, cut at a word."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())
    return line if len(line) <= most else line[: most - 1].rsplit(" ", 1)[0] + "…"


class _Head(HTMLParser):
    """Title and the `meta` elements that say what a page is."""

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.found: dict[str, str] = {}
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "meta":
            has = {name: value or "" for name, value in attrs}
            what = _SAID.get((has.get("property") or has.get("name") or "").lower())
            if what and has.get("content"):
                self.found.setdefault(what, has["content"])
        self._inside = tag == "title" and not self.title

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.title += data
