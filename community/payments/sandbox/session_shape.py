"""The whole of a Checkout Session as Stripe answers it. https://docs.stripe.com/api/checkout/sessions/object."""

from .records import Json, new_id

# What Stripe shows of an account that gave no name of its own.
UNNAMED = "Sandbox"
EMPTY = (
    "after_expiration", "allow_promotion_codes", "billing_address_collection", "client_secret",
    "collected_information", "consent", "consent_collection", "currency_conversion", "customer_account",
    "customer_details", "invoice", "origin_context", "payment_intent", "payment_link",
    "payment_method_configuration_details", "permissions", "recovered_from", "saved_payment_method_options",
    "setup_intent", "shipping_address_collection", "shipping_cost", "subscription", "wallet_options",
)  # fmt: skip
GIVEN = (
    "allowed_payment_method_types", "cancel_url", "client_reference_id", "customer", "customer_email", "locale",
    "submit_type", "success_url",
)  # fmt: skip
TEXTS = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")


def blank(now: int, given: Json, page_url: str, currency: str) -> Json:
    """Return a new session, open, without amounts and its end."""
    identifier = new_id("cs_test")
    return dict.fromkeys(EMPTY) | {name: given.get(name) for name in GIVEN} | _settings(given) | {
        "id": identifier,
        "object": "checkout.session",
        "created": now,
        "currency": currency,
        "custom_fields": [],
        "custom_text": dict.fromkeys(TEXTS) | given.get("custom_text", {}),
        "customer_creation": _creation(given),
        "discounts": [],
        "livemode": False,
        "metadata": given.get("metadata", {}),
        "mode": given["mode"],
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "shipping_options": [],
        "status": "open",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{page_url}/c/pay/{identifier}",
    }  # fmt: skip


def _settings(given: Json) -> Json:
    name = given.get("branding_settings", {}).get("display_name")
    recurring = given["mode"] == "subscription"
    return {
        "adaptive_pricing": {"enabled": False},
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "branding_settings": {
            "background_color": "#ffffff",
            "border_style": "rounded",
            "button_color": "#0074d4",
            "display_name": name or UNNAMED,
            "font_family": "default",
            "icon": None,
            "logo": None,
        },
        "invoice_creation": None if recurring else {"enabled": False, "invoice_data": _invoice_data()},
        "payment_method_collection": "always" if recurring else "if_required",
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "phone_number_collection": {"enabled": False},
    }


def _invoice_data() -> Json:
    return dict.fromkeys(("account_tax_ids", "custom_fields", "description", "footer", "issuer")) | {
        "metadata": {},
        "rendering_options": None,
    }


def _creation(given: Json) -> str | None:
    if given.get("customer"):
        return None
    chosen: str = given.get("customer_creation", "if_required")
    return "always" if given["mode"] == "subscription" else chosen
