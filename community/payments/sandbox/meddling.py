"""What a person or a test does to the line: the next calls fail, webhooks come late, in any order, or never."""

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from .errors import ApiError
from .records import Tx
from .visit import Visit

# What the next call meets: nothing was done, nothing was done, done but not told, and done after a while.
CALLS = ("fails", "limited", "lost", "slow")
SLOW_SECONDS = 5.0
# How webhooks are posted: as they happen, in any order, a minute late, not until this is changed, never.
WEBHOOKS = ("prompt", "shuffled", "late", "held", "dropped")
LATE_SECONDS = 60


def arm(tx: Tx, fault: str) -> None:
    """Let one more call meet a fault, after those armed before.

    Raises:
        ValueError: none of `CALLS`.

    """
    if fault not in CALLS:
        raise ValueError(fault)
    tx.db.execute("INSERT INTO faults (kind) VALUES (?)", (fault,))


def armed(tx: Tx) -> bool:
    """Whether the next call meets a fault."""
    return bool(tx.rows("SELECT 1 FROM faults LIMIT 1"))


def take(tx: Tx) -> str | None:
    """Use the next fault up."""
    rows = tx.rows("SELECT seq, kind FROM faults ORDER BY seq LIMIT 1")
    if not rows:
        return None
    tx.db.execute("DELETE FROM faults WHERE seq = ?", (rows[0]["seq"],))
    return str(rows[0]["kind"])


def refusal(fault: str | None) -> ApiError | None:
    """Return what a call answers that is not run at all."""
    if fault == "fails":
        message = "Sorry! The sandbox was asked to fail this call. Nothing was done."
        return ApiError(message, status=500, kind="api_error", stored=False)
    if fault == "limited":
        message = "Request rate limit exceeded. The sandbox was asked to refuse this call."
        return ApiError(message, status=429, code="rate_limit", stored=False)
    return None


def lose(fault: str | None) -> None:
    """Answer a call that has run as if it had not.

    Raises:
        ApiError: when that is what it was to meet.

    """
    if fault == "lost":
        raise ApiError("The sandbox was asked to lose this answer. It was done.", status=500, kind="api_error")


def set_webhooks(tx: Tx, how: str) -> None:
    """Post webhooks so from here on.

    Raises:
        ValueError: none of `WEBHOOKS`.

    """
    if how not in WEBHOOKS:
        raise ValueError(how)
    tx.db.execute("INSERT OR REPLACE INTO settings (name, value) VALUES ('webhooks', ?)", (how,))


def webhooks(tx: Tx) -> str:
    """Return how webhooks are posted."""
    rows = tx.rows("SELECT value FROM settings WHERE name = 'webhooks'")
    return str(rows[0]["value"]) if rows else "prompt"


def next_call(visit: Visit) -> Response:
    """Take the button that spoils the next call."""
    fault = visit.request.form.get("fault", "")
    if fault in CALLS:
        with visit.store.write() as tx:
            arm(tx, fault)
    return redirect(f"{visit.base}/", 303)


def choose(visit: Visit) -> Response:
    """Take the button that says how webhooks are posted."""
    how = visit.request.form.get("how", "")
    if how in WEBHOOKS:
        with visit.store.write() as tx:
            set_webhooks(tx, how)
    return redirect(f"{visit.base}/", 303)
