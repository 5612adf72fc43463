"""Changing retainers. Lock order: practice, retainer, subscription, payment, ledger.

How one stands follows its subscription (`follow`); what somebody does about it goes to Stripe first, but for ending it
at once, which is ours to decide and is carried out at Stripe by a delivery.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from community.accounts import actions as accounts
from community.accounts.models import Person
from community.availability import actions as availability
from community.bookings.actions import clients, drafts
from community.bookings.actions.clients import Client
from community.bookings.retainers import queries
from community.bookings.retainers.facts import (
    RetainerEnded,
    RetainerEnding,
    RetainerFailed,
    RetainerRecovered,
    RetainerStarted,
)
from community.bookings.retainers.models import LIVE, Retainer, RetainerEvent
from community.core import clock
from community.core.db import db, savepoint
from community.core.errors import Refused
from community.core.events import emit
from community.core.ids import new_ref
from community.core.site import settings
from community.core.text import fold
from community.listings.models import Listing
from community.listings.pricing import terms_of
from community.payments import payees
from community.payments.billing import actions as billing
from community.payments.billing import queries as subscriptions
from community.payments.models import Subscription
from community.payments.queries import may_be_paid

AS_GOOD_AS_EVER = timedelta(days=3653)  # a retainer has no last day: its client's place is taken for ten years


def owner(retainer: Retainer) -> str:
    """How its client's place is signed."""
    return f"retainer:{retainer.id}"


def begin(listing: Listing, *, answers: Sequence[tuple[str, str]], client: Client) -> Retainer:
    """Take a client's place and open the monthly payment; where we take no money it begins at once.

    Raises `Refused`: "full", "places_full", "have_it", "not_open", "own_listing", "answers", "not_payable".
    """
    availability.lock_practices(listing.practice_id)
    clients.check(listing, client)
    _check_room(listing, client)
    made = _made(listing, client, answers)
    if made.mode != "off":
        _ask(made, listing)
    db.session.add(made)
    db.session.flush()
    _take_place(made)
    _log(made, "hold", "client", client.person)
    if made.mode == "off":
        _start(made, "client")
    return made


def _check_room(listing: Listing, client: Client) -> None:
    if not listing.price:
        raise Refused("not_open", _("This can't be booked at the moment. Ask the practice."))
    had = queries.had_by(listing.id, email=fold(client.email), browser=client.browser)
    if had is not None:
        if had.state == "held" and had.order.browser == client.browser:
            text = _("You have begun this already: the payment page is open. Go on there, or let it go first.")
            raise Refused("have_it", text, 409, {"retainer": had.ref})
        raise Refused("have_it", _("There is one under this address already. You find it among your bookings."))
    if listing.clients_most is not None and queries.taken(listing.id) >= listing.clients_most:
        raise Refused("full", _("All places are taken at the moment. Ask the practice when one becomes free."))


def _take_place(made: Retainer) -> None:
    today = clock.now().astimezone(ZoneInfo(made.practice.zone)).date()
    try:
        availability.take_place(
            practice_id=made.practice_id, owner=owner(made), first=today, last=today + AS_GOOD_AS_EVER
        )
    except availability.PlacesFull as full:
        text = _("All places are taken at the moment. Ask the practice when one becomes free.")
        raise Refused("places_full", text) from full


def _made(listing: Listing, client: Client, answers: Sequence[tuple[str, str]]) -> Retainer:
    price, terms = listing.price or 0, terms_of(listing, client.source)
    whole, on_top = terms.fee(price), terms.on_top(price)
    return Retainer(
        ref=new_ref("r"), order=clients.order_of(client), listing=listing, listing_id=listing.id,
        practice=listing.practice, practice_id=listing.practice_id, state="held", price=price, fee=on_top,
        commission=whole - on_top, total=price + on_top, currency=settings().currency, mode=settings().money_mode,
        source=client.source, title=listing.title, scope=listing.scope,
        answers=drafts.answers(listing, tuple(answers)), note=client.note, zone=client.zone,
    )  # fmt: skip


def _ask(made: Retainer, listing: Listing) -> None:
    payee = payees.of_practice(made.practice_id)
    if not may_be_paid(payee, made.mode):
        raise Refused("not_payable", _("This practice can't take payments yet. Ask them, or look for somebody else."))
    made.subscription = billing.open_subscription(
        subject=f"order:{made.order.ref}",
        payer=made.order.client_email,
        payee=payee,
        payee_name=listing.practice.name,
        amount=made.total,
        fee=made.fee + made.commission,
        fee_side="practice" if made.commission else "client",
        currency=made.currency,
        description=listing.title,
        mode=made.mode,
        niche=listing.niche.slug,
        source=made.source,
    )


def lock(retainer_id: int) -> Retainer:
    """The retainer with its practice and itself locked, in the house's order."""
    availability.lock_practices(queries.get(retainer_id).practice_id)
    return queries.locked(retainer_id)


def follow(retainer: Retainer, subscription: Subscription) -> None:
    """Stand as its subscription does. Twice is once."""
    status = subscription.status
    if retainer.state == "held" and status == "expired":
        _expire(retainer)
    elif retainer.state == "held" and status in {"active", "past_due"}:
        _start(retainer, "payment")
    elif retainer.state == "expired" and status in {"active", "past_due"}:
        _start_late(retainer, subscription)
    if retainer.state in LIVE:
        _follow_money(retainer, subscription)
        _follow_wish(retainer, subscription)
    if retainer.state in {*LIVE, "held"} and status == "ended":
        _end(retainer, subscription)


def _follow_money(retainer: Retainer, subscription: Subscription) -> None:
    if subscription.status == "past_due":
        asked = subscriptions.open_invoice(subscription.id)
        nth = asked.attempts if asked else 1
        told = sum(event.step == "fail" and event.detail.get("invoice") == _id(asked) for event in retainer.log)
        if retainer.state == "active" or told < nth:
            retainer.state = "past_due"
            _log(retainer, "fail", "payment", invoice=_id(asked), nth=nth)
            emit(RetainerFailed(retainer.id, nth))
    elif subscription.status == "active" and retainer.state == "past_due":
        retainer.state = "active"
        _log(retainer, "recover", "payment")
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
    event = _log(retainer, step, actor, by_id=retainer.ended_by_id, reason=retainer.reason if wanted else "")
    if not wanted:
        retainer.ended_by, retainer.ended_by_id, retainer.reason = None, None, ""
    emit(RetainerEnding(retainer.id, event.id, wanted))


def wish(retainer: Retainer, *, side: str, by: Person | None, reason: str = "") -> None:
    """Note who is about to end it with the month, or to let it go on; what Stripe says then counts. Raises
    `Refused("over")`.
    """
    if retainer.state not in LIVE:
        raise Refused("over", _("This is over already. Reload the page to see how it stands."))
    retainer.ended_by, retainer.ended_by_id, retainer.reason = side, by.id if by else None, reason


def end_now(retainer: Retainer, *, side: str, by: Person | None, reason: str = "", back: str = "unused") -> int:
    """End it at once. The practice's and staff's end gives the unused days back, which is returned in minor units; a
    client can do so while a month is unpaid, when there is nothing to give back. Raises `Refused`: "over", "not_yours".
    """
    if side == "client" and retainer.mode != "off" and retainer.state != "past_due":
        raise Refused("not_yours", _("It is paid until the end of the month: let it end then."), 409)
    wish(retainer, side=side, by=by, reason=reason)
    if retainer.subscription is None:
        _end(retainer, None)
        return 0
    return billing.end_now(retainer.subscription, zone=retainer.practice.zone, why=f"ended by {side}", back=back)


def let_go(retainer: Retainer) -> None:
    """Begin to end a hold: its Checkout is closed at Stripe first; only then the place is free."""
    if retainer.state == "held" and retainer.subscription is not None:
        billing.closing(retainer.subscription)


def sign_in_client(retainer: Retainer, person: Person) -> None:
    """It belongs to the account from here on; the browser alone no longer opens it."""
    if retainer.order.client_id == person.id:
        retainer.order.browser = owner(retainer)


def _start(retainer: Retainer, actor: str) -> None:
    order = retainer.order
    if order.client_id is None:
        person = accounts.client_account(
            email=order.client_email, name=order.client_name, zone=retainer.zone, locale=order.locale
        )
        order.client_id = person.id
    retainer.state, retainer.started_at = "active", clock.now()
    _log(retainer, "start", actor)
    emit(RetainerStarted(retainer.id))


def _start_late(retainer: Retainer, subscription: Subscription) -> None:
    """Paid after the place was given up: it begins if there still is one, else all of it goes back."""
    try:
        with savepoint():
            _take_place(retainer)
    except Refused:
        billing.end_now(subscription, zone=retainer.practice.zone, why="too_late", back="all")
        return
    _start(retainer, "payment")


def _expire(retainer: Retainer) -> None:
    retainer.state = "expired"
    availability.free_place(owner(retainer))
    _log(retainer, "expire", "payment")


def _end(retainer: Retainer, subscription: Subscription | None) -> None:
    unpaid = subscription is not None and subscription.failure == "payment_failed"
    actor = "payment" if unpaid else retainer.ended_by or "moderator"
    begun = retainer.state in LIVE
    retainer.state, retainer.ended_at = "ended", (subscription.ended_at if subscription else None) or clock.now()
    retainer.ended_by = actor
    availability.free_place(owner(retainer))
    back = sum(refund.amount for refund in _refunds_now(subscription))
    _log(retainer, "end", actor, by_id=retainer.ended_by_id, reason=retainer.reason, back=back)
    if begun:
        emit(RetainerEnded(retainer.id))


def _refunds_now(subscription: Subscription | None) -> list[Any]:
    """What goes back because it ended."""
    if subscription is None or not (subscription.failure or "").startswith("ended by"):
        return []
    pairs = subscriptions.payments_of(subscription.id)
    return [one for _row, payment in pairs for one in payment.refunds if one.reason == subscription.failure]


def _log(retainer: Retainer, step: str, actor: str, by: Person | None = None, **detail: Any) -> RetainerEvent:
    by_id = detail.pop("by_id", None) or (by.id if by else None)
    event = RetainerEvent(step=step, actor=actor, actor_id=by_id, at=clock.now(), detail=detail)
    retainer.log.append(event)
    db.session.flush()
    return event
