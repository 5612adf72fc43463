"""The whole of an account as Stripe answers it, most of it empty."""

from community.payments.sandbox.connect.requirements import requirements
from community.payments.sandbox.records import Json


def blank(identifier: str, country: str, currency: str, now: int) -> Json:
    """Return a new account: nothing told, nothing allowed."""
    return {
        "id": identifier,
        "object": "account",
        "business_profile": _profile(),
        "business_type": None,
        "capabilities": {},
        "charges_enabled": False,
        "controller": {"type": "account"},
        "country": country,
        "created": now,
        "default_currency": currency,
        "details_submitted": False,
        "email": None,
        "external_accounts": {
            "object": "list",
            "data": [],
            "has_more": False,
            "url": f"/v1/accounts/{identifier}/external_accounts",
        },
        "future_requirements": requirements(()),
        "metadata": {},
        "payouts_enabled": False,
        "requirements": requirements(()),
        "settings": _settings(country),
        "tos_acceptance": {"date": None, "ip": None, "user_agent": None},
        "type": "none",
    }


def _profile() -> Json:
    empty = ("annual_revenue", "estimated_worker_count", "mcc", "name", "product_description", "support_address")
    return dict.fromkeys((*empty, "support_email", "support_phone", "support_url", "url"))


def _settings(country: str) -> Json:
    return {
        "bacs_debit_payments": {"display_name": None, "service_user_number": None},
        "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
        "card_issuing": {"tos_acceptance": {"date": None, "ip": None}},
        "card_payments": {
            "decline_on": {"avs_failure": False, "cvc_failure": False},
            "statement_descriptor_prefix": None,
            "statement_descriptor_prefix_kana": None,
            "statement_descriptor_prefix_kanji": None,
        },
        "dashboard": {"display_name": None, "timezone": "Europe/London" if country == "GB" else "Etc/UTC"},
        "invoices": {"default_account_tax_ids": None, "hosted_payment_method_save": "offer"},
        "payments": {
            "statement_descriptor": None,
            "statement_descriptor_kana": None,
            "statement_descriptor_kanji": None,
        },
        "payouts": {
            "debit_negative_balances": True,
            "schedule": {"delay_days": 2, "interval": "daily"},
            "statement_descriptor": None,
        },
        "sepa_debit_payments": {},
    }
