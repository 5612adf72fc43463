"""What people may say of how they are, from values alone."""

from datetime import datetime, timedelta

STATES = ("focus", "break", "away", "dnd")
MINUTES = (30, 60, 120, 240, 480)
CALL_MINUTES = (30, 60, 120)
CALL = timedelta(minutes=15)  # how long a quick call is, and how long one waits for its yes
MOST_ASKED = "6 per hour"


def state_at(state: str, until: datetime | None, at: datetime) -> str:
    """The state that holds at `at`: none once its end is past."""
    return state if state and (until is None or until > at) else ""


def is_open(call_until: datetime | None, state: str, at: datetime) -> bool:
    """True while somebody can be asked for a call: they said so, and did not say since that they want quiet."""
    return call_until is not None and call_until > at and state not in {"dnd", "away"}


def call_state(at: datetime, *, expires_at: datetime, agreed_at: datetime | None, declined_at: datetime | None) -> str:
    """Where a call stands: asked, agreed, over, declined or lapsed."""
    if agreed_at is not None:
        return "agreed" if at < agreed_at + CALL else "over"
    if declined_at is not None:
        return "declined"
    return "asked" if at < expires_at else "lapsed"
