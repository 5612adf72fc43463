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
class PaymentAuthorised:
    """The card holds the money; nothing is taken yet. `@before` it the subject's owner takes its locks."""

    payment_id: int


@dataclass(frozen=True)
class CaptureWanted:
    """An authorised payment is to be taken at Stripe."""

    payment_id: int


@dataclass(frozen=True)
class CaptureRefused:
    """An authorised payment could not be taken, for good. `@before` it the subject's owner takes its locks."""

    payment_id: int


@dataclass(frozen=True)
class ReleaseWanted:
    """An authorised payment is to be let go at Stripe."""

    payment_id: int


@dataclass(frozen=True)
class PaymentReleased:
    """An authorised payment was let go, by us or by Stripe: nothing is taken. `@before` it the subject's owner takes
    its locks.
    """

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
