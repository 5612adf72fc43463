"""The only place that talks to Stripe. Every write carries our key, so that asking again is safe."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import stripe

from .askings import checkout_params, refund_params
from .billing.calls import BillingCalls
from .connect_calls import ConnectCalls
from .funds_calls import FundsCalls
from .readings import checkout_state, envelope, intent_state, refund_state
from .saved_calls import SavedCalls
from .terms import (
    AlreadyComplete,
    CheckoutOpened,
    CheckoutRequest,
    CheckoutState,
    EventEnvelope,
    Expired,
    GatewayRefused,
    IntentState,
    RefundRequest,
    RefundState,
    SignatureRefused,
)

if TYPE_CHECKING:
    from stripe.params import EventListParams, PaymentIntentCaptureParams

# A signature older or younger than this is refused, in seconds.
TOLERANCE = 300
CHARGE = "latest_charge.balance_transaction"


class Gateway(ConnectCalls, SavedCalls, BillingCalls, FundsCalls):
    """Everything we ask of Stripe about payments; about accounts and transfers in `ConnectCalls`, saved cards in
    `SavedCalls`, about what comes round in `BillingCalls`, for the money desk in `FundsCalls`.
    """

    def open_checkout(self, request: CheckoutRequest) -> CheckoutOpened:
        """Open a Checkout; the same key opens it once.

        Raises:
            GatewayRefused: an amount, time or currency that Stripe does not take.
            GatewayUnavailable: retry with the same key.

        """
        params = checkout_params(request, self._charge_type)
        with self._call():
            session = self._client.checkout.sessions.create(params, {"idempotency_key": request.key})
        if session.url is None:
            # A replay of the first answer has its address; only a session that ended since then has none.
            raise GatewayRefused("checkout_ended", f"{session.id} is {session.status}")
        return CheckoutOpened(session.id, session.url, datetime.fromtimestamp(session.expires_at, UTC))

    def expire_checkout(self, checkout: str, *, key: str) -> Expired | AlreadyComplete:
        """End an open Checkout, or learn that it was paid first.

        Raises:
            GatewayRefused: there is no such Checkout.
            GatewayUnavailable: nothing may be freed yet; retry with the same key.

        """
        try:
            with self._call():
                self._client.checkout.sessions.expire(checkout, options={"idempotency_key": key})
        except GatewayRefused as refused:
            state = self.fetch_checkout(checkout)
            if state.status == "complete":
                return AlreadyComplete(state)
            if state.status == "open":
                raise refused from None
        return Expired(checkout)

    def fetch_checkout(self, checkout: str) -> CheckoutState:
        """Return what Stripe says of a Checkout now.

        Raises:
            GatewayRefused: there is no such Checkout.
            GatewayUnavailable: retry.

        """
        with self._call():
            session = self._client.checkout.sessions.retrieve(checkout, {"expand": [f"payment_intent.{CHARGE}"]})
        return checkout_state(session)

    def refund(self, request: RefundRequest) -> RefundState:
        """Give money back; the same key gives it once.

        Raises:
            GatewayRefused: more than is left (`charge_already_refunded` when nothing is).
            GatewayUnavailable: retry with the same key.

        """
        params = refund_params(request)
        with self._call():
            return refund_state(self._client.refunds.create(params, {"idempotency_key": request.key}))

    def fetch_refund(self, refund: str) -> RefundState:
        """Return what Stripe says of a refund now.

        Raises:
            GatewayRefused: there is no such refund.
            GatewayUnavailable: retry.

        """
        with self._call():
            return refund_state(self._client.refunds.retrieve(refund))

    def refunds_of(self, payment_intent: str) -> tuple[RefundState, ...]:
        """Return every refund of a payment, oldest first, ours and those made in Stripe's dashboard.

        Raises:
            GatewayUnavailable: retry.

        """
        with self._call():
            page = self._client.refunds.list({"payment_intent": payment_intent, "limit": 100})
            return tuple(reversed([refund_state(one) for one in page.auto_paging_iter()]))

    def checkout_of(self, payment_intent: str) -> str | None:
        """Return the id of the Checkout that made a payment, None when no Checkout did.

        Raises:
            GatewayUnavailable: retry.

        """
        with self._call():
            found = self._client.checkout.sessions.list({"payment_intent": payment_intent, "limit": 1})
        return found.data[0].id if found.data else None

    def fetch_intent(self, payment_intent: str) -> IntentState:
        """Return what Stripe says of a payment now.

        Raises:
            GatewayRefused: there is no such payment.
            GatewayUnavailable: retry.

        """
        with self._call():
            return intent_state(self._client.payment_intents.retrieve(payment_intent, {"expand": [CHARGE]}))

    def capture(self, payment_intent: str, *, key: str, amount: int | None = None) -> IntentState:
        """Take an authorised payment, all of it or `amount` minor units; the rest is released.

        Raises:
            GatewayRefused: it is not waiting for capture, or the card's bank said no.
            GatewayUnavailable: retry with the same key.

        """
        params: PaymentIntentCaptureParams = {"expand": [CHARGE]}
        if amount is not None:
            params["amount_to_capture"] = amount
        with self._call():
            intent = self._client.payment_intents.capture(payment_intent, params, {"idempotency_key": key})
        return intent_state(intent)

    def cancel_intent(self, payment_intent: str, *, key: str) -> IntentState:
        """Release an authorised payment.

        Raises:
            GatewayRefused: it was captured, or released before.
            GatewayUnavailable: retry with the same key.

        """
        with self._call():
            intent = self._client.payment_intents.cancel(payment_intent, {"expand": [CHARGE]}, {"idempotency_key": key})
        return intent_state(intent)

    def events_since(self, since: datetime, *, types: Sequence[str] = ()) -> tuple[EventEnvelope, ...]:
        """Return every event since a moment, oldest first; Stripe keeps them for 30 days.

        Args:
            since: Aware time, inclusive to the second.
            types: Up to 20 event types, all when empty.

        Raises:
            GatewayUnavailable: retry.

        """
        params: EventListParams = {"limit": 100, "created": {"gte": int(since.timestamp())}}
        if types:
            params["types"] = list(types)
        found: list[EventEnvelope] = []
        while True:
            with self._call():
                page = self._client.events.list(params)
            found += [envelope(event.to_dict()) for event in page.data]
            if not page.has_more:
                return tuple(reversed(found))
            params["starting_after"] = page.data[-1].id

    def verify(self, payload: bytes, signature: str) -> EventEnvelope:
        """Return the event in a webhook's raw body once its signature holds.

        Raises:
            SignatureRefused: forged, changed, too old, or not an event.

        """
        try:
            text = payload.decode()
            stripe.WebhookSignature.verify_header(text, signature, self._webhook_secret, tolerance=None)
            stamps = [part[2:] for part in signature.split(",") if part.startswith("t=")]
            if abs(self._clock() - int(stamps[0])) > TOLERANCE:
                raise SignatureRefused("the signature is too old or too young")
            body: dict[str, Any] = json.loads(text)
            return envelope(body)
        except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError, IndexError) as error:
            raise SignatureRefused(str(error)) from error
