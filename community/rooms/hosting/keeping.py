"""The rules of a room and of the site: how slow, and which words. Their own hosts', and staff's for the site."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select

from community.accounts.models import Person
from community.accounts.safety import log
from community.core.db import db
from community.core.errors import NotFound, Refused
from community.core.realtime import push
from community.rooms import rules as room_rules
from community.rooms.hosting import bars, rules
from community.rooms.hosting.models import WordRule
from community.rooms.models import Room


def slow_down(room: Room, seconds: int, *, by: Person) -> None:
    """Let everybody but hosts write once in `seconds` only; 0 ends it. Who hosts the session that runs may too."""
    if bars.powers(by, room) is None or seconds not in rules.SLOW:
        raise NotFound
    if room.slow_seconds == seconds:
        return
    room.slow_seconds = seconds
    log.note("room_slow", by=by, subject=f"room:{room.id}", seconds=seconds)
    push(room_rules.channel(room.id), "slow", {"room": room.ref, "seconds": seconds})


def words(viewer: Person, room: Room | None) -> Sequence[WordRule]:
    """The words of a room for its hosts, or of the site (no room) for staff."""
    _check(viewer, room)
    query = select(WordRule).where(_of(room)).order_by(WordRule.folded)
    return db.session.scalars(query).all()


def _of(room: Room | None) -> ColumnElement[bool]:
    return WordRule.room_id.is_(None) if room is None else WordRule.room_id == room.id


def _check(by: Person, room: Room | None) -> None:
    if room is None:
        if not by.is_staff:
            raise NotFound
        return
    mine = bars.powers(by, room)
    if mine is None or not mine.is_full:
        raise NotFound


def add_word(room: Room | None, word: str, *, action: str, by: Person) -> None:
    """Put a word on the list: "refuse" it, or "hold" what has it. The same word again changes what is done.

    Raises `Refused`: "word" when it holds no letters or too many, "many".
    """
    _check(by, room)
    typed, folded = " ".join(word.split()), rules.folded_words(word)
    if not folded or len(typed) > rules.MOST_LETTERS or action not in {"refuse", "hold"}:
        raise Refused("word", _("Type one word, or a few, with letters in it."), 422)
    known = db.session.scalar(select(WordRule).where(_of(room), WordRule.folded == folded))
    if known is not None:
        db.session.delete(known)  # a new number tells other processes
        db.session.flush()
    elif (db.session.scalar(select(func.count()).select_from(WordRule).where(_of(room))) or 0) >= rules.MOST_WORDS:
        raise Refused("many", _("Two hundred words are on the list. Take some off first."), 409)
    db.session.add(WordRule(room_id=room.id if room else None, word=typed, folded=folded, action=action, by_id=by.id))
    _note(room, by, word=typed, action=action)


def drop_word(word_id: int, *, by: Person) -> Room | None:
    """Take a word off the list; gives its room, None for the site's."""
    found = db.session.get(WordRule, word_id)
    if found is None:
        raise NotFound
    room = db.session.get(Room, found.room_id) if found.room_id else None
    _check(by, room)
    _note(room, by, word=found.word, action="")
    db.session.delete(found)
    return room


def _note(room: Room | None, by: Person, **detail: Any) -> None:
    if room is None:
        log.note("site_words", by=by, **detail)
    else:
        log.note("room_words", by=by, subject=f"room:{room.id}", **detail)
