"""PaymentIntents: attempts, success, authorisation, capture, release."""

from .cards import SECURE, Card, Outcome
from .charges import AUTHORISED_FOR, collect, new_charge, outcome
from .errors import ApiError
from .funds.disputes import dispute
from .records import Json, Tx, new_id


def open_intent(tx: Tx, session: Json, data: Json) -> Json:
    """Create the PaymentIntent of a Checkout Session at its first attempt to pay."""
    identifier = new_id("pi")
    intent = {
        "id": identifier,
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_received": 0,
        "application_fee_amount": data.get("application_fee_amount"),
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": data.get("capture_method", "automatic_async"),
        "client_secret": new_id(f"{identifier}_secret"),
        "created": tx.now,
        "currency": session["currency"],
        "customer": session["customer"],
        "description": data.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": data.get("metadata", {}),
        "next_action": None,
        "on_behalf_of": data.get("on_behalf_of"),
        "payment_method": None,
        "payment_method_types": session["payment_method_types"],
        "receipt_email": data.get("receipt_email"),
        "statement_descriptor": data.get("statement_descriptor"),
        "statement_descriptor_suffix": data.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": data.get("transfer_group"),
    }
    tx.add(intent, ref=identifier, private={"session": session["id"]})
    tx.emit("payment_intent.created", intent)
    return intent


def decline(tx: Tx, intent: Json, card: Card, payer: Json, message: str) -> None:
    """Record a failed attempt; the intent waits for another card."""
    charge = new_charge(tx, intent, card, payer, secured=False)
    code = card.decline if card.decline in {"expired_card", "incorrect_cvc"} else "card_declined"
    charge.update(status="failed", paid=False, failure_code=code, failure_message=message)
    charge["outcome"] = outcome("issuer_declined", "declined_by_network", message, card.decline)
    tx.add(charge, ref=intent["id"])
    intent.update(
        status="requires_payment_method",
        latest_charge=charge["id"],
        last_payment_error={
            "charge": charge["id"],
            "code": code,
            "decline_code": card.decline,
            "message": message,
            "type": "card_error",
        },
    )
    tx.save(intent)
    tx.emit("charge.failed", charge)
    tx.emit("payment_intent.payment_failed", intent)


def ask_for_proof(tx: Tx, intent: Json, where: str) -> None:
    """Send the payer to 3-D Secure at the address `where`."""
    action = {"type": "redirect_to_url", "redirect_to_url": {"url": where, "return_url": None}}
    intent.update(status="requires_action", next_action=action)
    tx.save(intent)
    tx.emit("payment_intent.requires_action", intent)


def fail_proof(tx: Tx, intent: Json, message: str) -> None:
    """Record that 3-D Secure failed; the intent waits for another card."""
    error = {
        "code": "payment_intent_authentication_failure",
        "message": message,
        "type": "invalid_request_error",
    }
    intent.update(status="requires_payment_method", next_action=None, last_payment_error=error)
    tx.save(intent)
    tx.emit("payment_intent.payment_failed", intent)


def succeed(tx: Tx, intent: Json, card: Card, payer: Json) -> Json:
    """Take the money, or hold it when capture is manual, and return the intent."""
    charge = new_charge(tx, intent, card, payer, secured=card.outcome in SECURE)
    intent.update(latest_charge=charge["id"], last_payment_error=None, next_action=None)
    intent["payment_method"] = charge["payment_method"]
    due = None
    if intent["capture_method"] == "manual":
        intent.update(status="requires_capture", amount_capturable=intent["amount"])
        due = tx.now + AUTHORISED_FOR
        tx.remember(intent["id"], {**tx.private(intent["id"]), "withheld": card.outcome is Outcome.WITHHOLDS})
    else:
        collect(tx, intent, charge, intent["amount"], card)
    tx.add(charge, ref=intent["id"])
    tx.save(intent, due=due)
    tx.emit("charge.succeeded", charge)
    tx.emit("payment_intent.amount_capturable_updated" if due else "payment_intent.succeeded", intent)
    if card.outcome in {Outcome.DISPUTES, Outcome.NOT_RECEIVED} and not due:
        dispute(tx, charge, "fraudulent" if card.outcome is Outcome.DISPUTES else "product_not_received")
    return intent


def capture(tx: Tx, intent: Json, amount: int | None) -> Json:
    """Take `amount` minor units, or all, of an authorised payment; the rest is released.

    Raises:
        ApiError: the intent is not waiting for capture, the amount is more than it holds, or the card's bank says no;
            then the authorisation stands until it is canceled or lapses.

    """
    if intent["status"] != "requires_capture":
        raise _wrong_status("captured", intent, "requires_capture")
    taken = intent["amount_capturable"] if amount is None else amount
    if taken > intent["amount_capturable"]:
        raise ApiError(
            f"The provided amount_to_capture ({taken}) is greater than the amount_capturable "
            f"({intent['amount_capturable']}).",
            code="amount_too_large",
            param="amount_to_capture",
        )
    if tx.private(intent["id"]).get("withheld"):
        raise ApiError("Your card was declined.", status=402, code="card_declined", kind="card_error")
    charge = tx.get("charge", intent["latest_charge"])
    collect(tx, intent, charge, taken)
    tx.save(charge)
    tx.save(intent)
    session = tx.find("checkout.session", tx.private(intent["id"])["session"])
    if session:
        session["payment_status"] = "paid"
        tx.save(session)
    tx.emit("charge.captured", charge)
    tx.emit("payment_intent.succeeded", intent)
    return intent


def _wrong_status(verb: str, intent: Json, needed: str) -> ApiError:
    return ApiError(
        f"This PaymentIntent could not be {verb} because it has a status of {intent['status']}. Only a "
        f"PaymentIntent with one of the following statuses may be {verb}: {needed}.",
        code="payment_intent_unexpected_state",
    )


def cancel(tx: Tx, intent: Json, reason: str | None) -> Json:
    """Release an authorised payment, or end one that never succeeded.

    Raises:
        ApiError: it has succeeded or is already canceled, or its Checkout Session is still open.

    """
    if intent["status"] in {"succeeded", "canceled"}:
        raise _wrong_status("canceled", intent, "requires_payment_method, requires_capture, requires_action")
    session = tx.find("checkout.session", tx.private(intent["id"])["session"])
    if session and session["status"] == "open":
        raise ApiError(
            "You cannot cancel a PaymentIntent created by an open Checkout Session. Expire the session instead.",
            code="payment_intent_unexpected_state",
        )
    return end(tx, intent, reason)


def end(tx: Tx, intent: Json, reason: str | None) -> Json:
    """Cancel without asking whether that is allowed."""
    intent.update(
        status="canceled",
        amount_capturable=0,
        canceled_at=tx.now,
        cancellation_reason=reason,
        next_action=None,
    )
    tx.save(intent)
    tx.emit("payment_intent.canceled", intent)
    return intent


def lapse(tx: Tx, intent: Json) -> None:
    """Release an authorisation that was not captured in its time."""
    charge = tx.get("charge", intent["latest_charge"])
    tx.emit("charge.expired", charge)
    end(tx, intent, "automatic")
