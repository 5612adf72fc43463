"""Previews follow what is said. A link is looked at by a worker, outside of any transaction."""

from dataclasses import asdict

from community.core.db import db, release, writing
from community.core.events import after, emit, on
from community.core.site import settings
from community.rooms import log
from community.rooms.facts import MessageChanged, MessageSaid
from community.rooms.models import Message
from community.rooms.previews import gateway, rules
from community.rooms.previews.facts import PreviewWanted


@on(MessageSaid)
def want_preview(fact: MessageSaid) -> None:
    """Of what is new; what was written the short way holds no link."""
    if not fact.told:
        _want(fact.message_id)


@on(MessageChanged)
def want_another(fact: MessageChanged) -> None:
    """Other words may hold another link."""
    _want(fact.message_id)


def _want(message_id: int) -> None:
    if not settings().link_previews:
        return
    message = db.session.get(Message, message_id)
    url = rules.first_link(message.text, settings().base_url) if message is not None else None
    if message is not None and url and (message.preview or {}).get("url") != url:
        emit(PreviewWanted(message_id, url))


@after(PreviewWanted)
def look(fact: PreviewWanted) -> None:
    """Look, and show it with the message if that still says so. What can't be shown is not asked for again."""
    release()
    page = gateway.look(fact.url)
    with writing():
        message = db.session.get(Message, fact.message_id)
        if message is None or rules.first_link(message.text, settings().base_url) != fact.url:
            return
        if page is None:
            message.preview = {"url": fact.url}
            return
        seq, _count = log.take_seq(message.room)
        db.session.refresh(message)
        if message.deleted_at is None:
            message.preview = {"url": fact.url, **asdict(page)}
            log.touch(message, seq)
            emit(MessageChanged(message.id))
