"""Our own values about subscriptions written as Stripe's parameters."""

from typing import TYPE_CHECKING

from .terms import SubscriptionRequest

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams


def subscription_params(request: SubscriptionRequest) -> "SessionCreateParams":
    """Return the parameters that open a Checkout for what is paid every month, by a card that is kept."""
    params: SessionCreateParams = {
        "mode": "subscription",
        "allowed_payment_method_types": ["card"],
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": request.currency.lower(),
                    "unit_amount": line.amount,
                    "recurring": {"interval": "month", "interval_count": request.months},
                    "product_data": {"name": line.name},
                },
            }
            for line in request.lines
        ],
        "client_reference_id": request.reference,
        "success_url": request.success_url,
        "cancel_url": request.cancel_url,
        "expires_at": int(request.expires_at.timestamp()),
        "metadata": dict(request.metadata),
        "subscription_data": {"metadata": {**request.metadata, "reference": request.reference}},
    }
    if request.fee_share:
        params["subscription_data"]["application_fee_percent"] = request.fee_share / 100
    if request.email:
        params["customer_email"] = request.email
    if request.payee:
        params["branding_settings"] = {"display_name": request.payee}
    return params
