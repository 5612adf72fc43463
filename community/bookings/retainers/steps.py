"""What happens to a retainer, each change with its line in the log. The retainer is locked."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from community.accounts import actions as accounts
from community.accounts.models import Person
from community.availability import actions as availability
from community.bookings.retainers.facts import (
    RetainerEnded,
    RetainerStarted,
)
from community.bookings.retainers.models import LIVE, Retainer, RetainerEvent
from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.core.events import emit
from community.payments.billing import queries as subscriptions
from community.payments.models import Subscription

AS_GOOD_AS_EVER = timedelta(days=3653)  # a retainer has no last day: its client's place is taken for ten years


def owner(retainer: Retainer) -> str:
    """How its client's place is signed."""
    return f"retainer:{retainer.id}"


def take_place(made: Retainer) -> None:
    """A client's place of its practice is taken. Raises `Refused("places_full")`."""
    today = clock.now().astimezone(ZoneInfo(made.practice.zone)).date()
    try:
        availability.take_place(
            practice_id=made.practice_id, owner=owner(made), first=today, last=today + AS_GOOD_AS_EVER
        )
    except availability.PlacesFull as full:
        text = _("All places are taken at the moment. Ask the practice when one becomes free.")
        raise Refused("places_full", text) from full


def start(retainer: Retainer, actor: str) -> None:
    """It begins; its client has an account from here on."""
    order = retainer.order
    if order.client_id is None:
        person = accounts.client_account(
            email=order.client_email, name=order.client_name, zone=retainer.zone, locale=order.locale
        )
        order.client_id = person.id
    retainer.state, retainer.started_at = "active", clock.now()
    log(retainer, "start", actor)
    emit(RetainerStarted(retainer.id))


def expire(retainer: Retainer) -> None:
    """It was not paid for: its place is free."""
    retainer.state = "expired"
    availability.free_place(owner(retainer))
    log(retainer, "expire", "payment")


def end(retainer: Retainer, subscription: Subscription | None) -> None:
    """It is over, and its place is free."""
    unpaid = subscription is not None and subscription.failure == "payment_failed"
    actor = "payment" if unpaid else retainer.ended_by or "moderator"
    begun = retainer.state in LIVE
    retainer.state, retainer.ended_at = "ended", (subscription.ended_at if subscription else None) or clock.now()
    retainer.ended_by = actor
    availability.free_place(owner(retainer))
    back = sum(refund.amount for refund in _refunds_now(subscription))
    log(retainer, "end", actor, by_id=retainer.ended_by_id, reason=retainer.reason, back=back)
    if begun:
        emit(RetainerEnded(retainer.id))


def _refunds_now(subscription: Subscription | None) -> list[Any]:
    """What goes back because it ended."""
    if subscription is None or not (subscription.failure or "").startswith("ended by"):
        return []
    pairs = subscriptions.payments_of(subscription.id)
    return [one for _row, payment in pairs for one in payment.refunds if one.reason == subscription.failure]


def log(retainer: Retainer, step: str, actor: str, by: Person | None = None, **detail: Any) -> RetainerEvent:
    """One line of its log."""
    by_id = detail.pop("by_id", None) or (by.id if by else None)
    event = RetainerEvent(step=step, actor=actor, actor_id=by_id, at=clock.now(), detail=detail)
    retainer.log.append(event)
    db.session.flush()
    return event
