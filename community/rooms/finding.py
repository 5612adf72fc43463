"""Finding what was said, in the rooms one may look into.

It is asked of the database, not of the search index. What may be found differs for each reader and changes by the
minute: seats, blocks, deletions, a membership that lapsed. The index holds what is public and is up to a second old,
and its protocol (`search/engine.py`) knows listings by niche, price and place, and no readers; besides, the rooms stand
below search and may not call it. Only the site's newest `LOOKED_AT` messages are read: a plain LIKE over these takes
tens of milliseconds on both databases, and needs neither FTS5 with its triggers nor a `tsvector` with its language.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.accounts.queries import visible_to
from community.core import text
from community.core.db import db, is_sqlite
from community.rooms import rules
from community.rooms.models import Message, Room, RoomMember
from community.rooms.queries import LIVE, other_visible

MOST_LETTERS = 80
MOST_WORDS = 6
MOST_FOUND = 30
LOOKED_AT = 50_000
AROUND = 60  # letters shown on each side of the first word


@dataclass(frozen=True)
class Found:
    """A message that has all the words, and the piece of it around the first of them."""

    message: Message
    piece: Sequence[tuple[str, bool]]  # text, and whether it is one of the words


def find(viewer: Person, asked: str, room: Room | None = None) -> list[Found]:
    """The newest messages with every word of `asked` in them, in `room` or in all of the viewer's rooms."""
    words = list(dict.fromkeys(re.findall(r"\S+", asked)))[:MOST_WORDS]
    if not words:
        return []
    rooms = select(RoomMember.room_id).join(Room)
    rooms = rooms.where(RoomMember.person_id == viewer.id, RoomMember.standing.in_(LIVE), other_visible(viewer))
    if not accounts.is_member(viewer):
        rooms = rooms.where(Room.kind.not_in(rules.OPEN_KINDS | rules.HELD_KINDS))
    if room is not None:
        rooms = rooms.where(Room.id == room.id)
    newest = (db.session.scalar(select(func.max(Message.id))) or 0) - LOOKED_AT
    query = select(Message).where(Message.room_id.in_(rooms), Message.deleted_at.is_(None), Message.id > newest)
    query = query.where(visible_to(viewer, Message.sender_id), and_(*map(_has, words)))
    query = query.options(joinedload(Message.room)).order_by(Message.id.desc()).limit(MOST_FOUND)
    return [Found(message, piece(text.plain(message.text, 4000), words)) for message in db.session.scalars(query)]


def _has(word: str) -> ColumnElement[bool]:
    """PostgreSQL folds all alphabets; SQLite's LIKE only plain Latin letters, so it is given the usual spellings."""
    if not is_sqlite():
        return Message.text.icontains(word, autoescape=True)
    spellings = dict.fromkeys((word, word.lower(), word.upper(), word.capitalize()))
    return or_(*(Message.text.contains(each, autoescape=True) for each in spellings))


def piece(said: str, words: Iterable[str]) -> list[tuple[str, bool]]:
    """The part of a text around the first word found, cut into what is one of the words and what is not."""
    pattern = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))), re.IGNORECASE)
    first = pattern.search(said)
    start = max(0, (first.start() if first else 0) - AROUND)
    end = min(len(said), (first.end() if first else 0) + 2 * AROUND)
    part = ("…" if start else "") + said[start:end] + ("…" if end < len(said) else "")
    found, at = [], 0
    for match in pattern.finditer(part):
        found += [(part[at : match.start()], False), (match[0], True)]
        at = match.end()
    return [each for each in [*found, (part[at:], False)] if each[0]]
