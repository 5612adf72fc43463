"""Deciding about rooms from values alone."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

Plan = Sequence[Mapping[str, Any]]

MOST_LETTERS = 4000
MOST_CLIENT_ID = 64
SNAPSHOT = 50  # messages a room opens with
TURN = 25  # that come at once to who scrolls: a slow phone goes on scrolling
CATCH_UP_MOST = 200  # changes fetched at once; further behind starts anew
LIVE_FROM = 3  # fewer present are not counted aloud
OPEN_KINDS = frozenset({"lounge", "niche", "session"})  # members come and go
HELD_KINDS = frozenset({"circle", "pairing"})  # of members whom another slice lets in and out
INBOX_KINDS = frozenset({"direct", "booking"})
COME_BACK_WITHIN = timedelta(hours=12)  # an open visit older than this is another visit
RELOAD = timedelta(seconds=15)
MOST_EDITS = 50
MOST_PINS = 20
MOST_NAMED = 30  # who is here, by name
COUNT_ONLY = 150  # more present than that are a number, and nobody is named
MOST_CALLED = 20  # people named in one message
HERE_MOST = 50  # above that only a host calls everybody
MOST_FILES = 5
MOST_FILE_BYTES = 8 * 1024 * 1024
MOST_QUOTED = 120  # letters of what is answered
# What one can set under a message; the first six are at hand.
# fmt: off
SIGNS = (
    "👍", "❤️", "😂", "🎉", "👏", "🙏", "👋", "🙌", "💪", "👌", "✌️", "🤝", "😀", "😊", "😅", "😍",
    "🤔", "😮", "😢", "😴", "🥳", "🤩", "😎", "🙈", "🔥", "✨", "⭐", "💯", "✅", "❌", "❓", "❗",
    "👀", "🚀", "💡", "☕", "🍵", "🍰", "🌱", "🌻", "☀️", "🌧️", "🎯", "📌", "📣", "🏁", "⏰", "🧡",
)
# fmt: on
AT_HAND = 6
MOST_SIGNS = 20  # different ones under one message

_ENDINGS = (
    "com|net|org|info|biz|io|co|app|dev|me|ly|xyz|top|shop|site|online|link|gg|to|uk|de|fr|es|it|nl|eu|ru|cn|example"
)
_LINK = re.compile(
    rf"\b(?:https?|ftp)\s*:\s*/\s*/|\bwww\.|\bmailto:|\]\s*\(|\S@\w[\w.-]*\.\w|\w\.[a-z]{{2,24}}/|\w\.(?:{_ENDINGS})\b",
    re.IGNORECASE,
)


_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_CALL = re.compile(r"(?<![\w@/.:-])@([a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?)(?![\w@])", re.IGNORECASE)
_TAG = re.compile(r"(<[^>]*>)")
_ASIDE = re.compile(r"<(/?)(?:a|code|pre)\b")


@dataclass(frozen=True)
class Template:
    """A session plan to choose: rounds of focus with breaks between them. Lengths are minutes."""

    key: str
    rounds: int
    focus: int
    rest: int


TEMPLATES = (Template("long", 4, 50, 10), Template("short", 2, 25, 5))


def template(key: str, among: Sequence[Template] = TEMPLATES) -> Template | None:
    """The template that a form names, of those for a session on the spot unless told otherwise."""
    return next((known for known in among if known.key == key), None)


def plan_of(chosen: Template) -> list[dict[str, Any]]:
    """The phases of a template: focus and break in turn, ending in focus; without a rest, focus alone. Seconds."""
    focus = {"kind": "focus", "seconds": chosen.focus * 60}
    rests = [{"kind": "break", "seconds": chosen.rest * 60}] if chosen.rest else []
    return [phase for n in range(chosen.rounds) for phase in ((*rests, focus) if n else (focus,))]


def length(plan: Plan) -> timedelta:
    """How long a whole plan takes."""
    return timedelta(seconds=sum(int(phase["seconds"]) for phase in plan))


def next_phase(plan: Plan, phase: int | None) -> int | None:
    """The phase after `phase` (None: not begun); None when the plan is over."""
    following = 0 if phase is None else phase + 1
    return following if following < len(plan) else None


def round_of(plan: Plan, phase: int) -> tuple[int, int]:
    """(which round, of how many): a break belongs to the round before it."""
    rounds = [n for n, each in enumerate(plan) if each["kind"] == "focus"]
    return max(1, sum(1 for n in rounds if n <= phase)), len(rounds)


def unread(message_count: int, read_count: int) -> int:
    """How many messages somebody has not read."""
    return max(0, message_count - read_count)


def read_to(message_count: int, read_count: int, said: int) -> int:
    """Where reading stands after somebody says they read to `said`: forward only, never past the end."""
    return max(read_count, min(said, message_count))


def is_stranger(*, shares_booking: bool, shares_room: bool, both_let_in: bool) -> bool:
    """True when a first message has to ask. `both_let_in`: members of a site where somebody decides who joins."""
    return not (shares_booking or shares_room or both_let_in)


def has_link(text: str) -> bool:
    """True when a text holds an address of any kind: a request may not."""
    return _LINK.search(text) is not None


def without_code(text: str) -> str:
    """A message's words without what stands in it as code."""
    return _CODE.sub(" ", text)


def called(text: str) -> frozenset[str]:
    """The handles after an @ in a text, code left out; `here` and `host` are among them."""
    found = dict.fromkeys(name.lower() for name in _CALL.findall(without_code(text)))
    return frozenset(list(found)[:MOST_CALLED])


def mark_called(html: str, links: Mapping[str, str]) -> str:
    """Safe HTML of a message with the @names in `links` set apart; each leads to its address, if it has one.

    Looks between tags only, and not inside links and code.
    """
    inside, parts = 0, []
    for part in _TAG.split(html):
        if part.startswith("<"):
            aside = _ASIDE.match(part)
            inside += 0 if aside is None else -1 if aside[1] else 1
            parts.append(part)
        else:
            parts.append(part if inside else _CALL.sub(lambda found: _called(found, links), part))
    return "".join(parts)


def _called(found: re.Match[str], links: Mapping[str, str]) -> str:
    link = links.get(found[1].lower())
    if link is None:
        return found[0]
    return f'<a class="at" href="{link}">@{found[1]}</a>' if link else f'<b class="at">@{found[1]}</b>'


def direct_subject(one_id: int, other_id: int) -> str:
    """What names the one room of two persons, whoever opens it."""
    low, high = sorted((one_id, other_id))
    return f"direct:{low}:{high}"


def clean(text: str) -> str:
    """A message as it is kept: no control characters, no space around it."""
    kept = "".join(c for c in text.replace("\r\n", "\n") if c in "\n\t" or c.isprintable() or c == "\u200d")
    return kept.strip()


def same_visit(joined_at: datetime, left_at: datetime | None, at: datetime) -> bool:
    """True when somebody who comes at `at` never really left: the page was reloaded, or the connection was lost."""
    if left_at is None:
        return at - joined_at < COME_BACK_WITHIN
    return at - left_at <= RELOAD


def channel(room_id: int) -> str:
    """The socket room of a room."""
    return f"room:{room_id}"


def own_channel(person_id: int) -> str:
    """The socket room of one person's tabs."""
    return f"person:{person_id}"
