"""The whole of an invoice as Stripe answers it. https://docs.stripe.com/api/invoices/object."""

from community.payments.sandbox.records import Json, new_id

EMPTY = (
    "account_name", "account_tax_ids", "application", "automatically_finalizes_at", "confirmation_secret",
    "custom_fields", "customer_phone", "customer_shipping", "default_payment_method", "default_source", "description",
    "due_date", "effective_at", "ending_balance", "footer", "from_invoice", "hosted_invoice_url", "invoice_pdf",
    "last_finalization_error", "latest_revision", "next_payment_attempt", "number", "on_behalf_of", "receipt_number",
    "rendering", "shipping_cost", "shipping_details", "statement_descriptor", "webhooks_delivered_at",
)  # fmt: skip


def line(item: Json, invoice: str, start: int, end: int) -> Json:
    """Return an invoice's line for one item of a subscription and one period."""
    price, amount = item["price"], item["price"]["unit_amount"] * item["quantity"]
    return {
        "id": new_id("il"),
        "object": "line_item",
        "amount": amount,
        "currency": price["currency"],
        "description": None,
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": invoice,
        "livemode": False,
        "metadata": {},
        "parent": {
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": None,
                "proration": False,
                "proration_details": {"credited_items": None},
                "subscription": item["subscription"],
                "subscription_item": item["id"],
            },
            "type": "subscription_item_details",
        },
        "period": {"end": end, "start": start},
        "pretax_credit_amounts": [],
        "pricing": {
            "price_details": {"price": price["id"], "product": price["product"]},
            "type": "price_details",
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
        "quantity": item["quantity"],
        "quantity_decimal": str(item["quantity"]),
        "subscription": item["subscription"],
        "subtotal": amount,
        "taxes": [],
    }


def blank(subscription: Json, customer: Json, now: int, start: int, end: int) -> Json:
    """Return a draft of a subscription's invoice for one period."""
    identifier = new_id("in")
    lines = [line(item, identifier, start, end) for item in subscription["items"]["data"]]
    total = sum(one["amount"] for one in lines)
    return dict.fromkeys(EMPTY) | _money(total) | _kind(subscription) | {
        "id": identifier,
        "object": "invoice",
        "account_country": "GB",
        "created": now,
        "currency": subscription["currency"],
        "customer": customer["id"],
        "customer_address": customer["address"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "customer_tax_exempt": customer["tax_exempt"],
        "customer_tax_ids": [],
        "lines": _list(lines, f"/v1/invoices/{identifier}/lines"),
        "payments": _list([], f"/v1/invoice_payments?invoice={identifier}"),
        "period_end": start,
        "period_start": start,
    }  # fmt: skip


def _list(data: list[Json], url: str) -> Json:
    return {"object": "list", "data": data, "has_more": False, "url": url}


def _money(total: int) -> Json:
    nothing = (
        "amount_overpaid", "amount_paid", "amount_paid_off_stripe", "amount_shipping",
        "post_payment_credit_notes_amount", "pre_payment_credit_notes_amount", "starting_balance",
    )  # fmt: skip
    every = ("amount_due", "amount_remaining", "subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax")
    none = ("total_discount_amounts", "total_pretax_credit_amounts", "total_taxes")
    return {
        **dict.fromkeys(nothing, 0),
        **dict.fromkeys(every, total),
        **{name: [] for name in none},
    }


def _kind(subscription: Json) -> Json:
    return {
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": True,
        "automatic_tax": {
            "disabled_reason": None,
            "enabled": False,
            "liability": None,
            "provider": None,
            "status": None,
        },
        "billing_reason": "subscription_cycle",
        "collection_method": "charge_automatically",
        "default_tax_rates": [],
        "discounts": [],
        "issuer": {"type": "self"},
        "livemode": False,
        "metadata": {},
        "parent": {
            "quote_details": None,
            "subscription_details": {
                "metadata": subscription["metadata"],
                "subscription": subscription["id"],
            },
            "type": "subscription_details",
        },
        "payment_settings": dict.fromkeys(("default_mandate", "payment_method_options", "payment_method_types")),
        "status": "draft",
        "status_transitions": dict.fromkeys(("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")),
        "test_clock": subscription["test_clock"],
    }
