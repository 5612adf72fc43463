"""Refunds by policy, as values."""

from datetime import UTC, datetime, timedelta

import pytest

from community.bookings import rules

pytestmark = pytest.mark.once

TIERS = {
    "flexible": [[1440, 100], [120, 50]],
    "moderate": [[7200, 100], [1440, 50]],
    "strict": [[10080, 50]],
}
START = datetime(2026, 12, 3, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("policy", "ahead", "back"),
    [
        ("flexible", timedelta(hours=24), 9975),
        ("flexible", timedelta(hours=24) - timedelta(seconds=1), 4988),
        ("flexible", timedelta(hours=2), 4988),
        ("flexible", timedelta(hours=2) - timedelta(seconds=1), 0),
        ("moderate", timedelta(days=5), 9975),
        ("moderate", timedelta(days=2), 4988),
        ("moderate", timedelta(hours=23), 0),
        ("strict", timedelta(days=8), 4988),
        ("strict", timedelta(days=6), 0),
    ],
)
def test_by_policy(policy, ahead, back):
    found = rules.refund_amount(
        tiers=TIERS[policy], paid=9975, first_start=START, booked_at=START - timedelta(days=30), now=START - ahead
    )
    assert found == back


def test_within_half_an_hour_of_booking_all_of_it():
    now = START - timedelta(hours=2)
    early = {"tiers": TIERS["strict"], "paid": 9975, "first_start": START, "now": now}
    assert rules.refund_amount(booked_at=now - timedelta(minutes=30), **early) == 9975
    assert rules.refund_amount(booked_at=now - timedelta(minutes=31), **early) == 0
    late = early | {"now": now + timedelta(seconds=1)}
    assert rules.refund_amount(booked_at=now, **late) == 0
