"""Which niches some words mean. Search knows best and stands above: it registers how it is asked."""

from collections.abc import Callable, Sequence

from sqlalchemy import select

from community.core.db import db
from community.niches.models import Niche

Guesser = Callable[[str], Sequence[str]]
_guessers: list[Guesser] = []
MOST_WORDS = 12


def guesses(guesser: Guesser) -> Guesser:
    """Register a function from words to slugs of niches, the likeliest first."""
    _guessers.append(guesser)
    return guesser


def guess(text: str, most: int = 3) -> Sequence[Niche]:
    """The niches that a text most likely means, the likeliest first; none where nobody can tell."""
    words = " ".join(text.split()[:MOST_WORDS])
    slugs = list(dict.fromkeys(slug for guesser in _guessers for slug in guesser(words)))[:most] if words else []
    found = {niche.slug: niche for niche in db.session.scalars(select(Niche).where(Niche.slug.in_(slugs)))}
    return [found[slug] for slug in slugs if slug in found]
