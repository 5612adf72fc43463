"""Deciding about unwanted words, links and haste from values alone. Nobody's pattern is run: lists hold plain words."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

SLOW = (0, 10, 30, 60, 300)  # seconds between two messages of one person
MINUTES = (10, 60, 1440, 10080)  # for how long somebody is muted in a room or kept out
MOST_WORDS = 200
MOST_LETTERS = 60
MOST_REASON = 200
NEW_DAYS = timedelta(days=3)
NEW_MESSAGES = 5
HOSTS_FROM = timedelta(days=7)  # of membership, before somebody who only hosts a session may send others out

_TOKEN = re.compile(r"[^\W_]+(?:[@$!|+]+[^\W_]+)*[@$!|+]*|[@$!|+]+[^\W_]+(?:[@$!|+]+[^\W_]+)*", re.UNICODE)
_LEET = {"0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s", "+": "t"}
_ONES = "1!|"  # stand for an i or for an l


def fold(text: str) -> str:
    """Letters without case and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c))


def readings(token: str) -> frozenset[str]:
    """How a folded token may be meant: as it stands, and with the figures and signs that stand for letters."""
    plain = "".join(c for c in token if c.isalnum())
    found = {plain}
    for given in (token, token.rstrip("!|+")):
        letters = "".join(_LEET.get(c, c) for c in given)
        for one in "il":
            found.add("".join(one if c in _ONES else c for c in letters))
    return frozenset(found)


def tokens(text: str) -> list[frozenset[str]]:
    """The words of a text, each with its readings; letters set apart ("b a d") are one word more at their end."""
    found = _TOKEN.findall(fold(text.replace("\u200b", "").replace("\u00ad", "")))
    apart, words = "", []
    for token in found:
        apart = apart + token if len(token) == 1 else ""
        words.append(readings(token) | (readings(apart) if len(apart) > 2 else frozenset()))
    return words


def folded_words(rule: str) -> str:
    """A rule as it is kept and compared: its words folded, one space between them."""
    return " ".join("".join(c for c in word if c.isalnum()) for word in _TOKEN.findall(fold(rule)))


def first_match(text: str, rules: Iterable[tuple[str, str, str]]) -> tuple[str, str] | None:
    """(word, action) of the first rule (folded, word, action) that a text meets; refusing comes before holding."""
    said = tokens(text)
    for folded, word, action in sorted(rules, key=lambda rule: rule[2] != "refuse"):
        if folded and _meets(said, folded.split(" ")):
            return word, action
    return None


def _meets(said: Sequence[frozenset[str]], wanted: Sequence[str]) -> bool:
    width = len(wanted)
    return any(
        all(word in readings for word, readings in zip(wanted, said[at : at + width], strict=True))
        for at in range(len(said) - width + 1)
    )


def is_newcomer(since: datetime | None, said: int, at: datetime) -> bool:
    """True in the first days, and until somebody has written a few messages."""
    return since is None or at - since < NEW_DAYS or said < NEW_MESSAGES


def wait(last: datetime | None, slow: int, at: datetime) -> int:
    """Whole seconds until somebody who wrote at `last` may write again."""
    if last is None or not slow:
        return 0
    left = (last + timedelta(seconds=slow) - at).total_seconds()
    return max(0, -int(-left // 1))
