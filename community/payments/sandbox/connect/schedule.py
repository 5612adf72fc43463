"""When a connected account is paid out by itself: daily at midnight, UTC, unless its schedule is manual."""

from community.payments.sandbox.records import Json

DAY = 24 * 3600


def next_payout(account: Json, now: int) -> int | None:
    """Return when an account is next paid out by itself, seconds since 1970; None when it is not."""
    daily = account["settings"]["payouts"]["schedule"]["interval"] == "daily"
    return (now // DAY + 1) * DAY if account["payouts_enabled"] and daily else None
