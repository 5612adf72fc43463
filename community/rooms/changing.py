"""Changing what was said: other words, signs under it, and pins. Each takes the room's next `seq`."""

from flask_babel import gettext as _
from sqlalchemy import func, select

from community.accounts.models import Person
from community.accounts.safety import evidence
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound, Refused
from community.core.events import emit
from community.rooms import log, mentions, queries, rules
from community.rooms.facts import MessageChanged
from community.rooms.hosting import screening
from community.rooms.models import Message, MessageEdit, Reaction


def _check_there(message: Message) -> None:
    if message.deleted_at is not None:
        raise Refused("gone", _("This message was deleted meanwhile."), 409)


def _take(message: Message) -> int:
    """The next number, with the message as it stands now that nobody else can change it."""
    seq, _count = log.take_seq(message.room)
    db.session.refresh(message)
    _check_there(message)
    return seq


def edit(message: Message, text: str, *, by: Person) -> None:
    """Give a message other words; the earlier ones are kept. Its writer's right. The same words again are nothing.

    Raises `Refused` as writing does, `gone` when it was deleted meanwhile; `NotFound` when it is another's.
    """
    if message.sender_id != by.id:
        raise NotFound
    _check_there(message)
    kept = rules.clean(text)
    log.check_text(kept, message.client_id, has_files=bool(message.files))
    if log.check_writer(message.room, by):
        log.check_request(kept, has_files=bool(message.files))
    screening.check_again(message.room, kept, by)
    if kept == message.text:
        return
    if len(message.edits) >= rules.MOST_EDITS:
        raise Refused("many_edits", _("You have changed this message fifty times. Please write a new one."), 409)
    seq = _take(message)
    at = clock.now()
    message.edits.append(MessageEdit(text=message.text, at=at))
    message.text, message.edited_at = kept, at
    evidence.follow(f"message:{message.id}", "edited", kept, by=by)
    mentions.renew(message, by)
    log.touch(message, seq, quoted=True)
    emit(MessageChanged(message.id))


def react(message: Message, sign: str, *, on: bool, by: Person) -> None:
    """Set one of `rules.SIGNS` under a message, or take one's own away. Twice is once."""
    if sign not in rules.SIGNS:
        raise Refused("sign", _("Please choose a sign from the list."), 422)
    _check_there(message)
    log.check_talker(message.room, by)
    mine = select(Reaction).where(Reaction.message_id == message.id, Reaction.person_id == by.id, Reaction.sign == sign)
    if (db.session.scalar(mine) is not None) == on:
        return
    different = {each.sign for each in message.reactions} | {sign}
    if on and len(different) > rules.MOST_SIGNS:
        raise Refused("many_signs", _("There are enough different signs here. Please use one of them."), 409)
    seq = _take(message)
    found = db.session.scalar(mine)
    if on and found is None:
        message.reactions.append(Reaction(person_id=by.id, sign=sign))
    elif not on and found is not None:
        message.reactions.remove(found)
    log.touch(message, seq)
    emit(MessageChanged(message.id))


def pin(message: Message, *, on: bool, by: Person) -> None:
    """Put a message where everybody in the room finds it, or take it down: a host's right, in a conversation both's.

    Raises `NotFound` for others. Twice is once.
    """
    _check_there(message)
    if not queries.may_pin(by, message.room):
        raise NotFound
    log.check_talker(message.room, by)
    if (message.pinned_at is not None) == on:
        return
    seq = _take(message)
    pinned = select(func.count()).select_from(Message)
    pinned = pinned.where(Message.room_id == message.room_id, Message.pinned_at.is_not(None))
    if on and (db.session.scalar(pinned) or 0) >= rules.MOST_PINS:
        raise Refused("many_pins", _("Twenty messages are pinned already. Please take one down first."), 409)
    message.pinned_at = clock.now() if on else None
    log.touch(message, seq)
    emit(MessageChanged(message.id))
