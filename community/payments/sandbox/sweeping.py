"""What changes by itself once the clock says so."""

from collections.abc import Callable

from . import checkouts, intents
from .funds import disputes, payouts, refunds, schedule
from .records import Json, Tx
from .store import Store

DUE: dict[str, Callable[[Tx, Json], object]] = {
    "account": schedule.run,
    "checkout.session": checkouts.end,
    "dispute": disputes.lapse,
    "payment_intent": intents.lapse,
    "payout": payouts.arrive,
    "refund": refunds.settle,
}
NEXT = "SELECT id, account FROM objects WHERE due IS NOT NULL AND due <= ? AND clock IS NULL ORDER BY due, seq LIMIT 1"


def sweep(store: Store) -> None:
    """End what the clock has ended before anything looks at it."""
    with store.read() as tx:
        due = bool(tx.rows(NEXT, tx.now))
    if due:
        with store.write() as tx:
            end_due(tx)


def end_due(tx: Tx) -> None:
    """Let everything happen that is due, the oldest first; what that makes due comes at its turn."""
    while rows := tx.rows(NEXT, tx.now):
        theirs = tx.on(rows[0]["account"])
        body = theirs.any(rows[0]["id"])
        if body is not None:
            DUE[body["object"]](theirs, body)
