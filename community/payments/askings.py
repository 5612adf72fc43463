"""Our own values written as Stripe's parameters, and Stripe's errors read as ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import stripe

from community.core.breaker import ServiceAwayError

from .charge_types import ChargeType
from .terms import (
    AccountRequest,
    CheckoutLine,
    CheckoutRequest,
    GatewayRefused,
    GatewayUnavailable,
    RefundRequest,
    TransferRequest,
)
from .terms_saved import CardDeclined

if TYPE_CHECKING:
    from stripe.params import AccountCreateParams, RefundCreateParams, TransferCreateParams
    from stripe.params.checkout import (
        SessionCreateParams,
        SessionCreateParamsLineItem,
        SessionCreateParamsLineItemPriceDataProductData,
    )

# Answers that leave the outcome open, beside 500 and above: time-out, a twin under way, too many requests.
UNKNOWN = frozenset({408, 409, 429})


@contextmanager
def asking() -> Iterator[None]:
    """Turn Stripe's errors into ours: final, or unknown.

    Raises:
        CardDeclined: the card's bank said no.
        GatewayRefused: Stripe will say no again.
        GatewayUnavailable: ask again with the same key.

    """
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError, ServiceAwayError) as error:
        raise GatewayUnavailable(str(error)) from error
    except stripe.CardError as error:
        raise _declined(error) from error
    except stripe.StripeError as error:
        status = error.http_status or 500
        if status >= 500 or status in UNKNOWN:
            raise GatewayUnavailable(str(error)) from error
        kind = error.error.type if error.error else None
        raise GatewayRefused(error.code or kind or "refused", error.user_message or str(error)) from error


def _declined(error: stripe.CardError) -> CardDeclined:
    said = error.error
    intent = getattr(said, "payment_intent", None) if said else None
    return CardDeclined(
        error.code or "card_declined",
        error.user_message or str(error),
        decline=str(getattr(said, "decline_code", None) or ""),
        intent=intent["id"] if intent else None,
    )


def checkout_params(request: CheckoutRequest, charge_type: ChargeType) -> "SessionCreateParams":
    """Return the parameters that open a Checkout: cards only, since they answer at once."""
    params: SessionCreateParams = {
        "mode": "payment",
        "allowed_payment_method_types": ["card"],
        "line_items": [_line_item(line, request.currency.lower()) for line in request.lines],
        "client_reference_id": request.reference,
        "success_url": request.success_url,
        "cancel_url": request.cancel_url,
        "expires_at": int(request.expires_at.timestamp()),
        "metadata": dict(request.metadata),
        "payment_intent_data": {
            "capture_method": "manual" if request.capture == "manual" else "automatic",
            "metadata": {**request.metadata, "reference": request.reference},
            **charge_type.intent_data(request.order),
        },
    }
    if request.customer:
        params["customer"] = request.customer
        params["payment_intent_data"]["setup_future_usage"] = "off_session"
    elif request.email:
        params["customer_email"] = request.email
    if request.note:
        params["custom_text"] = {"submit": {"message": request.note}}
    if request.payee:
        params["branding_settings"] = {"display_name": request.payee}
    return params


def _line_item(line: CheckoutLine, currency: str) -> "SessionCreateParamsLineItem":
    product: SessionCreateParamsLineItemPriceDataProductData = {"name": line.name}
    if line.description:
        product["description"] = line.description
    if line.image_url:
        product["images"] = [line.image_url]
    return {
        "quantity": 1,
        "price_data": {"currency": currency, "unit_amount": line.amount, "product_data": product},
    }


def refund_params(request: RefundRequest) -> "RefundCreateParams":
    """Return the parameters that give money back; our part of a direct charge is given back by itself."""
    params: RefundCreateParams = {
        "payment_intent": request.payment_intent,
        "amount": request.amount,
        "metadata": dict(request.metadata),
    }
    if request.reason:
        params["reason"] = request.reason
    return params


def account_params(request: AccountRequest, *, direct: bool) -> "AccountCreateParams":
    """Return the parameters that make a payee's account. For `direct` charges it is their own in all: they bear
    Stripe's fees and their losses; else we do, and Stripe keeps asking them what it must know.
    """
    bearer: Literal["account", "application"] = "account" if direct else "application"
    params: AccountCreateParams = {
        "controller": {
            "fees": {"payer": bearer},
            "losses": {"payments": "stripe" if direct else "application"},
            "stripe_dashboard": {"type": "full" if direct else "express"},
        },
        "capabilities": {"transfers": {"requested": True}},
        "business_profile": {"name": request.name},
        "metadata": {"payee": request.payee},
    }
    if direct:
        params["capabilities"]["card_payments"] = {"requested": True}
    if request.url.startswith("https://"):
        params["business_profile"]["url"] = request.url
    if request.email:
        params["email"] = request.email
    if request.country:
        params["country"] = request.country
    return params


def transfer_params(request: TransferRequest) -> "TransferCreateParams":
    """Return the parameters that pass money on from its charge: available there when the charge's is."""
    return {
        "amount": request.amount,
        "currency": request.currency.lower(),
        "destination": request.destination,
        "source_transaction": request.charge,
        "transfer_group": request.group,
        "metadata": dict(request.metadata),
    }
