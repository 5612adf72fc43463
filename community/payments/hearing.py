"""What an event of Stripe's makes us look at. The event itself is never believed: the object is fetched anew."""

from community.core.db import db, release, writing
from community.payments import actions, adopting, collecting, connecting, giving_back, queries
from community.payments.billing import hearing as billing
from community.payments.charge_types import Direct
from community.payments.models import StripeEvent
from community.payments.terms import GatewayUnavailable

ABOUT_PAYMENTS = ("checkout.session.", "payment_intent.", "charge.", "refund.")


def apply(stripe_event_id: int) -> None:
    """Look at what a stored event is about, and mark it applied. Twice is once. Raises `GatewayUnavailable`."""
    row = db.session.get_one(StripeEvent, stripe_event_id)
    event = (row.type, row.object_id, dict(row.payload), row.account)
    done = row.applied_at is not None
    release()
    if done:
        return
    _look(*event)
    with writing():
        actions.applied(stripe_event_id)


def _look(kind: str, object_id: str, about: dict[str, object], account: str | None) -> None:
    if kind.startswith("account."):
        _look_at_account(object_id)
    elif kind.startswith("payout."):
        _look_at_payout(object_id, account)
    elif kind.startswith("charge.dispute."):
        _look_at_dispute(object_id, about, account)
    elif billing.concerns(kind, object_id, about):
        billing.look(kind, object_id, about)
    elif kind.startswith(ABOUT_PAYMENTS):
        _look_at_payment(kind, object_id, about)


def _look_at_account(stripe_id: str) -> None:
    known = queries.account_at_stripe(stripe_id)
    account_id = known.id if known else None
    release()
    if account_id is not None:
        connecting.look(account_id)


def _look_at_payout(payout: str, account: str | None) -> None:
    known = queries.account_at_stripe(account) if account else None
    account_id, ours = known.id if known else None, account is None
    release()
    if ours or account_id is not None:
        connecting.look_at_payout(account_id, payout)


def _look_at_payment(kind: str, object_id: str, about: dict[str, object]) -> None:
    payment_id = _payment_of(kind, object_id, about)
    release()
    if payment_id is None:
        return
    if kind.startswith("checkout.session."):
        adopting.checkout(payment_id, object_id)
    collecting.look(payment_id)
    if "refund" in kind:
        giving_back.look_at_refunds(payment_id)


def _look_at_dispute(dispute: str, about: dict[str, object], account: str | None) -> None:
    """The payment may be one that we don't know to be paid yet: then its Checkout or its month leads to it."""
    intent = str(about.get("payment_intent") or "")
    known = queries.by_intent(intent)
    payment_id = known.id if known else None
    release()
    if payment_id is None:
        payment_id = _found_at_stripe(intent, account)
        if payment_id is None:
            return  # not a payment of ours
        if collecting.look(payment_id) != "paid":
            raise GatewayUnavailable("a dispute about a payment that Stripe does not call paid")
    giving_back.look_at_dispute(payment_id, dispute)


def _found_at_stripe(intent: str, account: str | None) -> int | None:
    """The payment that a PaymentIntent pays by what Stripe knows of it: its Checkout, or the invoice of a month."""
    line = collecting.gateway()
    line = line.on(Direct(account)) if account else line
    checkout = line.checkout_of(intent)
    month = None if checkout else line.subscription_of(intent)
    if month:
        billing.look("customer.subscription.", month, {})
    found = (queries.by_checkout(checkout) if checkout else None) or queries.by_intent(intent)
    payment_id = found.id if found else None
    release()
    return payment_id


def _payment_of(kind: str, object_id: str, about: dict[str, object]) -> int | None:
    """The payment an event belongs to: by its Checkout, by our reference in it, or by its PaymentIntent."""
    if kind.startswith("checkout.session."):
        known = queries.by_checkout(object_id)
        reference = str(about.get("client_reference_id") or "")
        known = known or (queries.by_ref(reference) if reference else None)
        return known.id if known else None
    intent = about.get("payment_intent") or (object_id if object_id.startswith("pi_") else None)
    found = queries.by_intent(str(intent)) if intent else None
    metadata = about.get("metadata")
    reference = str(metadata.get("reference", "")) if isinstance(metadata, dict) else ""
    found = found or queries.by_ref(reference)
    return found.id if found else None
