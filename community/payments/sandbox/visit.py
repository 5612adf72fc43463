"""One request of a browser to one of the sandbox's pages."""

from dataclasses import dataclass

from werkzeug.wrappers import Request

from .pages import Pages
from .store import Store


@dataclass(frozen=True)
class Visit:
    """What a page's function gets: `base` is the sandbox's own address, `id` stands in the page's."""

    pages: Pages
    store: Store
    request: Request
    base: str
    id: str
