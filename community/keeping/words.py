"""A saved search in words, in the language that is spoken now."""

from community.core.site import settings
from community.keeping import rules
from community.keeping.models import SavedSearch
from community.niches.names import Names
from community.search import page
from community.search.rules import Wanted


def wanted_of(saved: SavedSearch) -> Wanted:
    """What it looks for."""
    return rules.wanted_of(saved.search, settings().currency)


def title(saved: SavedSearch, known: Names) -> str:
    """What it is called: as the heading of its results."""
    return page.heading(wanted_of(saved), known)


def filters(saved: SavedSearch, known: Names) -> str:
    """What narrows it besides, with commas in between; a town as it was typed."""
    wanted = wanted_of(saved)
    shown = page.chips(wanted, known, wanted.place)
    heading = page.heading(wanted, known)
    return ", ".join(chip["text"] for chip in shown if chip["text"] != heading)
