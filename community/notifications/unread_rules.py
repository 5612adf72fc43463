"""When unread words are mailed: after five minutes away, then at most hourly."""

from datetime import datetime, timedelta

AWAY = timedelta(minutes=5)
AGAIN = timedelta(hours=1)


def mail_at(*, said_at: datetime, active_at: datetime | None, mailed_at: datetime | None) -> datetime:
    """The earliest instant at which words said at `said_at` are mailed to somebody last active at `active_at`."""
    soonest = said_at + AWAY
    if active_at is not None:
        soonest = max(soonest, active_at + AWAY)
    if mailed_at is not None:
        soonest = max(soonest, mailed_at + AGAIN)
    return soonest
