"""What an account may be made with and changed by. https://docs.stripe.com/api/accounts."""

from community.payments.sandbox.params import (
    Reader,
    boolean,
    choice,
    fields,
    metadata_change,
    refused,
    text,
    url,
)

WANTED: Reader = fields({"requested": boolean}, {})
COUNTRIES = {
    "AT": "eur", "BE": "eur", "CH": "chf", "DE": "eur", "DK": "dkk", "ES": "eur", "FR": "eur", "GB": "gbp",
    "IE": "eur", "IT": "eur", "JP": "jpy", "LU": "eur", "NL": "eur", "NO": "nok", "PT": "eur", "SE": "sek",
    "US": "usd",
}  # fmt: skip
CONTROLLER: Reader = fields(
    None,
    {
        "fees": fields(None, {"payer": choice("account", "application")}),
        "losses": fields(None, {"payments": choice("application", "stripe")}),
        "requirement_collection": choice("stripe", beyond={"application": "onboarding by the platform itself"}),
        "stripe_dashboard": fields(None, {"type": choice("express", "full", "none")}),
    },
)
PROFILE: Reader = fields(
    None,
    {
        "mcc": text(4),
        "name": text(5000),
        "product_description": text(40000),
        "support_email": text(800),
        "support_phone": text(50),
        "support_url": url,
        "url": url,
    },
)
SCHEDULE: Reader = fields(
    None,
    {
        "delay_days": choice("minimum", *map(str, range(2, 32))),
        "interval": choice("daily", "manual", beyond={"weekly": "weekly payouts", "monthly": "monthly payouts"}),
    },
)
SETTINGS: Reader = fields(
    None,
    {
        "branding": fields(None, {"primary_color": text(7), "secondary_color": text(7)}),
        "card_payments": fields(None, {"statement_descriptor_prefix": text(10)}),
        "payments": fields(None, {"statement_descriptor": text(22)}),
        "payouts": fields(
            None,
            {"debit_negative_balances": boolean, "schedule": SCHEDULE, "statement_descriptor": text(22)},
        ),
    },
)
CHANGES: dict[str, Reader] = {
    "business_profile": PROFILE,
    "business_type": choice("company", "government_entity", "individual", "non_profit"),
    "capabilities": fields(None, {"card_payments": WANTED, "transfers": WANTED}),
    "default_currency": text(3),
    "email": text(800),
    "external_account": refused("bank accounts by the API: onboarding asks for them"),
    "individual": refused("persons by the API: onboarding asks for them"),
    "metadata": metadata_change,
    "settings": SETTINGS,
    "tos_acceptance": refused("acceptance by the API: onboarding asks for it"),
}
CREATE: dict[str, Reader] = {
    **CHANGES,
    "controller": CONTROLLER,
    "country": choice(*COUNTRIES),
    "type": choice("express", "standard", beyond={"custom": "custom accounts"}),
}
