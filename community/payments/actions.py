"""Changing money. Nothing here calls Stripe; `collecting` does, between transactions."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from community.core import clock
from community.core.db import db, is_sqlite
from community.core.errors import Refused
from community.core.events import emit, prepare
from community.core.ids import new_ref
from community.payments import books, queries, rules
from community.payments.facts import (
    CaptureRefused,
    CaptureWanted,
    PaymentAuthorised,
    PaymentExpired,
    PaymentReleased,
    PaymentSucceeded,
    RefundOwed,
    RefundSettled,
    ReleaseWanted,
    WebhookReceived,
)
from community.payments.models import Payment, Refund, StripeEvent
from community.payments.terms import CheckoutState, EventEnvelope, RefundState


def open_payment(
    *,
    purpose: str,
    subject: str,
    payer: str,
    payee: str,
    payee_name: str,
    amount: int,
    fee: int,
    currency: str,
    description: str,
    manual: bool = False,
) -> Payment:
    """Write down that `amount` (minor units, `fee` of it the site's) is wanted. Checkout opens after the commit.

    A `manual` one is authorised by the payer and taken by `capture`, or let go by `release`.
    """
    payment = Payment(
        ref=new_ref("pay"),
        purpose=purpose,
        subject=subject,
        payer=payer,
        payee=payee,
        payee_name=payee_name,
        amount=amount,
        fee=fee,
        currency=currency,
        description=description,
        expires_at=clock.now() + rules.CHECKOUT_LIFETIME,
        status="new",
        manual=manual,
        refunded=0,
    )
    db.session.add(payment)
    db.session.flush()
    return payment


def checkout_opened(payment_id: int, checkout_id: str, url: str) -> None:
    """Stripe has opened the Checkout."""
    payment = queries.locked(payment_id)
    payment.checkout_id, payment.checkout_url = checkout_id, url
    if payment.status == "new":
        payment.status = "open"


def closing(payment: Payment) -> None:
    """The Checkout is to end; what Stripe answers decides between expired and paid."""
    if payment.status in {"new", "open"}:
        payment.status = "closing"


def expired(payment_id: int) -> None:
    """Nothing can be paid on it any more. Twice is once; a paid one stays paid."""
    prepare(PaymentExpired(payment_id))
    payment = queries.locked(payment_id)
    if payment.status in {"new", "open", "closing"}:
        payment.status = "expired"
        emit(PaymentExpired(payment_id))


def settle(payment_id: int, state: CheckoutState) -> None:
    """Stripe says it is paid: post it and tell the subject, once. Takes locks in the house's order."""
    prepare(PaymentSucceeded(payment_id))
    payment = queries.locked(payment_id)
    if payment.status == "paid":
        return
    payment.status, payment.paid_at = "paid", clock.now()
    _note_charge(payment, state)
    books.charged(payment, state.fee)
    emit(PaymentSucceeded(payment.id))


def _note_charge(payment: Payment, state: CheckoutState) -> None:
    payment.checkout_id = payment.checkout_id or state.id
    payment.intent_id, payment.charge_id = state.payment_intent, state.charge
    if state.card_brand:
        payment.card = f"{state.card_brand.title()} {state.card_last4}"


def authorise(payment_id: int, state: CheckoutState) -> None:
    """Stripe says that the card holds the money: tell the subject, once. Nothing is posted. Takes locks in the house's
    order. Also where the payment had expired by our books: its subject then lets it go.
    """
    prepare(PaymentAuthorised(payment_id))
    payment = queries.locked(payment_id)
    if payment.status not in {"new", "open", "closing", "expired"}:
        return
    payment.status, payment.capture_before = "authorised", state.capture_before
    _note_charge(payment, state)
    db.session.flush()  # whoever hears of it may lock the payment again, and let it go at once
    emit(PaymentAuthorised(payment.id))


def capture(payment: Payment) -> None:
    """Take an authorised payment, all of it: a delivery asks Stripe, and PaymentSucceeded or CaptureRefused tells how
    it went. Twice is once. Raises `Refused("not_authorised")`.
    """
    if _begins(payment, "capturing", "paid"):
        emit(CaptureWanted(payment.id))


def release(payment: Payment) -> None:
    """Let an authorised payment go: a delivery asks Stripe, and PaymentReleased tells that it did; PaymentSucceeded if
    it was taken before. Twice is once. Raises `Refused("not_authorised")`.
    """
    if _begins(payment, "releasing", "released"):
        emit(ReleaseWanted(payment.id))


def _begins(payment: Payment, doing: str, done: str) -> bool:
    locked = queries.locked(payment.id)
    if locked.status in {doing, done}:
        return False
    if locked.status != "authorised":
        raise Refused(
            "not_authorised", _("This payment is no longer waiting for an answer. Reload to see how it stands.")
        )
    locked.status = doing
    return True


def released(payment_id: int) -> None:
    """Stripe says that an authorised payment can't be taken any more: we let it go, it ran out, or its capture was
    refused. Twice is once. Takes locks in the house's order.
    """
    prepare(PaymentReleased(payment_id))
    prepare(CaptureRefused(payment_id))
    payment = queries.locked(payment_id)
    if payment.status not in {"authorised", "capturing", "releasing"}:
        return
    wanted = payment.status == "capturing"
    payment.status = "released"
    books.let_go(payment)
    emit(CaptureRefused(payment.id) if wanted else PaymentReleased(payment.id))


def hand_over(payment: Payment, *, payee: str, payee_name: str, share: int) -> None:
    """From here on the payment is another payee's: what it comes to less `share` (minor units), which stays with the
    present one, and every refund to come. Of an authorised payment the share is owed once it is captured.

    To whom has it already, it is no change. Raises `Refused`: "not_paid", "share_too_big".
    """
    payment = queries.locked(payment.id)
    if payment.payee == payee:
        return
    if payment.status not in {"authorised", "paid"}:
        raise Refused("not_paid", _("There is no payment yet that could be handed over."))
    if not 0 <= share <= books.owed(payment):
        raise Refused("share_too_big", _("That is more than is left of this payment. Choose a smaller share."), 422)
    books.handed_over(payment, to=payee, share=share)
    payment.payee, payment.payee_name = payee, payee_name


def owe_refund(payment: Payment, *, amount: int, reason: str) -> Refund:
    """Promise `amount` (minor units) of a paid payment back, in the caller's transaction; a delivery carries it out.

    The database refuses a sum of refunds above what was paid.
    """
    earlier = sum(refund.fee for refund in payment.refunds if refund.status != "failed")
    fee = rules.refund_fee(
        amount=amount,
        paid=payment.amount,
        fee=payment.fee,
        refunded=payment.refunded,
        fee_refunded=earlier,
    )
    refund = Refund(ref=new_ref("rf"), payment_id=payment.id, amount=amount, fee=fee, reason=reason, status="owed")
    payment.refunded += amount
    db.session.add(refund)
    db.session.flush()
    books.refund_owed(payment, refund)
    emit(RefundOwed(refund.id))
    return refund


def refund_answered(refund_id: int, state: RefundState | None, stripe_id: str | None = None) -> None:
    """Stripe carried the refund out, or (`state` None) refused it for good. Once."""
    refund = queries.refund(refund_id)
    payment = queries.locked(refund.payment_id)
    db.session.refresh(refund)
    if refund.status != "owed":
        return
    refund.stripe_id = stripe_id or (state.id if state else None)
    refund.status = "done" if state is not None and state.status in {"succeeded", "pending"} else "failed"
    refund.done_at = clock.now()
    if refund.status == "done":
        books.refunded(payment, refund)
    emit(RefundSettled(refund.id))


def receive(event: EventEnvelope, payload: dict[str, object]) -> bool:
    """Store a verified event; False when it came before, be it at this moment to another process. Applied by a
    delivery.
    """
    insert = sqlite_insert if is_sqlite() else pg_insert
    values = {"event_id": event.id, "type": event.type, "object_id": event.object_id, "payload": payload}
    made = insert(StripeEvent).values(**values, received_at=clock.now())
    stored = made.on_conflict_do_nothing(index_elements=["event_id"]).returning(StripeEvent.id)
    row_id = db.session.scalar(stored)
    if row_id is None:
        return False
    emit(WebhookReceived(row_id))
    return True


def applied(stripe_event_id: int, at: datetime | None = None) -> None:
    """The event's object was fetched and everything it says is written."""
    row = db.session.get_one(StripeEvent, stripe_event_id)
    row.applied_at = row.applied_at or at or clock.now()
