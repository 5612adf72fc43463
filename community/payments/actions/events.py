"""Stripe's events: stored before they are answered, applied once."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from community.core import clock
from community.core.db import db, is_sqlite
from community.core.events import emit
from community.payments.facts import WebhookReceived
from community.payments.models import StripeEvent
from community.payments.terms import EventEnvelope


def receive(event: EventEnvelope, payload: dict[str, object]) -> bool:
    """Store a verified event; False when it came before, be it at this moment to another process. Applied by a
    delivery.
    """
    insert = sqlite_insert if is_sqlite() else pg_insert
    values: dict[str, object] = {
        "event_id": event.id,
        "type": event.type,
        "object_id": event.object_id,
        "payload": payload,
    }
    values["account"] = event.account
    made = insert(StripeEvent).values(**values, received_at=clock.now())
    stored = made.on_conflict_do_nothing(index_elements=["event_id"]).returning(StripeEvent.id)
    row_id = db.session.scalar(stored)
    if row_id is None:
        return False
    emit(WebhookReceived(row_id))
    return True


def applied(stripe_event_id: int, at: datetime | None = None) -> None:
    """The event's object was fetched and everything it says is written."""
    row = db.session.get_one(StripeEvent, stripe_event_id)
    row.applied_at = row.applied_at or at or clock.now()
