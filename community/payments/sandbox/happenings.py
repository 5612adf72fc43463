"""The page of what happened: requests, events and their webhook attempts, newest first."""

import json
from datetime import UTC, datetime

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from . import deliveries, meddling
from .pages import Pages
from .store import Store

PER_PAGE = 50


def _when(moment: int | None) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S") if moment else ""


def _page(request: Request) -> int:
    asked = request.args.get("page", "1")
    return max(1, int(asked)) if asked.isdigit() and len(asked) < 6 else 1


def show(pages: Pages, store: Store, request: Request, base: str) -> Response:
    """Show one page of events with their attempts, and of requests."""
    number = _page(request)
    skip = (number - 1) * PER_PAGE
    with store.read() as tx:
        found = tx.rows(
            "SELECT id, label, created, account, body FROM objects WHERE kind = 'event'"
            " ORDER BY seq DESC LIMIT ? OFFSET ?",
            PER_PAGE + 1,
            skip,
        )
        events = [
            {
                "id": row["id"],
                "type": row["label"],
                "account": row["account"],
                "at": _when(row["created"]),
                "about": json.loads(row["body"])["data"]["object"].get("id", ""),
                "attempts": [
                    {**dict(one), "next": _when(one["due"])}
                    for one in tx.rows("SELECT * FROM attempts WHERE event = ? ORDER BY seq", row["id"])
                ],
            }
            for row in found[:PER_PAGE]
        ]
        asked = tx.rows("SELECT * FROM requests ORDER BY seq DESC LIMIT ? OFFSET ?", PER_PAGE + 1, skip)
        how, spoilt = meddling.webhooks(tx), [row["kind"] for row in tx.rows("SELECT kind FROM faults ORDER BY seq")]
    requests = [{**dict(row), "at": _when(row["at"])} for row in asked[:PER_PAGE]]
    more = max(len(found), len(asked)) > PER_PAGE
    return pages.render(
        "happenings.html",
        base=base,
        events=events,
        requests=requests,
        number=number,
        more=more,
        how=how,
        spoilt=spoilt,
    )


def resend(store: Store, base: str, event: str) -> Response:
    """Arm one more attempt of an event and go back to the page.

    Raises:
        ApiError: 404 when there is no such event.

    """
    with store.write() as tx:
        deliveries.resend(tx, event)
    return redirect(f"{base}/#{event}", 303)
