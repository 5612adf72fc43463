"""What changes by itself once the clock says so."""

from collections.abc import Callable
from dataclasses import replace

from . import checkouts, intents
from .billing import invoices, subscriptions
from .funds import disputes, payouts, refunds, schedule
from .records import Json, Tx
from .store import Store

DUE: dict[str, Callable[[Tx, Json], object]] = {
    "account": schedule.run,
    "checkout.session": checkouts.end,
    "dispute": disputes.lapse,
    "invoice": invoices.advance,
    "payment_intent": intents.lapse,
    "payout": payouts.arrive,
    "refund": refunds.settle,
    "subscription": subscriptions.renew,
}
# These happen at the time they were due, however late the sandbox looks.
TIMED = frozenset({"invoice", "subscription"})
NEXT = (
    "SELECT id, kind, account, due FROM objects WHERE due IS NOT NULL AND due <= ? AND clock IS ?"
    " ORDER BY due, seq LIMIT 1"
)


def sweep(store: Store) -> None:
    """End what the clock has ended before anything looks at it."""
    with store.read() as tx:
        due = bool(tx.rows(NEXT, tx.now, None))
    if due:
        with store.write() as tx:
            end_due(tx)


def end_due(tx: Tx, clock: str | None = None) -> None:
    """Let everything happen that is due, the oldest first; what that makes due comes at its turn.

    Args:
        tx: Its time says what is due.
        clock: Only what is on this test clock; what is on none when None.

    """
    while rows := tx.rows(NEXT, tx.now, clock):
        row = rows[0]
        theirs = tx.on(row["account"])
        if row["kind"] in TIMED:
            theirs = replace(theirs, now=row["due"])
        body = theirs.any(row["id"])
        if body is not None:
            DUE[row["kind"]](theirs, body)
