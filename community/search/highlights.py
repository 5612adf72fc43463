"""Marking what matched, as plain runs of text. A template escapes each run: nothing here is markup."""

import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet

from community.search.engine import Run

_WORD = re.compile(r"\w+")
SNIPPET_CHARS = 120  # three lines of a card


def matching(text: str, matches: AbstractSet[str], stem: Callable[[str], str]) -> AbstractSet[str]:
    """Return the words of a text that are to be marked, as they stand there. Each is looked at once."""
    return {word for word in set(_WORD.findall(text)) if stem(word) in matches}


def runs(text: str, marked: AbstractSet[str]) -> tuple[Run, ...]:
    """Return the text as (piece, is a match) runs that join back to it exactly."""
    found: list[Run] = []
    at = 0
    for word in _WORD.finditer(text) if marked else ():
        if word.group() not in marked:
            continue
        if word.start() > at:
            found.append((text[at : word.start()], False))
        found.append((word.group(), True))
        at = word.end()
    if at < len(text):
        found.append((text[at:], False))
    return tuple(found)


def snippet(text: str, marked: AbstractSet[str], around: AbstractSet[str]) -> tuple[Run, ...]:
    """Return the part of the text around the first of some words, cut at words, as runs; nothing without one."""
    first = next((word.start() for word in _WORD.finditer(text) if word.group() in around), None) if around else None
    if first is None:
        return ()
    start = max(0, min(first - SNIPPET_CHARS // 4, len(text) - SNIPPET_CHARS))
    if start:
        space = text.find(" ", start, first + 1)
        start = space + 1 if space >= 0 else start
    piece = text[start : start + SNIPPET_CHARS]
    if start + SNIPPET_CHARS < len(text):
        piece = piece.rsplit(" ", 1)[0].rstrip(",;:") + " …"
    return runs(("… " if start else "") + piece, marked)
