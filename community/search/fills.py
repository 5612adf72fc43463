"""What search lends to others."""

from collections.abc import Sequence

from community.niches.guessing import guesses
from community.search import naming
from community.search.embedded_schema import STOPWORDS, words_of


@guesses
def by_titles(text: str) -> Sequence[str]:
    """The niches whose titles have the words, the likeliest first."""
    every = words_of(text)
    words = [word for word in every if word not in STOPWORDS] or every
    meant = naming.fresh().meant(words, [[(word, 1.0)] for word in words], text=text)
    return [slug for slug, _lift in sorted(meant.lifts, key=lambda one: -one[1])]
