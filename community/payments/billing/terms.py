"""What goes into the gateway about subscriptions and what comes out: plain frozen values, never Stripe's objects.

Amounts are integer minor units, times aware UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from community.payments.terms import CheckoutLine


@dataclass(frozen=True)
class SubscriptionRequest:
    """A Checkout that begins a subscription; `lines` come round every `months`. `key` is our idempotency key.

    `fee_share` is what of each payment is ours on the payee's account, in hundredths of a per cent.
    """

    key: str
    reference: str
    currency: str
    lines: tuple[CheckoutLine, ...]
    months: int
    success_url: str
    cancel_url: str
    expires_at: datetime
    email: str | None = None
    payee: str | None = None
    fee_share: int = 0
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Begun:
    """What Stripe says of such a Checkout now: `subscription` is there once it was paid."""

    status: str
    subscription: str | None


@dataclass(frozen=True)
class SubscriptionState:
    """What Stripe says of a subscription now; `status` is Stripe's."""

    id: str
    status: str
    period_from: datetime
    period_until: datetime
    ends_with_period: bool
    ended_at: datetime | None = None
    why: str | None = None
    payment_method: str | None = None  # the card that is asked


@dataclass(frozen=True)
class InvoiceState:
    """What Stripe says of one period's invoice; `payment_intent` pays it."""

    id: str
    status: str
    amount: int
    currency: str
    attempts: int
    next_try_at: datetime | None
    pay_url: str | None
    period_from: datetime
    period_until: datetime
    payment_intent: str | None
    paid_at: datetime | None


@dataclass(frozen=True)
class ChargeState:
    """What paid an invoice. `fee` is what Stripe kept, `our_part` what came to us of a charge on a payee's account."""

    payment_intent: str
    charge: str | None
    fee: int | None
    balance_transaction: str | None
    application_fee: str | None
    our_part: int | None
    card: str | None
    payment_method: str | None
