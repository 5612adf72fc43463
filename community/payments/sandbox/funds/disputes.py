"""Disputes: the money leaves, evidence goes in, the bank decides. https://docs.stripe.com/disputes/api.

Decided by the magic words of https://docs.stripe.com/testing#evidence in `evidence[uncategorized_text]`.
"""

from community.payments.sandbox import balance
from community.payments.sandbox.endpoint import Call, Endpoint, listing, merged, post, retrieve
from community.payments.sandbox.errors import ApiError
from community.payments.sandbox.money import DISPUTE_FEE
from community.payments.sandbox.params import Reader, boolean, fields, metadata_change, refused, text
from community.payments.sandbox.records import Json, Tx, new_id

PATH = "/v1/disputes"
DUE_AFTER = 7 * 24 * 3600
DECIDED_AFTER = 60 * 24 * 3600
WORDS = (
    "access_activity_log", "billing_address", "cancellation_policy_disclosure", "cancellation_rebuttal",
    "customer_email_address", "customer_name", "customer_purchase_ip", "duplicate_charge_explanation",
    "duplicate_charge_id", "product_description", "refund_policy_disclosure", "refund_refusal_explanation",
    "service_date", "shipping_address", "shipping_carrier", "shipping_date", "shipping_tracking_number",
    "uncategorized_text",
)  # fmt: skip
FILES = (
    "cancellation_policy", "customer_communication", "customer_signature", "duplicate_charge_documentation",
    "receipt", "refund_policy", "service_documentation", "shipping_documentation", "uncategorized_file",
)  # fmt: skip
EVIDENCE: Reader = fields(
    None,
    {
        **dict.fromkeys(WORDS, text(150_000, empty=True)),
        **dict.fromkeys(FILES, refused("files as evidence")),
        "enhanced_evidence": refused("enhanced evidence"),
    },
)
MAGIC = {"winning_evidence": True, "losing_evidence": False}


def dispute(tx: Tx, charge: Json, reason: str) -> None:
    """Open a dispute over the whole charge and take the money and a fee back."""
    identifier, amount, currency = (
        new_id("dp"),
        charge["amount_captured"] - charge["amount_refunded"],
        charge["currency"],
    )
    fee = balance.fee_lines(currency, stripe=DISPUTE_FEE)
    entry = balance.enter(tx, "dispute", source=identifier, amount=-amount, currency=currency, fees=fee)
    body = {
        "id": identifier,
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [tx.get("balance_transaction", entry)],
        "charge": charge["id"],
        "created": tx.now,
        "currency": currency,
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys((*WORDS, *FILES)) | {"enhanced_evidence": {}},
        "evidence_details": _nothing_yet(tx.now + DUE_AFTER),
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {"brand": "visa", "case_type": "chargeback", "network": "visa", "network_reason_code": "83"},
            "type": "card",
        },
        "reason": reason,
        "status": "needs_response",
    }
    charge["disputed"] = True
    tx.rewrite(charge)
    tx.add(body, ref=charge["payment_intent"], due=tx.now + DUE_AFTER)
    tx.emit("charge.dispute.created", body)
    tx.emit("charge.dispute.funds_withdrawn", body)


def _nothing_yet(due_by: int) -> Json:
    return {
        "due_by": due_by,
        "enhanced_eligibility": {},
        "has_evidence": False,
        "past_due": False,
        "submission_count": 0,
    }


def _update(call: Call) -> Json:
    body, given, tx = call.tx.get("dispute", call.id, "dispute"), call.given, call.tx
    if "metadata" in given:
        body["metadata"] = merged(body["metadata"], given["metadata"])
    if "evidence" not in given and "submit" not in given:
        return tx.rewrite(body)
    _check_open(body)
    body["evidence"] |= {name: value or None for name, value in given.get("evidence", {}).items()}
    details = body["evidence_details"]
    details["has_evidence"] = any(body["evidence"][name] for name in WORDS)
    if not given.get("submit", True):
        tx.rewrite(body)
        tx.emit("charge.dispute.updated", body)
        return body
    if details["submission_count"]:
        raise ApiError("You have already submitted evidence for this dispute.", code="dispute_already_submitted")
    details["submission_count"] = 1
    body["status"] = "under_review"
    tx.save(body, due=tx.now + DECIDED_AFTER)
    tx.emit("charge.dispute.updated", body)
    verdict = MAGIC.get((body["evidence"]["uncategorized_text"] or "").strip())
    if verdict is not None:
        close(tx, body, won=verdict)
    return body


def _check_open(body: Json) -> None:
    if body["status"] in {"won", "lost"}:
        raise ApiError("This dispute is already closed.", code="dispute_already_closed")


def close(tx: Tx, body: Json, *, won: bool) -> None:
    """Write the bank's decision: money and fee come back when it was won."""
    body["status"] = "won" if won else "lost"
    if won:
        amount, currency = body["amount"], body["currency"]
        fee = [{**line, "amount": -line["amount"]} for line in balance.fee_lines(currency, stripe=DISPUTE_FEE)]
        entry = balance.enter(tx, "dispute_reversal", source=body["id"], amount=amount, currency=currency, fees=fee)
        body["balance_transactions"].append(tx.get("balance_transaction", entry))
        charge = tx.get("charge", body["charge"])
        charge["disputed"] = True
        tx.rewrite(charge)
    tx.save(body)
    tx.emit("charge.dispute.closed", body)
    if won:
        tx.emit("charge.dispute.funds_reinstated", body)


def lapse(tx: Tx, body: Json) -> None:
    """Decide what nobody answered in time, or what the bank looked at for its sixty days: lost."""
    body["evidence_details"]["past_due"] = body["status"] == "needs_response"
    close(tx, body, won=False)


def _close(call: Call) -> Json:
    body = call.tx.get("dispute", call.id, "dispute")
    _check_open(body)
    close(call.tx, body, won=False)
    return body


ENDPOINTS: tuple[Endpoint, ...] = (
    listing(PATH, "dispute", {"payment_intent": text(200), "charge": text(200)}),
    retrieve(PATH, "dispute", "dispute"),
    post(f"{PATH}/<id>", _update, {"evidence": EVIDENCE, "metadata": metadata_change, "submit": boolean}),
    post(f"{PATH}/<id>/close", _close),
)
