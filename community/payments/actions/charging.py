"""Payments: opened, authorised, taken, let go, settled, handed over."""

from flask_babel import gettext as _

from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.core.events import emit, prepare
from community.core.ids import new_ref
from community.payments import books, queries, rules
from community.payments.actions import accounts, customers, later, promos, refunding
from community.payments.facts import (
    CaptureRefused,
    CaptureWanted,
    PaymentAuthorised,
    PaymentExpired,
    PaymentReleased,
    PaymentSucceeded,
    ReleaseWanted,
)
from community.payments.models import Payment
from community.payments.terms import CheckoutState, IntentState


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
    mode: str = "platform",
    fee_side: str = "client",
    niche: str = "",
    source: str = "",
    kind: str = "full",
    discount: int = 0,
    saves_card: bool = False,
) -> Payment:
    """Write down that `amount` (minor units, `fee` of it the site's) is wanted. Checkout opens after the commit.

    A `manual` one is authorised by the payer and taken by `capture`, or let go by `release`. `niche` and `source` are
    what the fee was chosen by, `mode` whose charge it is. `saves_card` keeps the card for parts charged later
    (`plan_payment`). `discount` is what a promo code took off before. Raises `Refused("not_payable")` in direct mode
    while the payee's account takes no charges.
    """
    account = accounts.taking_charges(payee) if mode == "direct" else None
    customer = customers.customer_for(payer, (account and account.stripe_id) or "") if saves_card else None
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
        mode=mode,
        account_id=account.id if account else None,
        fee_side=fee_side,
        niche=niche,
        source=source,
        kind=kind,
        discount=discount,
        customer_id=customer.id if customer else None,
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


def checkout_found(payment_id: int, checkout_id: str) -> None:
    """Stripe has a Checkout of this payment whose opening was never answered. Twice is once."""
    payment = queries.locked(payment_id)
    payment.checkout_id = payment.checkout_id or checkout_id


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
        promos.code_free(payment)
        emit(PaymentExpired(payment_id))


def settle(payment_id: int, state: CheckoutState | IntentState) -> None:
    """Stripe says it is paid: post it and tell the subject, once. Takes locks in the house's order.

    A later charge that was given up, or that its payer had put right by another payment, goes back at once.
    """
    prepare(PaymentSucceeded(payment_id))
    payment = queries.locked(payment_id)
    if payment.status == "paid":
        return
    wanted = payment.status != "given_up" and later.stands_for_failed(payment)
    payment.status, payment.paid_at, payment.next_try_at = "paid", clock.now(), None
    _note_charge(payment, state)
    payment.stripe_fee, payment.balance_transaction = state.fee, state.balance_transaction
    books.charged(payment, state.fee)
    if not wanted:
        refunding.owe_refund(payment, amount=payment.amount, reason=rules.NOT_WANTED)
        return
    promos.code_used(payment)
    if payment.mode == "platform":
        accounts.money_came_in(payment)
    emit(PaymentSucceeded(payment.id))


def fee_known(payment_id: int, stripe_fee: int, balance_transaction: str | None) -> None:
    """Stripe says what it kept of a payment, where it did not know at once (minor units). Twice is once."""
    payment = queries.locked(payment_id)
    if payment.status != "paid" or payment.stripe_fee is not None:
        return
    payment.stripe_fee, payment.balance_transaction = stripe_fee, balance_transaction
    books.stripe_kept(payment, stripe_fee)


def _note_charge(payment: Payment, state: CheckoutState | IntentState) -> None:
    if isinstance(state, CheckoutState):
        payment.checkout_id = payment.checkout_id or state.id
    payment.intent_id = state.payment_intent if isinstance(state, CheckoutState) else state.id
    payment.charge_id = state.charge
    payment.application_fee = state.application_fee
    if state.card_brand:
        payment.card = f"{state.card_brand.title()} {state.card_last4}"
    customers.card_saved(payment, state.payment_method)


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
    promos.code_free(payment)
    books.let_go(payment)
    emit(CaptureRefused(payment.id) if wanted else PaymentReleased(payment.id))


def hand_over(payment: Payment, *, payee: str, payee_name: str, share: int) -> None:
    """From here on the payment is another payee's: what it comes to less `share` (minor units), which stays with the
    present one, and every refund to come. Of an authorised payment the share is owed once it is captured.

    To whom has it already, it is no change. Raises `Refused`: "not_paid", "not_ours" in direct mode,
    "paid_out" once it was passed on, "share_too_big".
    """
    payment = queries.locked(payment.id)
    if payment.payee == payee:
        return
    if payment.status not in {"authorised", "paid", "due"}:
        raise Refused("not_paid", _("There is no payment yet that could be handed over."))
    if payment.mode != "platform":
        text = _("This was paid to the practice's own account, so it can't be handed over. Refund it and book anew.")
        raise Refused("not_ours", text)
    if payment.released_at is not None:
        raise Refused("paid_out", _("This has been paid out already, so it can't be handed over any more."))
    if not 0 <= share <= books.owed(payment):
        raise Refused("share_too_big", _("That is more than is left of this payment. Choose a smaller share."), 422)
    books.handed_over(payment, to=payee, share=share)
    payment.payee, payment.payee_name = payee, payee_name
