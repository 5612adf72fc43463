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
class ChargeComing:
    """A timer: in some days a saved card is charged, and its owner is to know. Above it becomes a mail."""

    payment_id: int


@dataclass(frozen=True)
class ChargeDue:
    """A timer: a saved card is to be charged, for the first time or again."""

    payment_id: int


@dataclass(frozen=True)
class ChargeFailed:
    """A saved card was refused; its owner may put it right for a while. Above it becomes a mail."""

    payment_id: int


@dataclass(frozen=True)
class RecoveryOpened:
    """The payer is about to put a failed charge right by another payment. `@on` it the subject's owner notes what that
    one is for.
    """

    payment_id: int


@dataclass(frozen=True)
class RecoveryEnds:
    """A timer: the time to put a failed charge right is over."""

    payment_id: int


@dataclass(frozen=True)
class ChargeGivenUp:
    """It was not put right in time: nothing more is tried. Above it becomes a mail."""

    payment_id: int


@dataclass(frozen=True)
class ChargeUnwanted:
    """A part that was begun is not wanted any more: it is to be ended at Stripe."""

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


@dataclass(frozen=True)
class RefundFailed:
    """A refund came to nothing at the payer's bank; it is tried again, or staff decide."""

    refund_id: int


@dataclass(frozen=True)
class RefundRetryDue:
    """A timer: a refund that failed may be sent once more."""

    refund_id: int


@dataclass(frozen=True)
class TransferDue:
    """A payee's part of a payment may go out."""

    transfer_id: int


@dataclass(frozen=True)
class TransferSent:
    """It is on the payee's account at Stripe."""

    transfer_id: int


@dataclass(frozen=True)
class ReversalOwed:
    """A part of a transfer is to come back."""

    reversal_id: int


@dataclass(frozen=True)
class DisputeOpened:
    """A payer's bank asks for a charge back."""

    dispute_id: int


@dataclass(frozen=True)
class EvidenceWanted:
    """An answer to a dispute is to be sent."""

    dispute_id: int


@dataclass(frozen=True)
class EvidenceReminder:
    """A timer: so many days are left to answer a dispute. Above it becomes a mail."""

    dispute_id: int
    days: int


@dataclass(frozen=True)
class DisputeClosed:
    """It was won, lost or withdrawn."""

    dispute_id: int


@dataclass(frozen=True)
class PayoutWanted:
    """Money of the site's own is to go to its bank."""

    payout_id: int


@dataclass(frozen=True)
class AccountChanged:
    """A payee's account at Stripe can do more, or less, than before."""

    account_id: int


@dataclass(frozen=True)
class PayableWanted:
    """A timer: money waits for a payee who can't be paid."""

    account_id: int


@dataclass(frozen=True)
class PayeeReminded:
    """A payee is to be reminded that money waits, for the first, second or third time. Above it becomes a mail."""

    account_id: int
    nth: int


@dataclass(frozen=True)
class PayeeNeverPayable:
    """Sixty days have passed and the payee still can't be paid: the payment is about to go back. `@on` it the subject's
    owner ends what was bought; what is left of the payment then goes back.
    """

    payment_id: int
