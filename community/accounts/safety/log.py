"""The log of what was done. It is written with what it tells of, and the database refuses to change it."""

from datetime import datetime
from typing import Any

from community.accounts.models import Person
from community.accounts.safety.models import ModerationEntry
from community.core.db import db

# What there is to filter by: of the site, then of rooms.
WHAT = (
    *("taken", "noted", "nothing", "warned", "mute", "suspend", "ban", "ended", "lifted"),
    *("appealed", "appeal_granted", "appeal_refused", "membership", "duty", "site_words"),
    *("room_mute", "room_ban", "room_remove", "room_lifted", "room_deleted", "room_slow", "room_words"),
    *("room_held", "room_passed", "room_dropped", "room_host"),
)


def note(
    what: str,
    *,
    by: Person | None,
    about: int | None = None,
    subject: str = "",
    reason: str = "",
    until: datetime | None = None,
    **detail: Any,
) -> ModerationEntry:
    """Write down what was done; `by` is None where the clock did it, `about` a person's id."""
    if what not in WHAT:
        raise ValueError(what)
    entry = ModerationEntry(
        by_id=by.id if by else None, what=what, person_id=about, subject=subject, reason=reason, until=until
    )
    entry.detail = detail
    db.session.add(entry)
    return entry
