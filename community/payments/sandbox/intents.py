"""PaymentIntents: attempts, success, authorisation, capture, release."""

from collections.abc import Callable

from .cards import Card, Outcome
from .charges import AUTHORISED_FOR, collect, new_charge, outcome
from .errors import ApiError
from .funds.disputes import dispute
from .records import Json, Tx, new_id

# Who wants to know of a payment that succeeded, by the name under which its `private` says whose it is.
PAID: dict[str, Callable[[Tx, Json], None]] = {}
EMPTY = (
    "application", "canceled_at", "cancellation_reason", "last_payment_error", "latest_charge", "next_action",
    "payment_method", "processing", "review", "shipping", "transfer_data",
)  # fmt: skip
GIVEN = (
    "application_fee_amount", "customer", "description", "on_behalf_of", "receipt_email", "setup_future_usage",
    "statement_descriptor", "statement_descriptor_suffix", "transfer_group",
)  # fmt: skip


def open_intent(tx: Tx, amount: int, currency: str, data: Json, session: str | None = None) -> Json:
    """Create a PaymentIntent that waits for a card.

    Args:
        tx: Sees the account whose payment it is.
        amount: In minor units.
        currency: In lower case.
        data: What was said of it, under Stripe's names.
        session: The Checkout Session it belongs to.

    """
    identifier = new_id("pi")
    intent = dict.fromkeys(EMPTY) | {
        "id": identifier,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "automatic_payment_methods": None if session else _automatic(data),
        "capture_method": data.get("capture_method", "automatic_async"),
        "client_secret": new_id(f"{identifier}_secret"),
        "confirmation_method": "automatic",
        "created": tx.now,
        "currency": currency,
        "livemode": False,
        "metadata": data.get("metadata", {}),
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
    }
    intent |= {name: data.get(name) for name in GIVEN}
    tx.add(intent, ref=identifier, private={"session": session})
    tx.emit("payment_intent.created", intent)
    return intent


def _automatic(data: Json) -> Json:
    asked: Json = data.get("automatic_payment_methods", {})
    return {"allow_redirects": "always", "enabled": True} | asked


def decline(tx: Tx, intent: Json, card: Card, payer: Json, message: str, *, reason: str | None = None) -> None:
    """Record a failed attempt; the intent waits for another card. `reason` stands in for the card's own."""
    reason = reason or card.decline
    charge = new_charge(tx, intent, card, payer, secured=False)
    code = reason if reason in {"expired_card", "incorrect_cvc", "authentication_required"} else "card_declined"
    charge.update(status="failed", paid=False, failure_code=code, failure_message=message)
    charge["outcome"] = outcome("issuer_declined", "declined_by_network", message, reason)
    tx.add(charge, ref=intent["id"])
    intent.update(
        status="requires_payment_method",
        latest_charge=charge["id"],
        next_action=None,
        last_payment_error={
            "charge": charge["id"],
            "code": code,
            "decline_code": reason,
            "message": message,
            "type": "card_error",
        },
    )
    method = tx.find("payment_method", charge["payment_method"])
    if method:
        intent["last_payment_error"]["payment_method"] = method
    tx.save(intent)
    tx.emit("charge.failed", charge)
    tx.emit("payment_intent.payment_failed", intent)


def ask_for_proof(tx: Tx, intent: Json, where: str, back: str | None = None) -> None:
    """Send the payer to 3-D Secure at the address `where`, and then `back`."""
    action = {"type": "redirect_to_url", "redirect_to_url": {"url": where, "return_url": back}}
    intent.update(status="requires_action", next_action=action)
    tx.save(intent)
    tx.emit("payment_intent.requires_action", intent)


def fail_proof(tx: Tx, intent: Json, message: str) -> None:
    """Record that 3-D Secure failed; the intent waits for another card."""
    error = {
        "code": "payment_intent_authentication_failure",
        "doc_url": "https://stripe.com/docs/error-codes/payment-intent-authentication-failure",
        "message": message,
        "type": "invalid_request_error",
    }
    intent.update(status="requires_payment_method", payment_method=None, next_action=None, last_payment_error=error)
    tx.save(intent)
    tx.emit("payment_intent.payment_failed", intent)


def succeed(tx: Tx, intent: Json, card: Card, payer: Json, *, secured: bool) -> Json:
    """Take the money, or hold it when capture is manual, and return the intent."""
    charge = new_charge(tx, intent, card, payer, secured=secured)
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
    for name in PAID.keys() & tx.private(intent["id"]).keys():
        PAID[name](tx, intent)
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
        raise wrong_status("captured", intent, "requires_capture")
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
    session = tx.find("checkout.session", tx.private(intent["id"])["session"] or "")
    if session:
        session["payment_status"] = "paid"
        tx.save(session)
    tx.emit("charge.captured", charge)
    tx.emit("payment_intent.succeeded", intent)
    return intent


def wrong_status(verb: str, intent: Json, needed: str) -> ApiError:
    """Return the refusal of what the payment's state does not allow."""
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
        raise wrong_status("canceled", intent, "requires_payment_method, requires_capture, requires_action")
    session = tx.find("checkout.session", tx.private(intent["id"])["session"] or "")
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
