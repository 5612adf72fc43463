"""Telling people by mail of words they have not read."""

from community.accounts import queries as accounts
from community.core import clock
from community.core.events import emit
from community.core.mail import write_mail
from community.notifications import unread_queries, unread_rules
from community.notifications.facts import UnreadWaits
from community.notifications.quieting import held_back_until
from community.rooms import queries as rooms
from community.rooms import rules

MOST_SHOWN = 5


def arm(message_id: int) -> None:
    """Look again in five minutes whether those have read a message who are told of it: everybody in a direct or
    booking room, elsewhere those whom it calls.
    """
    message = rooms.message(message_id)
    if message.room.kind in rules.INBOX_KINDS or message.mentions:
        for person_id in unread_queries.receivers(message):
            emit(UnreadWaits(message.room_id, person_id), due=clock.now() + unread_rules.AWAY)


def tell(room_id: int, person_id: int) -> bool:
    """Mail what is still unread, if it is time; else look again when it is. True when a mail was written.

    A second call with nothing new since the last mail writes none.
    """
    member = unread_queries.locked_member(room_id, person_id)
    if member is None or member.standing not in rooms.LIVE:
        return False
    found = unread_queries.untold(member)
    if not found or accounts.sanction(member.person, "suspend", "ban") is not None:
        return False
    due = unread_rules.mail_at(
        said_at=found[0].created_at,
        active_at=unread_queries.last_active(member.person),
        mailed_at=member.mailed_at,
    )
    due = max(due, held_back_until(member.person, clock.now()) or due)
    if due > clock.now():
        emit(UnreadWaits(room_id, person_id), due=due)
        return False
    member.mailed_at = clock.now()
    write_mail(
        member.person.email,
        "unread",
        locale=member.person.locale,
        person=member.person,
        sender=found[-1].sender,
        asked=member.standing == "request",
        room=member.room,
        messages=found[-MOST_SHOWN:],
        count=len(found),
    )
    return True
