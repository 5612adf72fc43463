"""What we ask of Stripe about payers with a saved card, and of charges they are not there for."""

from typing import TYPE_CHECKING

from .line import Line
from .readings import intent_state
from .terms import IntentState
from .terms_saved import SavedCharge

if TYPE_CHECKING:
    from stripe.params import CustomerCreateParams, PaymentIntentConfirmParams, PaymentIntentCreateParams

_CHARGE = "latest_charge.balance_transaction"


class SavedCalls(Line):
    """The part of the gateway that concerns saved cards."""

    def create_customer(self, *, key: str, email: str | None, reference: str) -> str:
        """Make a payer known to Stripe and return its name there; the same key makes it once.

        Raises:
            GatewayRefused: an address that Stripe does not take.
            GatewayUnavailable: retry with the same key.

        """
        params: CustomerCreateParams = {"metadata": {"reference": reference}}
        if email:
            params["email"] = email
        with self._call():
            return self._client.customers.create(params, {"idempotency_key": key}).id

    def charge_saved(self, request: SavedCharge) -> IntentState:
        """Charge a saved card whose owner is not there; the same key charges it once.

        Raises:
            CardDeclined: the bank said no, or wants its owner there.
            GatewayRefused: a card or customer that is gone.
            GatewayUnavailable: nobody knows; retry with the same key.

        """
        given = self._charge_type.intent_data(request.order)
        params: PaymentIntentCreateParams = {
            "amount": request.amount,
            "currency": request.currency.lower(),
            "customer": request.customer,
            "payment_method": request.payment_method,
            "allowed_payment_method_types": ["card"],
            "off_session": True,
            "confirm": True,
            "description": request.description,
            "metadata": {**request.metadata, "reference": request.reference},
            "transfer_group": given.get("transfer_group", request.order),
            "expand": [_CHARGE],
        }
        fee = given.get("application_fee_amount")
        if fee:
            params["application_fee_amount"] = fee
        with self._call():
            return intent_state(self._client.payment_intents.create(params, {"idempotency_key": request.key}))

    def charge_again(self, payment_intent: str, *, payment_method: str, key: str) -> IntentState:
        """Try the saved card again on the same payment, so that it can't be charged twice.

        Raises:
            CardDeclined: as before.
            GatewayRefused: it was paid or ended meanwhile.
            GatewayUnavailable: retry with the same key.

        """
        params: PaymentIntentConfirmParams = {
            "payment_method": payment_method, "off_session": True, "expand": [_CHARGE],
        }  # fmt: skip
        with self._call():
            return intent_state(self._client.payment_intents.confirm(payment_intent, params, {"idempotency_key": key}))

    def intents_of(self, customer: str) -> tuple[IntentState, ...]:
        """Return a payer's latest hundred payments, the newest first.

        Raises:
            GatewayRefused: there is no such customer.
            GatewayUnavailable: retry.

        """
        with self._call():
            page = self._client.payment_intents.list(
                {"customer": customer, "limit": 100, "expand": [f"data.{_CHARGE}"]}
            )
        return tuple(intent_state(intent) for intent in page.data)
