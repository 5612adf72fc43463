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
        longest_first = sorted({one.strip() for one in known if one.strip()}, key=len, reverse=True)
        # Messages of libraries, with whatever stands in for a placeholder.
        fixed = [re.sub(r"%(\\\(\w+\\\))?[sd]", r"\\S*", re.escape(one)) for one in messages or () if len(one) > 3]
        self._messages = re.compile("|".join(sorted(fixed, key=len, reverse=True)) or r"(?!)")
        self._known = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")
        self._seen: dict[str, list[str]] = {}  # most texts stand on many pages

    def words(self, text: str) -> list[str]:
        """The plain words in `text`, less what is known to be people's own, names and dates."""
        spoken = " ".join(outside(text).split())
        if spoken not in self._seen:
            self._seen[spoken] = self._plain(spoken)
        return self._seen[spoken]

    def _plain(self, spoken: str) -> list[str]:
        # Either may hold a part of the other, so both orders are tried.
        ways = ((self._messages, self._known), (self._known, self._messages))
        left = (second.sub(" ", first.sub(" ", spoken)) for first, second in ways)
        return min((re.findall(r"[^\W\d_]{2,}", one) for one in left), key=len)


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
