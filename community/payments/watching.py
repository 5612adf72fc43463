"""Stripe held against what we know: events that no webhook brought, and balance transactions that the ledger lacks."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog

from community.core import clock
from community.core.db import db, release, writing
from community.core.site import settings
from community.payments import actions, adopting, collecting, findings, left_over
from community.payments.charge_types import Direct
from community.payments.models import Watermark
from community.payments.terms import BalanceEntry

log = structlog.get_logger(__name__)

OVERLAP = timedelta(minutes=10)  # Stripe shows an event a little after it happened
KEPT = timedelta(days=29)  # how far back Stripe has events
SETTLED = timedelta(hours=1)  # our own writing may be so far behind


def listen() -> int:
    """Store every event that no webhook brought, of our account and, where charges are made on them, of the payees'; a
    delivery applies each. Returns how many there were. Raises `GatewayUnavailable`.
    """
    found = _listen_to(None)
    if settings().money_mode == "direct":
        accounts = left_over.accounts_with_charges()
        release()
        for account in accounts:
            found += _listen_to(account)
    return found


def _listen_to(account: str | None) -> int:
    name, begun = f"events:{account or ''}", clock.now()
    since = _mark(name, begun - KEPT)
    line = collecting.gateway()
    events = (line.on(Direct(account)) if account else line).events_since(since)
    known = left_over.events_known([event.id for event in events])
    release()
    missed = [event for event in events if event.id not in known]
    with writing():
        for event in missed:
            actions.receive(event, dict(event.about))
        _set_mark(name, begun - OVERLAP)
    if missed:
        log.info("events_polled", account=account, missed=len(missed))
    return len(missed)


def _mark(name: str, otherwise: datetime) -> datetime:
    row = db.session.get(Watermark, name)
    at = row.at if row else otherwise
    release()
    return max(at, otherwise)


def _set_mark(name: str, at: datetime) -> None:
    row = db.session.get(Watermark, name)
    if row is None:
        db.session.add(Watermark(name=name, at=at))
    else:
        row.at = max(row.at, at)


def compare() -> int:
    """Hold our own balance at Stripe against the ledger since the last time. Returns how many findings are open.
    Raises `GatewayUnavailable`.
    """
    begun = clock.now()
    since = _mark("balance", begun - KEPT) - SETTLED
    entries = collecting.gateway().balance_since(since)
    adopting.entries(entries)
    with writing():
        _compare(entries, since, begun - SETTLED)
        _set_mark("balance", begun)
        return findings.count_open()


def _compare(entries: Iterable[BalanceEntry], since: datetime, until: datetime) -> None:
    seen: set[str] = set()
    for entry in entries:
        seen.add(entry.id)
        known = findings.ours(entry)
        if known is None:
            if entry.created <= until:
                findings.note("missing_here", entry.id, found=entry.net, currency=entry.currency, detail=_of(entry))
            continue
        subject, net = known
        if net != entry.net:
            findings.note(
                "amount", entry.id, subject=subject, expected=net, found=entry.net, currency=entry.currency,
                detail=_of(entry),
            )  # fmt: skip
        else:
            findings.gone(entry.id)
    for name, subject, net, currency in findings.posted_between(since, until):
        if name not in seen:
            findings.note("missing_there", name, subject=subject, expected=net, currency=currency)


def _of(entry: BalanceEntry) -> dict[str, object]:
    return {"type": entry.type, "source": entry.source, "amount": entry.amount, "fee": entry.fee}
