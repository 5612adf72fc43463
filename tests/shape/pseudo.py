"""A language made of ours: every string that goes through gettext comes back accented and in brackets."""

import re
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo

ROOT = Path(__file__).parents[2]
LOCALE = "eo"  # nobody's site is in it, and it has names of days and months
OPEN, CLOSE = "⟦", "⟧"
_ACCENTS = str.maketrans("aeiounycAEIOUNYC", "áéíóúñýçÁÉÍÓÚÑÝÇ")
_WORD = re.compile(r"\w+")
_KEPT = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}|&\w+;|&#\d+;|<[^>]+>|https?://\S+")


def pseudo(words: str) -> str:
    """⟦Bóók ít⟧; placeholders, entities and tags stay as they are."""
    parts, at = [], 0
    for kept in _KEPT.finditer(words):
        parts += [words[at : kept.start()].translate(_ACCENTS), kept.group()]
        at = kept.end()
    return OPEN + "".join(parts) + words[at:].translate(_ACCENTS) + CLOSE


def write_catalogue(folder: Path) -> int:
    """Extract every message of the site into a catalogue below `folder`; how many there are."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    keywords: dict[str, Any] = DEFAULT_KEYWORDS | {"lazy_gettext": None}
    catalogue = Catalog(locale=LOCALE)
    for _, _, message, _, context in extract_from_dir(ROOT, methods, options, keywords, directory_filter=_is_ours):
        several = message if isinstance(message, tuple) else (message,)
        found = tuple(pseudo(one) for one in several)
        catalogue.add(message, found if len(found) > 1 else found[0], context=context)
    target = folder / LOCALE / "LC_MESSAGES"
    target.mkdir(parents=True)
    with (target / "messages.mo").open("wb") as out:
        write_mo(out, catalogue)
    return len(catalogue)


def _is_ours(path: str | Path) -> bool:
    return not Path(path).name.startswith((".", "var", "tests", "node_modules"))


class Plain:
    """Finds words that no bracket holds."""

    def __init__(self, known: list[str], messages: list[str] | None = None) -> None:
        # Messages of libraries, with whatever stands in for a placeholder.
        fixed = [re.sub(r"%(\\\(\w+\\\))?[sd]", r"\\S*", re.escape(one)) for one in messages or () if len(one) > 3]
        self._messages = re.compile("|".join(sorted(fixed, key=len, reverse=True)) or r"(?!)")
        # Tens of thousands of names: looked up by how they begin, the longest first.
        self._known: dict[str, list[str]] = {}
        for one in sorted({one.strip() for one in known if one.strip()}, key=len, reverse=True):
            self._known.setdefault(_beginning(one, 0), []).append(one)
        self._seen: dict[str, list[str]] = {}  # most texts stand on many pages

    def words(self, text: str) -> list[str]:
        """The plain words in `text`, less what is known to be people's own, names and dates."""
        spoken = " ".join(outside(text).split())
        if spoken not in self._seen:
            self._seen[spoken] = self._plain(spoken)
        return self._seen[spoken]

    def _plain(self, spoken: str) -> list[str]:
        # Either may hold a part of the other, so both orders are tried.
        one_way = self._without_known(self._messages.sub(" ", spoken))
        other_way = self._messages.sub(" ", self._without_known(spoken))
        return min((re.findall(r"[^\W\d_]{2,}", left) for left in (one_way, other_way)), key=len)

    def _without_known(self, text: str) -> str:
        left, at = [], 0
        while at < len(text):
            found = "" if at and _is_letter(text[at - 1]) else self._known_at(text, at)
            left.append(" " if found else text[at])
            at += len(found) or 1
        return "".join(left)

    def _known_at(self, text: str, at: int) -> str:
        """The longest known words that begin at a place and end with a word's end."""
        for one in self._known.get(_beginning(text, at), ()):
            end = at + len(one)
            if text.startswith(one, at) and (end == len(text) or not _is_letter(text[end])):
                return one
        return ""


def _beginning(text: str, at: int) -> str:
    """The first word from a place on, or the sign that stands there."""
    word = _WORD.match(text, at)
    return word[0] if word else text[at]


def _is_letter(sign: str) -> bool:
    return sign == "_" or sign.isalnum()


def outside(text: str) -> str:
    """What of `text` stands in no bracket."""
    depth, left = 0, []
    for letter in text:
        if letter == OPEN:
            depth += 1
        elif letter == CLOSE:
            depth = max(0, depth - 1)
        elif depth == 0:
            left.append(letter)
    return "".join(left)
