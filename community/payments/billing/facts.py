"""What happened to what is paid every month."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SubscriptionChanged:
    """It began, failed, recovered, came round, is to end or has ended; or its Checkout ended unpaid. `@before` it the
    subject's owner takes its locks, `@on` it follows.
    """

    subscription_id: int


@dataclass(frozen=True)
class SubscriptionCheckoutDue:
    """A timer: its Checkout should be over."""

    subscription_id: int


@dataclass(frozen=True)
class SubscriptionOver:
    """It has ended by our books: nothing more may be asked for it at Stripe."""

    subscription_id: int


@dataclass(frozen=True)
class PeriodOver:
    """A timer: the period of a paid invoice is over, its payee may have it."""

    invoice_id: int
