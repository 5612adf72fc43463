"""What is looked at before a message is written into a room that stands open: haste, links of newcomers, words."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ScalarSelect, func, or_, select

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.rooms import rules as room_rules
from community.rooms.hosting import bars, rules
from community.rooms.hosting.models import WordRule
from community.rooms.models import Message, Room

Words = list[tuple[str, str, str]]  # folded, as typed, action

# What this process knows of a room's words: which version they are, and they.
_known: dict[int, tuple[int, Words]] = {}


class HeldError(Refused):
    """It has a word on it that a host looks at first: whoever writes keeps it (`holding.keep`) and tells the writer."""

    def __init__(self, word: str) -> None:
        self.word = word
        super().__init__(
            "held", _("A host looks at it first, because of “%(word)s”. It appears once they say yes.", word=word)
        )


def version(room_id: object) -> ScalarSelect[int]:
    """A number that is another one once the room's or the site's words changed; 0 without any."""
    query = select(func.coalesce(func.max(WordRule.id), 0) * 1000 + func.count()).select_from(WordRule)
    return query.where(or_(WordRule.room_id.is_(None), WordRule.room_id == room_id)).scalar_subquery()


def is_fine(room_id: int, number: int, text: str) -> bool:
    """True when a text meets none of the words in version `number` of a room's list, as far as this process knows it.

    Only for the usual message: no other question is asked.
    """
    if not number:
        return True
    known = _known.get(room_id)
    return known is not None and known[0] == number and rules.first_match(text, known[1]) is None


def words_of(room_id: int | None) -> Words:
    """The words of a room and of the site."""
    number = db.session.scalar(select(version(room_id))) or 0
    query = select(WordRule).where(or_(WordRule.room_id.is_(None), WordRule.room_id == room_id)).order_by(WordRule.id)
    found = [(each.folded, each.word, each.action) for each in db.session.scalars(query)] if number else []
    if room_id is not None:
        _known[room_id] = (number, found)
    return found


def check(room: Room, text: str, by: Person) -> None:
    """Raise `Refused` ("slow", "new_links", "words") or `HeldError` for what `by` may not write here now."""
    if room.kind not in room_rules.OPEN_KINDS or bars.powers(by, room) is not None:
        return
    check_haste(room, by)
    check_links(text, by)
    match = rules.first_match(text, words_of(room.id))
    if match is not None and match[1] == "hold":
        raise HeldError(match[0])
    _refuse(match)


def check_words(text: str, room_id: int | None = None) -> None:
    """Raise `Refused("words")` for a text that can't be held: an edit, a goal, a win, a first message."""
    _refuse(rules.first_match(text, words_of(room_id)))


def check_again(room: Room, text: str, by: Person) -> None:
    """The same for other words of a message that stands already."""
    if room.kind in room_rules.OPEN_KINDS and bars.powers(by, room) is None:
        check_links(text, by)
        check_words(text, room.id)


def _refuse(match: tuple[str, str] | None) -> None:
    if match is not None:
        said = _("“%(word)s” is not wanted here. Please say it in other words.", word=match[0])
        raise Refused("words", said, 422)


def check_haste(room: Room, by: Person) -> None:
    """Refuse who wrote a moment ago, in a room that is slowed down. `wait` are the seconds left."""
    left = rules.wait(_last(room, by), room.slow_seconds, clock.now()) if room.slow_seconds else 0
    if left:
        said = ngettext(
            "This room is slowed down. You can write again in %(num)s second.",
            "This room is slowed down. You can write again in %(num)s seconds.",
            left,
        )
        raise Refused("slow", said, 409, {"wait": left})


def _last(room: Room, by: Person) -> datetime | None:
    query = select(func.max(Message.seq)).where(Message.room_id == room.id, Message.sender_id == by.id)
    newest = select(Message.created_at).where(Message.room_id == room.id, Message.seq == query.scalar_subquery())
    return db.session.scalar(newest)


def check_links(text: str, by: Person) -> None:
    """Refuse the links of somebody who is new: most who come to advertise leave before they are not."""
    if not room_rules.has_link(text):
        return
    membership = accounts.membership(by)
    query = select(func.count()).select_from(Message).join(Room, Room.id == Message.room_id)
    query = query.where(Message.sender_id == by.id, Room.kind.in_(room_rules.OPEN_KINDS), Message.deleted_at.is_(None))
    said = db.session.scalar(query) or 0
    if rules.is_newcomer(membership.since if membership else None, said, clock.now()):
        told = _("You are new here: links wait for three days and five messages. Say it without the link for now.")
        raise Refused("new_links", told, 422)
