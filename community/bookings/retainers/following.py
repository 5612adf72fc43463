"""How a retainer follows its subscription. The retainer is locked."""

from typing import Any

from community.bookings.retainers import steps
from community.bookings.retainers.facts import (
    RetainerEnding,
    RetainerFailed,
    RetainerRecovered,
)
from community.bookings.retainers.models import LIVE, Retainer
from community.core.db import savepoint
from community.core.errors import Refused
from community.core.events import emit
from community.payments.billing import actions as billing
from community.payments.billing import queries as subscriptions
from community.payments.models import Subscription


def follow(retainer: Retainer, subscription: Subscription) -> None:
    """Stand as its subscription does. Twice is once."""
    status = subscription.status
    if retainer.state == "held" and status == "expired":
        steps.expire(retainer)
    elif retainer.state == "held" and status in {"active", "past_due"}:
        steps.start(retainer, "payment")
    elif retainer.state == "expired" and status in {"active", "past_due"}:
        _start_late(retainer, subscription)
    if retainer.state in LIVE:
        _follow_money(retainer, subscription)
        _follow_wish(retainer, subscription)
    if retainer.state in {*LIVE, "held"} and status == "ended":
        steps.end(retainer, subscription)


def _follow_money(retainer: Retainer, subscription: Subscription) -> None:
    if subscription.status == "past_due":
        asked = subscriptions.open_invoice(subscription.id)
        nth = asked.attempts if asked else 1
        told = sum(event.step == "fail" and event.detail.get("invoice") == _id(asked) for event in retainer.log)
        if retainer.state == "active" or told < nth:
            retainer.state = "past_due"
            steps.log(retainer, "fail", "payment", invoice=_id(asked), nth=nth)
            emit(RetainerFailed(retainer.id, nth))
    elif subscription.status == "active" and retainer.state == "past_due":
        retainer.state = "active"
        steps.log(retainer, "recover", "payment")
        emit(RetainerRecovered(retainer.id))


def _id(asked: Any) -> int:
    return asked.id if asked else 0


def _follow_wish(retainer: Retainer, subscription: Subscription) -> None:
    wanted = subscription.ends_with_period
    if retainer.ends_with_period == wanted or subscription.status == "ended":
        return
    retainer.ends_with_period = wanted
    actor = retainer.ended_by or "moderator"
    step = "ending" if wanted else "going_on"
    event = steps.log(retainer, step, actor, by_id=retainer.ended_by_id, reason=retainer.reason if wanted else "")
    if not wanted:
        retainer.ended_by, retainer.ended_by_id, retainer.reason = None, None, ""
    emit(RetainerEnding(retainer.id, event.id, wanted))


def _start_late(retainer: Retainer, subscription: Subscription) -> None:
    """Paid after the place was given up: it begins if there still is one, else all of it goes back."""
    try:
        with savepoint():
            steps.take_place(retainer)
    except Refused:
        billing.end_now(subscription, zone=retainer.practice.zone, why="too_late", back="all")
        return
    steps.start(retainer, "payment")
