"""Which day it is where a practice works."""

from datetime import date
from zoneinfo import ZoneInfo

from community.core import clock
from community.profiles.models import Practice


def today_of(practice: Practice) -> date:
    """The day in its zone."""
    return clock.now().astimezone(ZoneInfo(practice.zone)).date()
