"""Who is told what by mail."""

from community.core.db import writing
from community.core.events import after, on
from community.notifications import unread_actions
from community.notifications.facts import UnreadWaits
from community.rooms.facts import MessageSaid


@on(MessageSaid)
def arm_unread(fact: MessageSaid) -> None:
    """Look again in five minutes."""
    if not fact.in_the_open:  # there nobody is mailed
        unread_actions.arm(fact.message_id)


@after(UnreadWaits)
def mail_unread(fact: UnreadWaits) -> None:
    """Write, if it is still unread."""
    with writing():
        unread_actions.tell(fact.room_id, fact.person_id)
