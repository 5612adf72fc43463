"""Marking what matched, as plain runs of text. A template escapes each run: nothing here is markup."""

import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet

from community.search.engine import Run

_WORD = re.compile(r"\w+")
SNIPPET_CHARS = 220


def runs(text: str, matches: AbstractSet[str], stem: Callable[[str], str]) -> tuple[Run, ...]:
    """Return the text as (piece, is a match) runs that join back to it exactly."""
    found: list[Run] = []
    at = 0
    for word in _WORD.finditer(text):
        if stem(word.group()) not in matches:
            continue
        if word.start() > at:
            found.append((text[at : word.start()], False))
        found.append((word.group(), True))
        at = word.end()
    if at < len(text):
        found.append((text[at:], False))
    return tuple(found)


def snippet(text: str, matches: AbstractSet[str], stem: Callable[[str], str]) -> tuple[Run, ...]:
    """Return the part of the text around its first match, cut at words, as runs."""
    if len(text) <= SNIPPET_CHARS:
        return runs(text, matches, stem)
    first = next((word.start() for word in _WORD.finditer(text) if stem(word.group()) in matches), 0)
    start = max(0, min(first - SNIPPET_CHARS // 3, len(text) - SNIPPET_CHARS))
    if start:
        space = text.find(" ", start, first + 1)
        start = space + 1 if space >= 0 else start
    piece = text[start : start + SNIPPET_CHARS]
    if start + SNIPPET_CHARS < len(text):
        piece = piece.rsplit(" ", 1)[0].rstrip(",;:") + " …"
    return runs(("… " if start else "") + piece, matches, stem)
