"""What happened to money."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PaymentSucceeded:
    """The payer has paid. `@before` it the subject's owner takes its locks."""

    payment_id: int


@dataclass(frozen=True)
class PaymentExpired:
    """The Checkout ended unpaid: nothing can be paid on it any more."""

    payment_id: int


@dataclass(frozen=True)
class CheckoutUnwanted:
    """A payment's Checkout is to be ended at Stripe."""

    payment_id: int


@dataclass(frozen=True)
class RefundOwed:
    """Money is to go back."""

    refund_id: int


@dataclass(frozen=True)
class RefundSettled:
    """A refund was carried out, or Stripe refused it for good."""

    refund_id: int


@dataclass(frozen=True)
class WebhookReceived:
    """An event of Stripe's is stored."""

    stripe_event_id: int
