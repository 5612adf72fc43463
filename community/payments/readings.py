"""Stripe's objects read into our own values."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal, cast

import stripe
from stripe.checkout import Session

from .terms import CheckoutState, EventEnvelope, IntentState, RefundState


def identifier(value: "str | stripe.StripeObject | None") -> str | None:
    """The id of what may be expanded."""
    if value is None or isinstance(value, str):
        return value
    return cast("str", value["id"])


def moment(seconds: int | None) -> datetime | None:
    """Stripe's time as ours; none where there is none."""
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def reference(metadata: "stripe.StripeObject | Mapping[str, str] | None") -> str:
    """Our own name of what Stripe shows; "" where we did not make it."""
    return str(metadata["reference"]) if metadata and "reference" in metadata else ""


def stamp(seconds: int) -> datetime:
    """Stripe's time as ours."""
    return datetime.fromtimestamp(seconds, UTC)


def stripes_part(entry: stripe.BalanceTransaction | None) -> int | None:
    """What Stripe keeps of a charge, without what goes to the platform of a charge on a connected account."""
    if entry is None:
        return None
    ours = sum(line.amount for line in entry.fee_details if line.type == "application_fee")
    return entry.fee - ours


def _expanded_charge(intent: stripe.PaymentIntent | None) -> stripe.Charge | None:
    charge = intent.latest_charge if intent else None
    return charge if isinstance(charge, stripe.Charge) and charge.status == "succeeded" else None


def _entry(charge: stripe.Charge | None) -> stripe.BalanceTransaction | None:
    entry = charge.balance_transaction if charge else None
    return entry if isinstance(entry, stripe.BalanceTransaction) else None


def charge_of(intent: stripe.PaymentIntent) -> tuple[stripe.Charge | None, stripe.BalanceTransaction | None]:
    """The successful charge of a payment that was fetched with it, and its balance transaction."""
    charge = _expanded_charge(intent)
    return charge, _entry(charge)


def checkout_state(session: Session) -> CheckoutState:
    """Read a session fetched with its payment, charge and balance transaction."""
    intent = session.payment_intent if isinstance(session.payment_intent, stripe.PaymentIntent) else None
    charge = _expanded_charge(intent)
    entry = _entry(charge)
    card = charge.payment_method_details.card if charge and charge.payment_method_details else None
    details = session.customer_details
    waiting = intent is not None and intent.status == "requires_capture"
    return CheckoutState(
        id=session.id,
        status=cast("Literal['open', 'complete', 'expired']", session.status),
        payment_status=cast("Literal['paid', 'unpaid', 'no_payment_required']", session.payment_status),
        amount=session.amount_total or 0,
        currency=(session.currency or "").upper(),
        client_reference=session.client_reference_id,
        payment_intent=identifier(session.payment_intent),
        intent_status=intent.status if intent else None,
        amount_received=intent.amount_received if intent else 0,
        charge=charge.id if charge else None,
        fee=stripes_part(entry),
        net=entry.net if entry else None,
        balance_transaction=entry.id if entry else None,
        application_fee=identifier(charge.application_fee) if charge else None,
        card_brand=card.brand if card else None,
        card_last4=card.last4 if card else None,
        capture_before=moment(card.capture_before) if card and waiting else None,
        email=(details.email if details else None) or session.customer_email,
        payment_method=identifier(intent.payment_method) if intent else None,
    )


def _failure(intent: stripe.PaymentIntent) -> str | None:
    error = intent.last_payment_error
    return getattr(error, "decline_code", None) or getattr(error, "code", None)


def intent_state(intent: stripe.PaymentIntent) -> IntentState:
    """Read a payment fetched with its charge and balance transaction."""
    charge = _expanded_charge(intent)
    entry = _entry(charge)
    card = charge.payment_method_details.card if charge and charge.payment_method_details else None
    return IntentState(
        id=intent.id,
        status=intent.status,
        amount=intent.amount,
        amount_received=intent.amount_received,
        currency=intent.currency.upper(),
        charge=charge.id if charge else None,
        fee=stripes_part(entry),
        net=entry.net if entry else None,
        balance_transaction=entry.id if entry else None,
        application_fee=identifier(charge.application_fee) if charge else None,
        card_brand=card.brand if card else None,
        card_last4=card.last4 if card else None,
        payment_method=identifier(intent.payment_method),
        failure=_failure(intent),
        reference=reference(intent.metadata),
    )


def refund_state(refund: stripe.Refund) -> RefundState:
    """Read a refund."""
    return RefundState(
        id=refund.id,
        status=refund.status or "pending",
        amount=refund.amount,
        currency=refund.currency.upper(),
        payment_intent=identifier(refund.payment_intent),
        charge=identifier(refund.charge),
        balance_transaction=identifier(refund.balance_transaction),
        failure_reason=getattr(refund, "failure_reason", None),
        failure_entry=identifier(getattr(refund, "failure_balance_transaction", None)),
        reference=reference(refund.metadata),
    )


# What of an event's object leads to rows of ours.
ABOUT = (
    *("client_reference_id", "payment_intent", "metadata", "charge", "subscription", "customer", "destination"),
    "parent",  # of an invoice: its subscription
)


def envelope(event: dict[str, Any]) -> EventEnvelope:
    """Read an event's JSON.

    Raises:
        KeyError, TypeError, ValueError: when it is not an event about one object.

    """
    if event["object"] != "event":
        raise ValueError("not an event")
    return EventEnvelope(
        id=str(event["id"]),
        type=str(event["type"]),
        object_id=str(event["data"]["object"]["id"]),
        created=datetime.fromtimestamp(int(event["created"]), UTC),
        livemode=bool(event["livemode"]),
        account=event.get("account"),
        about={name: event["data"]["object"].get(name) for name in ABOUT},
    )
