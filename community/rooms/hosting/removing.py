"""Another's message, taken away by a host or staff: the reason and the words stay in the log."""

from flask_babel import gettext as _

from community.accounts.models import Person
from community.accounts.safety import log
from community.core.errors import Refused
from community.rooms.hosting import rules
from community.rooms.models import Message


def note(message: Message, reason: str, *, by: Person) -> None:
    """Write down why, and what it said. Raises `Refused("reason")` without one."""
    kept = " ".join(reason.split())[: rules.MOST_REASON]
    if not kept:
        raise Refused("reason", _("Say why it goes, in a few words. They stand in the log."), 422)
    subject, said = f"room:{message.room_id}", message.text
    log.note(
        "room_deleted", by=by, about=message.sender_id, subject=subject, reason=kept, text=said, message=message.id
    )
