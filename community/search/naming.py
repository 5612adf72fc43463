"""What the niches are called as this process knows it: what operators change is here within seconds.

The engines share one object that stands for the titles of the moment, so that nobody has to tell them of new ones.
"""

import threading
import time
from collections.abc import Mapping, Sequence

from flask import current_app

from community.niches import titles as catalogue
from community.search.aside import aside
from community.search.titles import Meant, Parts, Term, Titles, shipped

SECONDS = 5.0
_looking = threading.Lock()


class Naming(Titles):
    """Titles that may be replaced as a whole."""

    def __init__(self) -> None:
        """Begin with the shipped ones; what the database says comes with the first look."""
        self._now, self._version, self._looked = shipped(), 0, -SECONDS
        self._said: Mapping[str, Sequence[str]] = {}

    def titles_of(self, slug: str) -> Sequence[str]:
        """Return what people call a niche, without its own name."""
        return self._said.get(slug, ())[1:] if self._version else catalogue.shipped(slug)

    def known(self, word: str) -> int:
        """Return how many titles have the word."""
        return self._now.known(word)

    def beginning(self, prefix: str) -> list[Term]:
        """Return the words of titles that begin so, with the number of titles that have each."""
        return self._now.beginning(prefix)

    def begun(self, typed: str, most: int) -> list[str]:
        """Return niches that what is typed may be the beginning of."""
        return self._now.begun(typed, most)

    def nearly(self, typed: str) -> list[str]:
        """Return niches named nearly so."""
        return self._now.nearly(typed)

    def niches_with(self, word: str) -> list[str]:
        """Return the niches that have a title with the word."""
        return self._now.niches_with(word)

    def meant(self, words: Sequence[str], parts: Parts, *, text: str, longer: str = "") -> Meant:
        """Return the niches meant by some words."""
        return self._now.meant(words, parts, text=text, longer=longer)

    def look(self) -> None:
        """Read the titles anew where an operator has changed the catalogue; asked every five seconds at most."""
        if time.monotonic() - self._looked < SECONDS or not _looking.acquire(blocking=False):
            return
        try:
            self._looked = time.monotonic()
            version = catalogue.version()
            if version != self._version:
                said = catalogue.every()
                self._now = aside(Titles, said) if version else shipped()
                self._said, self._version = said, version
        finally:
            _looking.release()


def naming() -> Naming:
    """The one of the running app."""
    found: Naming | None = current_app.extensions.get("niche_naming")
    if found is None:
        found = current_app.extensions["niche_naming"] = Naming()
    return found


def fresh() -> Naming:
    """The same, as of five seconds ago at most."""
    found = naming()
    found.look()
    return found
