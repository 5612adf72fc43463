"""When a subscription comes round again, counted from its anchor so that the 31st stays the 31st."""

import calendar
from datetime import UTC, datetime, timedelta

from community.payments.sandbox.records import Json


def boundary(anchor: int, recurring: Json, number: int) -> int:
    """Return the start of the subscription's period `number`, seconds since 1970; 0 is the anchor itself.

    A month that lacks the anchor's day ends the period on its last day, as on Stripe.
    """
    first = datetime.fromtimestamp(anchor, UTC)
    steps = recurring["interval_count"] * number
    if recurring["interval"] in {"day", "week"}:
        days = steps * (7 if recurring["interval"] == "week" else 1)
        return int((first + timedelta(days=days)).timestamp())
    months = first.month - 1 + steps * (12 if recurring["interval"] == "year" else 1)
    year, month = first.year + months // 12, months % 12 + 1
    day = min(first.day, calendar.monthrange(year, month)[1])
    return int(first.replace(year=year, month=month, day=day).timestamp())
