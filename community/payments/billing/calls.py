"""What we ask of Stripe about subscriptions and their invoices."""

from typing import TYPE_CHECKING

from community.payments.line import Line
from community.payments.readings import stamp
from community.payments.terms import CheckoutOpened, GatewayRefused

from .askings import subscription_params
from .readings import begun, charge_state, invoice_state, subscription_state
from .terms import Begun, ChargeState, InvoiceState, SubscriptionRequest, SubscriptionState

if TYPE_CHECKING:
    from stripe.params import InvoiceListParams

MOST = 24  # the latest invoices that are looked at: two years


class BillingCalls(Line):
    """The part of the gateway that concerns what comes round every month."""

    def open_subscription(self, request: SubscriptionRequest) -> CheckoutOpened:
        """Open a Checkout that begins a subscription; the same key opens it once.

        Raises:
            GatewayRefused: an amount, time or currency that Stripe does not take.
            GatewayUnavailable: retry with the same key.

        """
        with self._call():
            session = self._client.checkout.sessions.create(
                subscription_params(request), {"idempotency_key": request.key}
            )
        if session.url is None:
            raise GatewayRefused("checkout_ended", f"{session.id} is {session.status}")
        return CheckoutOpened(session.id, session.url, stamp(session.expires_at))

    def fetch_begun(self, checkout: str) -> Begun:
        """Return what Stripe says of such a Checkout now.

        Raises:
            GatewayRefused: there is no such Checkout.
            GatewayUnavailable: retry.

        """
        with self._call():
            return begun(self._client.checkout.sessions.retrieve(checkout))

    def fetch_subscription(self, subscription: str) -> SubscriptionState:
        """Return what Stripe says of a subscription now.

        Raises:
            GatewayRefused: there is no such subscription.
            GatewayUnavailable: retry.

        """
        with self._call():
            return subscription_state(self._client.subscriptions.retrieve(subscription))

    def invoices_of(self, subscription: str) -> tuple[InvoiceState, ...]:
        """Return the latest invoices of a subscription, oldest first.

        Raises:
            GatewayUnavailable: retry.

        """
        params: InvoiceListParams = {"subscription": subscription, "limit": MOST, "expand": ["data.payments"]}
        with self._call():
            found = self._client.invoices.list(params)
        return tuple(reversed([invoice_state(one) for one in found.data]))

    def subscription_of(self, payment_intent: str) -> str | None:
        """Return the subscription whose invoice a payment pays, None where it pays none.

        Raises:
            GatewayUnavailable: retry.

        """
        with self._call():
            found = self._client.invoice_payments.list(
                {
                    "payment": {"type": "payment_intent", "payment_intent": payment_intent},
                    "limit": 1,
                }
            )
            if not found.data:
                return None
            invoice = self._client.invoices.retrieve(str(found.data[0].invoice))
        details = invoice.parent.subscription_details if invoice.parent else None
        return str(details.subscription) if details else None

    def fetch_charge(self, payment_intent: str) -> ChargeState:
        """Return what paid an invoice.

        Raises:
            GatewayRefused: there is no such payment.
            GatewayUnavailable: retry.

        """
        with self._call():
            found = self._client.payment_intents.retrieve(
                payment_intent, {"expand": ["latest_charge.balance_transaction"]}
            )
        return charge_state(found)

    def end_with_period(self, subscription: str, *, wanted: bool, key: str) -> SubscriptionState:
        """Let it end with its period, or go on after all.

        Raises:
            GatewayRefused: it has ended.
            GatewayUnavailable: retry.

        """
        with self._call():
            found = self._client.subscriptions.update(
                subscription, {"cancel_at_period_end": wanted}, {"idempotency_key": key}
            )
        return subscription_state(found)

    def pay_with(self, subscription: str, payment_method: str, *, key: str) -> None:
        """Ask this saved card from now on.

        Raises:
            GatewayRefused: it has ended, or the card is not its payer's.
            GatewayUnavailable: retry.

        """
        with self._call():
            self._client.subscriptions.update(
                subscription, {"default_payment_method": payment_method}, {"idempotency_key": key}
            )

    def cancel_subscription(self, subscription: str, *, key: str) -> None:
        """End it now; nothing is given back by that.

        Raises:
            GatewayRefused: it has ended already.
            GatewayUnavailable: retry with the same key.

        """
        with self._call():
            self._client.subscriptions.cancel(subscription, options={"idempotency_key": key})

    def void_invoice(self, invoice: str, *, key: str) -> None:
        """Nobody can pay it any more.

        Raises:
            GatewayRefused: it was paid or voided before.
            GatewayUnavailable: retry with the same key.

        """
        with self._call():
            self._client.invoices.void_invoice(invoice, options={"idempotency_key": key})
