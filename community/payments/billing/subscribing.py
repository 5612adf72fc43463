"""The conversation with Stripe about what is paid every month: gateway calls between transactions, never inside one.

Every step can be repeated: our reference is the key of each call, and what Stripe answers decides.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta

import structlog
from flask_babel import force_locale
from flask_babel import gettext as _

from community.core import clock
from community.core.db import release, writing
from community.core.ids import new_ref
from community.core.site import settings
from community.payments.billing import actions, queries, rules
from community.payments.billing.terms import ChargeState, InvoiceState, SubscriptionRequest, SubscriptionState
from community.payments.charge_types import Direct, Platform
from community.payments.collecting import gateway
from community.payments.gateway import Gateway
from community.payments.models import Subscription
from community.payments.terms import AlreadyComplete, CheckoutLine, GatewayRefused, GatewayUnavailable

log = structlog.get_logger(__name__)


def _line(found: Subscription) -> Gateway:
    """The line that its calls go by: for its payee's account in direct mode."""
    account = queries.account_of(found) if found.mode == "direct" else None
    return gateway().on(Direct(account) if account else Platform())


def open_checkout(subscription_id: int) -> str:
    """Open its Checkout and return the address; again with the same key when asked again.

    Raises `GatewayUnavailable` (ask again) or `GatewayRefused` (it can't be opened).
    """
    found = queries.get(subscription_id)
    url, request, line = found.checkout_url, _request(found), _line(found)
    release()
    if url:
        return url
    opened = line.open_subscription(request)
    with writing():
        actions.checkout_opened(subscription_id, opened.id, opened.url)
    return opened.url


def _request(found: Subscription) -> SubscriptionRequest:
    """The same request each time: Stripe compares the parameters that come with a key."""
    back = f"{settings().base_url}/payments/{found.ref}/return"
    on_top = found.fee if found.fee_side == "client" else 0
    with force_locale(settings().locale):
        lines = [CheckoutLine(found.description, found.amount - on_top)]
        if on_top:
            lines.append(CheckoutLine(_("Booking fee"), on_top))
    return SubscriptionRequest(
        key=found.ref,
        reference=found.ref,
        currency=found.currency,
        lines=tuple(lines),
        months=found.every_months,
        success_url=back,
        cancel_url=f"{back}?left=1",
        expires_at=found.expires_at,
        email=found.payer if "@" in found.payer else None,
        payee=found.payee_name,
        fee_share=rules.fee_share(found.fee, found.amount) if found.mode == "direct" else 0,
        metadata={"reference": found.ref},
    )


def look(subscription_id: int) -> str:
    """Ask Stripe how it stands, write down what it says, and return its status.

    Raises `GatewayUnavailable`.
    """
    found = queries.get(subscription_id)
    checkout_id, stripe_id, status, line = found.checkout_id, found.stripe_id, found.status, _line(found)
    known = queries.settled(subscription_id)
    release()
    if stripe_id is None:
        if checkout_id is None or status == "expired":
            return status
        begun = line.fetch_begun(checkout_id)
        if begun.status == "expired":
            with writing():
                actions.expired(subscription_id)
            return "expired"
        stripe_id = begun.subscription
    if stripe_id is None:
        return status
    state, papers = line.fetch_subscription(stripe_id), line.invoices_of(stripe_id)
    charges = _charges(line, papers, known)
    _keep_card(line, state, papers, charges)
    with writing():
        actions.seen(subscription_id, state, papers, charges)
        return queries.get(subscription_id).status


def _charges(line: Gateway, papers: Iterable[InvoiceState], known: set[str]) -> dict[str, ChargeState]:
    """What paid the invoices that are not known to be paid."""
    paid = (one for one in papers if one.status == rules.PAID and one.id not in known)
    return {one.payment_intent: line.fetch_charge(one.payment_intent) for one in paid if one.payment_intent}


def _keep_card(
    line: Gateway, state: SubscriptionState, papers: Iterable[InvoiceState], charges: Mapping[str, ChargeState]
) -> None:
    """Whatever card paid the last month by hand is asked from then on."""
    paid = [charges.get(one.payment_intent or "") for one in papers]
    used = [one.payment_method for one in paid if one is not None]
    if used and used[-1] and used[-1] != state.payment_method and state.status in {"active", "past_due"}:
        try:
            line.pay_with(state.id, used[-1], key=new_ref("card"))
        except GatewayRefused as refused:
            log.warning("card_not_kept", subscription=state.id, reason=refused.code)


def close(subscription_id: int) -> str:
    """End its Checkout, or learn that it was completed first. Returns its status.

    Where Stripe can't be reached, raises `GatewayUnavailable` until the Checkout's own end has passed.
    """
    found = queries.get(subscription_id)
    checkout_id, status, line = found.checkout_id, found.status, _line(found)
    ends_itself = clock.now() > found.expires_at + timedelta(seconds=30)
    release()
    if status not in rules.UNBEGUN:
        return status
    try:
        checkout_id = checkout_id or _find_checkout(subscription_id)
        if checkout_id is not None:
            answer = line.expire_checkout(checkout_id, key=f"{checkout_id}-expire")
            if isinstance(answer, AlreadyComplete):
                return look(subscription_id)
    except GatewayUnavailable:
        if not ends_itself:
            raise
        log.warning("checkout_ended_by_itself", subscription_id=subscription_id)
    with writing():
        actions.expired(subscription_id)
        return queries.get(subscription_id).status


def _find_checkout(subscription_id: int) -> str | None:
    """The Checkout that may have been opened by a call whose answer was lost; see `collecting`."""
    try:
        open_checkout(subscription_id)
    except GatewayRefused:
        release()
        return None
    checkout_id = queries.get(subscription_id).checkout_id
    release()
    return checkout_id


def end_with_period(subscription_id: int, *, wanted: bool) -> str:
    """Let it end with the period that is paid, or go on after all; returns its status.

    Raises `GatewayUnavailable`; where it has ended meanwhile, that is written down.
    """
    found = queries.get(subscription_id)
    stripe_id, line = found.stripe_id, _line(found)
    release()
    if stripe_id is None:
        return look(subscription_id)
    try:
        # It says how it is to be, so each time is a call of its own: an old answer must not be replayed.
        line.end_with_period(stripe_id, wanted=wanted, key=new_ref("end"))
    except GatewayRefused as refused:
        log.info("end_with_period_refused", subscription_id=subscription_id, reason=refused.code)
    return look(subscription_id)


def tidy(subscription_id: int) -> None:
    """It has ended by our books: end it at Stripe too, and let nobody pay what is still asked for. Raises
    `GatewayUnavailable`.
    """
    found = queries.get(subscription_id)
    ref, stripe_id, status, line = found.ref, found.stripe_id, found.status, _line(found)
    release()
    if status != "ended" or stripe_id is None:
        return
    try:
        line.cancel_subscription(stripe_id, key=f"{ref}-cancel")
    except GatewayRefused as refused:
        log.info("cancel_refused", subscription_id=subscription_id, reason=refused.code)
    for paper in line.invoices_of(stripe_id):
        if paper.status == "open":
            _void(line, paper.id)
    look(subscription_id)


def _void(line: Gateway, invoice: str) -> None:
    try:
        line.void_invoice(invoice, key=f"{invoice}-void")
    except GatewayRefused as refused:  # paid at this moment: then it goes back
        log.info("void_refused", invoice=invoice, reason=refused.code)
