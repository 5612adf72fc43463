"""Looking at a page of somebody else's, through the one door for such fetches."""

from urllib.parse import urljoin

from community.core import fetch
from community.core.errors import Refused
from community.rooms.previews import rules
from community.rooms.previews.rules import Page

MOST_BYTES = 512 * 1024
REDIRECTS = 3
_MOVED = frozenset({301, 302, 303, 307, 308})


def look(url: str) -> Page | None:
    """What the page at `url` says of itself; each address on the way is checked. None where it says nothing to us."""
    for _hop in range(REDIRECTS + 1):
        try:
            found = fetch.fetch(url, most=MOST_BYTES, headers={"Accept": "text/html"})
        except Refused:
            return None
        if found.status in _MOVED and found.headers.get("location"):
            url = urljoin(url, found.headers["location"])
            continue
        return rules.read(found.body, found.content_type, url) if found.status == 200 else None
    return None
