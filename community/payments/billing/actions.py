"""Changing what is paid every month. Nothing here calls Stripe; `subscribing` does, between transactions.

What Stripe says of a subscription is written down as a whole: its invoices, each paid one a payment, and how it stands.
So order, age and number of the events do not matter. What has ended by our books stays ended.
"""

from collections.abc import Mapping, Sequence

from community.core import clock
from community.core.db import db
from community.core.events import emit, prepare
from community.core.ids import new_ref
from community.core.money import pro_rata, step
from community.payments import books
from community.payments import queries as payments
from community.payments import rules as money
from community.payments.actions import accounts, passing, refunding
from community.payments.billing import queries, rules
from community.payments.billing.facts import (
    PeriodOver,
    SubscriptionChanged,
    SubscriptionCheckoutDue,
    SubscriptionOver,
)
from community.payments.billing.terms import ChargeState, InvoiceState, SubscriptionState
from community.payments.facts import PaymentSucceeded
from community.payments.models import Payment, Subscription, SubscriptionInvoice


def open_subscription(
    *,
    subject: str,
    payer: str,
    payee: str,
    payee_name: str,
    amount: int,
    fee: int,
    currency: str,
    description: str,
    mode: str = "platform",
    fee_side: str = "client",
    niche: str = "",
    source: str = "",
) -> Subscription:
    """Write down that `amount` (minor units, `fee` of it the site's) is wanted every month. Checkout opens after the
    commit. Raises `Refused("not_payable")` in direct mode while the payee's account takes no charges.
    """
    account_id = accounts.taking_charges(payee).id if mode == "direct" else None
    made = Subscription(
        ref=new_ref("sub"), subject=subject, payer=payer, payee=payee, payee_name=payee_name, amount=amount, fee=fee,
        fee_side=fee_side, currency=currency, description=description, niche=niche, source=source, mode=mode,
        account_id=account_id, status="new", expires_at=clock.now() + money.CHECKOUT_LIFETIME,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    emit(SubscriptionCheckoutDue(made.id), due=made.expires_at)
    return made


def checkout_opened(subscription_id: int, checkout_id: str, url: str) -> None:
    """Stripe has opened the Checkout."""
    found = queries.locked(subscription_id)
    found.checkout_id, found.checkout_url = checkout_id, url
    if found.status == "new":
        found.status = "open"


def closing(subscription: Subscription) -> None:
    """Its Checkout is to end now; what Stripe answers decides between expired and begun."""
    if subscription.status in {"new", "open"}:
        subscription.status = "closing"
        emit(SubscriptionCheckoutDue(subscription.id))


def expired(subscription_id: int) -> None:
    """Nothing can begin by its Checkout any more. Twice is once; one that has begun stays so."""
    prepare(SubscriptionChanged(subscription_id))
    found = queries.locked(subscription_id)
    if found.status in rules.UNBEGUN:
        found.status = "expired"
        emit(SubscriptionChanged(found.id))


def seen(
    subscription_id: int,
    state: SubscriptionState,
    papers: Sequence[InvoiceState],
    charges: Mapping[str, ChargeState],
) -> None:
    """Write down what Stripe says now; `charges` are what paid those invoices of `papers` that we did not know to be
    paid, by their payment. Twice is once. Takes locks in the house's order.
    """
    prepare(SubscriptionChanged(subscription_id))
    found = queries.locked(subscription_id)
    found.stripe_id = state.id
    _stand(found, state)
    paid = [made for paper in papers if (made := _invoice(found, paper, charges)) is not None]
    db.session.flush()
    for payment in paid:
        emit(PaymentSucceeded(payment.id))
    emit(SubscriptionChanged(found.id))


def _stand(found: Subscription, state: SubscriptionState) -> None:
    found.period_from, found.period_until = state.period_from, state.period_until
    if found.status == "ended":
        return
    found.ends_with_period = state.ends_with_period
    found.status = rules.STATUSES[state.status]
    found.failure = state.why if found.status == "ended" else None
    if found.status == "ended":
        found.ended_at = state.ended_at or clock.now()
        emit(SubscriptionOver(found.id))


def _invoice(found: Subscription, paper: InvoiceState, charges: Mapping[str, ChargeState]) -> Payment | None:
    """The invoice as Stripe has it now; its payment, where that is new."""
    row = next((one for one in found.invoices if one.stripe_id == paper.id), None)
    if row is None:
        row = SubscriptionInvoice(stripe_id=paper.id, currency=paper.currency, amount=paper.amount, status="draft")
        found.invoices.append(row)
    if row.status == rules.PAID:
        return None
    row.amount, row.attempts, row.next_try_at = paper.amount, paper.attempts, paper.next_try_at
    row.pay_url, row.period_from, row.period_until = paper.pay_url, paper.period_from, paper.period_until
    charge = charges.get(paper.payment_intent or "")
    if paper.status != rules.PAID or not paper.amount:
        row.status = paper.status
        return None
    if charge is None:  # paid since we asked; whoever looks next knows by what
        return None
    payment = _paid(found, paper, charge)
    row.status, row.payment_id, row.paid_at, row.pay_url = rules.PAID, payment.id, payment.paid_at, None
    db.session.flush()
    if found.ended_at is not None and paper.paid_at is not None and paper.paid_at > found.ended_at:
        refunding.owe_refund(payment, amount=payment.amount, reason="paid after it ended")
    emit(PeriodOver(row.id), due=row.period_until)
    return payment


def _paid(found: Subscription, paper: InvoiceState, charge: ChargeState) -> Payment:
    """A payment like any other, posted with Stripe's fee. Our part of a direct charge is what Stripe took of it."""
    by = step(found.currency)
    fee = pro_rata(paper.amount, found.amount, found.fee // by) * by
    if found.mode == "direct":
        fee = charge.our_part or 0
    payment = Payment(
        ref=new_ref("pay"), purpose="retainer", kind="retainer", subject=found.subject, payer=found.payer,
        payee=found.payee, payee_name=found.payee_name, amount=paper.amount, fee=fee, fee_side=found.fee_side,
        currency=paper.currency, description=found.description, niche=found.niche, source=found.source,
        mode=found.mode, account_id=found.account_id, status="paid", manual=False, discount=0, attempts=paper.attempts,
        refunded=0, disputed=0, expires_at=clock.now(), paid_at=paper.paid_at or clock.now(),
        intent_id=charge.payment_intent, charge_id=charge.charge, application_fee=charge.application_fee,
        stripe_fee=charge.fee, balance_transaction=charge.balance_transaction, card=charge.card,
    )  # fmt: skip
    db.session.add(payment)
    db.session.flush()
    books.charged(payment, charge.fee)
    if payment.mode == "platform":
        accounts.money_came_in(payment)
    return payment


def period_over(invoice_id: int) -> None:
    """A paid period is over: its payee may have what is left of it. Twice is once."""
    row = queries.invoice(invoice_id)
    if row.payment_id is not None and row.period_until <= clock.now():
        passing.release_to_payee(db.session.get_one(Payment, row.payment_id))


def end_now(subscription: Subscription, *, zone: str, why: str, back: str = "unused") -> int:
    """End it at once, and give `back` of the running period the "unused" days (as `zone` counts them), "all" of it, or
    nothing (""); its payee may have the rest. Returns what goes back, minor units. No-op once it has ended. The caller
    holds the locks of the subject's owner.
    """
    found = queries.locked(subscription.id)
    if found.status not in rules.LIVE:
        return 0
    found.status, found.ended_at, found.failure = "ended", clock.now(), why
    amount = 0
    for row, payment in queries.payments_of(found.id):
        if row.period_until <= clock.now():
            continue
        amount += _give_back(row, payment, "" if back == "all" else zone, why) if back else 0
        passing.release_to_payee(payment)
    emit(SubscriptionOver(found.id))
    emit(SubscriptionChanged(found.id))
    return amount


def left_of(row: SubscriptionInvoice, payment: Payment, zone: str) -> int:
    """What would go back of a period that ended now, minor units; without a `zone` to count days in, all of it."""
    left = max(0, payment.amount - payment.refunded - payment.disputed)
    if not zone:
        return left
    unused = rules.unused_days(row.period_from, row.period_until, clock.now(), zone)
    return min(rules.unused_part(payment.amount, unused, step(payment.currency)), left)


def _give_back(row: SubscriptionInvoice, payment: Payment, zone: str, why: str) -> int:
    payment = payments.locked(payment.id)  # a bank may have taken it since it was read
    amount = left_of(row, payment, zone)
    if amount:
        refunding.owe_refund(payment, amount=amount, reason=why)
    return amount
