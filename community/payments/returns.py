"""Where a payer goes back to: the owner of a subject registers how its page is found."""

from collections.abc import Callable

_pages: dict[str, Callable[[str], str]] = {}


def returns_to(purpose: str) -> Callable[[Callable[[str], str]], Callable[[str], str]]:
    """Register the page of subjects that begin with `purpose` ("order:…")."""

    def register(page: Callable[[str], str]) -> Callable[[str], str]:
        _pages[purpose] = page
        return page

    return register


def address(subject: str) -> str | None:
    """The page of "order:abc"; None when nobody knows it."""
    purpose, _, reference = subject.partition(":")
    page = _pages.get(purpose)
    return page(reference) if page else None
