"""Test clocks: a time of their own for the customers made on them. https://docs.stripe.com/billing/testing/test-clocks."""

from dataclasses import replace

from community.payments.sandbox.records import Tx

KIND = "test_helpers.test_clock"


def on(tx: Tx, clock: str | None) -> Tx:
    """Return the same transaction at the clock's time; at the sandbox's own where there is none."""
    return replace(tx, now=tx.get(KIND, clock)["frozen_time"]) if clock else tx
