"""Which niche a search was for: its filter, else the one that its words lead to by the catalogue's titles."""

from functools import lru_cache

from community.search import titles
from community.search.embedded_schema import STOPWORDS, words_of

# What people add to any search: it says nothing of the niche.
_FILLERS = frozenset(
    ("small", "business", "businesses", "online", "near", "me", "local", "best", "cheap", "help", "somebody", "someone")
)


@lru_cache(maxsize=20_000)
def niche_of(words: str) -> str:
    """The slug of the niche some words lead to, "" where none has at least half of them in its titles.

    A misspelt word leads nowhere by itself: a wrong niche would be worse than none.
    """
    every = [word for word in words_of(words) if word not in STOPWORDS]
    asked = [word for word in every if word not in _FILLERS] or every
    if not asked:
        return ""
    meant = titles.shipped().meant(asked, [[(word, 1.0)] for word in asked], text=" ".join(asked))
    if not meant.lifts:
        return ""
    best = max(meant.lifts, key=lambda one: one[1])[0]
    having = sum(best in niches for niches in meant.having)
    return best if 2 * having >= len(asked) else ""
