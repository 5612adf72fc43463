"""What goes into the gateway and what comes out: plain frozen values, never Stripe's objects.

Amounts are integer minor units, currencies ISO codes in upper case, times aware UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Capture = Literal["automatic", "manual"]
Outcome = Literal["open", "authorised", "paid", "released", "expired"]
RefundReason = Literal["duplicate", "fraudulent", "requested_by_customer"]


class GatewayRefused(Exception):
    """Stripe said no, and will say no again to the same request.

    Args:
        code: Stripe's error code, or its error type when there is none.
        message: Stripe's words, for the log and the operator.

    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class GatewayUnavailable(Exception):
    """Nobody knows whether it happened: ask again later with the same key."""


class SignatureRefused(Exception):
    """A webhook that Stripe did not sign with our secret within the last five minutes."""


@dataclass(frozen=True)
class CheckoutLine:
    """One line of what is paid; `amount` includes tax."""

    name: str
    amount: int
    description: str | None = None
    image_url: str | None = None


@dataclass(frozen=True)
class CheckoutRequest:
    """A Checkout to open.

    `key` is our idempotency key, `reference` our payment's id, `order` the transfer group. `expires_at` is 30
    minutes to 24 hours away. `success_url` may hold `{CHECKOUT_SESSION_ID}`. `note` stands near the button,
    `payee` is the name shown above the price. With a `customer` the card is kept for later charges.
    """

    key: str
    reference: str
    order: str
    currency: str
    lines: tuple[CheckoutLine, ...]
    success_url: str
    cancel_url: str
    expires_at: datetime
    email: str | None = None
    capture: Capture = "automatic"
    note: str | None = None
    payee: str | None = None
    customer: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CheckoutOpened:
    """Where to send the payer, and until when."""

    id: str
    url: str
    expires_at: datetime


@dataclass(frozen=True)
class CheckoutState:
    """What Stripe says of a Checkout now.

    `fee`, `net` and `balance_transaction` are there once money was taken, `capture_before` while an
    authorised payment waits for its capture. `intent_status` is Stripe's word: `requires_capture` means
    authorised.
    """

    id: str
    status: Literal["open", "complete", "expired"]
    payment_status: Literal["paid", "unpaid", "no_payment_required"]
    amount: int
    currency: str
    client_reference: str | None
    payment_intent: str | None = None
    intent_status: str | None = None
    amount_received: int = 0
    charge: str | None = None
    fee: int | None = None
    net: int | None = None
    balance_transaction: str | None = None
    application_fee: str | None = None
    card_brand: str | None = None
    card_last4: str | None = None
    capture_before: datetime | None = None
    email: str | None = None
    payment_method: str | None = None

    @property
    def outcome(self) -> Outcome:
        """What it means for the money. The PaymentIntent knows it best: a complete Checkout with manual capture is
        not paid before its capture.
        """
        if self.status != "complete":
            return self.status
        known: dict[str | None, Outcome] = {
            "requires_capture": "authorised",
            "canceled": "released",
            "succeeded": "paid",
        }
        return known.get(self.intent_status, "paid" if self.payment_status == "paid" else "open")


@dataclass(frozen=True)
class Expired:
    """The Checkout has ended unpaid: its time may be freed."""

    id: str


@dataclass(frozen=True)
class AlreadyComplete:
    """The Checkout was paid first: settle it."""

    state: CheckoutState


@dataclass(frozen=True)
class RefundRequest:
    """Money to give back; `key` is our idempotency key."""

    key: str
    payment_intent: str
    amount: int
    reason: RefundReason | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RefundState:
    """What Stripe says of a refund now; `status` is Stripe's."""

    id: str
    status: str
    amount: int
    currency: str
    payment_intent: str | None
    charge: str | None
    balance_transaction: str | None
    failure_reason: str | None
    failure_entry: str | None = None  # the balance transaction by which it came back
    reference: str = ""  # our own name of it


@dataclass(frozen=True)
class IntentState:
    """What Stripe says of a payment now."""

    id: str
    status: str
    amount: int
    amount_received: int
    currency: str
    charge: str | None
    fee: int | None
    net: int | None
    balance_transaction: str | None
    application_fee: str | None = None
    card_brand: str | None = None
    card_last4: str | None = None
    payment_method: str | None = None
    failure: str | None = None  # Stripe's code of the last refusal
    reference: str = ""  # our own name of it


@dataclass(frozen=True)
class EventEnvelope:
    """An event's name and what it is about; the object itself is always fetched anew."""

    id: str
    type: str
    object_id: str
    created: datetime
    livemode: bool
    account: str | None = None  # the connected account it happened on
    about: Mapping[str, Any] = field(default_factory=dict)  # what of the object leads to our own rows


@dataclass(frozen=True)
class AccountRequest:
    """An account to make for a payee; `key` is our idempotency key."""

    key: str
    payee: str
    name: str
    url: str
    email: str | None = None
    country: str | None = None


@dataclass(frozen=True)
class AccountState:
    """What Stripe says of a connected account now; requirements by Stripe's names."""

    id: str
    country: str | None
    details_submitted: bool
    charges_enabled: bool
    payouts_enabled: bool
    transfers: str
    currently_due: tuple[str, ...] = ()
    past_due: tuple[str, ...] = ()
    pending_verification: tuple[str, ...] = ()
    due_by: datetime | None = None
    disabled_reason: str | None = None


@dataclass(frozen=True)
class TransferRequest:
    """Money to pass on; `charge` is where it comes from, `group` the order."""

    key: str
    amount: int
    currency: str
    destination: str
    charge: str
    group: str
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TransferState:
    """A transfer that was made, a reversal of one, or a refund of our part of a charge."""

    id: str
    amount: int
    balance_transaction: str | None
    reference: str = ""  # our own name of it


@dataclass(frozen=True)
class BalanceEntry:
    """One of Stripe's balance transactions: `net` is `amount` less `fee`, negative when money leaves."""

    id: str
    type: str
    amount: int
    fee: int
    net: int
    currency: str
    source: str | None
    created: datetime


@dataclass(frozen=True)
class DisputeState:
    """What Stripe says of a dispute now."""

    id: str
    charge: str | None
    payment_intent: str | None
    amount: int
    currency: str
    reason: str
    status: str
    created: datetime
    evidence_due_at: datetime | None = None
    entries: tuple[BalanceEntry, ...] = ()


@dataclass(frozen=True)
class PayoutState:
    """What Stripe says of a payout now."""

    id: str
    amount: int
    currency: str
    status: str
    created: datetime
    arrives_at: datetime | None
    failure: str | None
    balance_transaction: str | None
    failure_entry: str | None = None  # the balance transaction by which it came back
    reference: str = ""  # our own name of it
