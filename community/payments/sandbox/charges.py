"""Charges: what a card was asked for. https://docs.stripe.com/api/charges/object."""

from . import balance
from .cards import Card, Outcome
from .connect import fees
from .records import Json, Tx, new_id

AUTHORISED_FOR = 7 * 24 * 3600


def billing(payer: Json) -> Json:
    """Return who pays and from where, as charges, cards and sessions show it."""
    address = dict.fromkeys(("city", "line1", "line2", "state")) | {
        "country": payer.get("country"),
        "postal_code": payer.get("postcode"),
    }
    return {"address": address, "email": payer.get("email"), "name": payer.get("name"), "phone": None}


def bare_charge(now: int, identifier: str, amount: int, currency: str) -> Json:
    """Return a charge of which nothing is known but its amount, in minor units."""
    empty = (
        "application", "application_fee", "application_fee_amount", "balance_transaction",
        "calculated_statement_descriptor", "customer", "description", "failure_balance_transaction", "failure_code",
        "failure_message", "on_behalf_of", "outcome", "payment_intent", "payment_method", "payment_method_details",
        "receipt_email", "receipt_number", "receipt_url", "review", "shipping", "source_transfer",
        "statement_descriptor", "statement_descriptor_suffix", "transfer_data", "transfer_group",
    )  # fmt: skip
    return dict.fromkeys(empty) | {
        "id": identifier,
        "object": "charge",
        "amount": amount,
        "amount_captured": 0,
        "amount_refunded": 0,
        "billing_details": {**billing({}), "tax_id": None},
        "captured": False,
        "created": now,
        "currency": currency,
        "disputed": False,
        "fraud_details": {},
        "livemode": False,
        "metadata": {},
        "paid": True,
        "refunded": False,
        "status": "succeeded",
    }


def card_shown(card: Card, payer: Json) -> Json:
    """Return a card as charges and saved payment methods show it."""
    return {
        "brand": card.brand,
        "country": "GB",
        "exp_month": payer["exp_month"],
        "exp_year": payer["exp_year"],
        "fingerprint": card.fingerprint,
        "funding": "credit",
        "last4": card.last4,
    }


def _card_details(tx: Tx, intent: Json, card: Card, payer: Json, *, secured: bool) -> Json:
    held = {"capture_before": tx.now + AUTHORISED_FOR} if intent["capture_method"] == "manual" else {}
    return {
        **held,
        **card_shown(card, payer),
        "amount_authorized": intent["amount"],
        "authorization_code": None,
        "checks": {"address_line1_check": None, "address_postal_code_check": "pass", "cvc_check": "pass"},
        "extended_authorization": {"status": "disabled"},
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": card.brand,
        "network_token": {"used": False},
        "network_transaction_id": None,
        "overcapture": {"maximum_amount_capturable": intent["amount"], "status": "unavailable"},
        "regulated_status": "unregulated",
        "three_d_secure": _secured() if secured else None,
        "wallet": None,
    }


def _secured() -> Json:
    unknown = ("electronic_commerce_indicator", "exemption_indicator", "result_reason", "transaction_id")
    return dict.fromkeys(unknown) | {
        "authentication_flow": "challenge",
        "result": "authenticated",
        "version": "2.2.0",
    }


def outcome(kind: str, status: str, words: str, reason: str | None = None) -> Json:
    """Return how the card's bank answered."""
    unknown = ("advice_code", "network_advice_code", "network_decline_code")
    return dict.fromkeys(unknown) | {
        "network_status": status,
        "reason": reason,
        "seller_message": words,
        "type": kind,
    }


def new_charge(tx: Tx, intent: Json, card: Card, payer: Json, *, secured: bool) -> Json:
    """Return a charge that the caller completes and adds; `payer` is what `CardForm.payer` gives."""
    charge = bare_charge(tx.now, new_id("ch"), intent["amount"], intent["currency"])
    for name in (
        "application_fee_amount", "customer", "description", "metadata", "on_behalf_of", "receipt_email",
        "statement_descriptor", "statement_descriptor_suffix", "transfer_group",
    ):  # fmt: skip
        charge[name] = intent[name]
    charge |= {
        "billing_details": {**billing(payer), "tax_id": None},
        "outcome": outcome("authorized", "approved_by_network", "Payment complete."),
        "payment_intent": intent["id"],
        "payment_method": payer.get("payment_method") or new_id("pm"),
        "payment_method_details": {
            "card": _card_details(tx, intent, card, payer, secured=secured),
            "type": "card",
        },
    }
    return charge


def collect(tx: Tx, intent: Json, charge: Json, amount: int, card: Card | None = None) -> None:
    """Take the money of an intent's charge: fees, balance transaction, statuses; the caller saves both.

    Args:
        tx: Sees the account whose charge it is.
        intent: The payment.
        charge: Its charge.
        amount: What is taken, in minor units.
        card: The card, where it is one whose money is available at once.

    """
    at_once = card is not None and card.outcome is Outcome.AT_ONCE
    charge.update(captured=True, amount_captured=amount)
    charge["balance_transaction"] = balance.enter(
        tx,
        "charge",
        source=charge["id"],
        amount=amount,
        currency=charge["currency"],
        fees=fees.split(tx, charge, amount, charge["application_fee_amount"]),
        available_on=tx.now if at_once else balance.settles(tx),
        description=charge["description"],
    )
    intent.update(status="succeeded", amount_capturable=0, amount_received=amount)
