"""Stripe's subscriptions and invoices read into our own values."""

import stripe

from community.payments.readings import charge_of, identifier, moment, stamp, stripes_part

from .terms import Begun, ChargeState, InvoiceState, SubscriptionState


def begun(session: "stripe.checkout.Session") -> Begun:
    """Read a Checkout that begins a subscription."""
    return Begun(str(session.status), identifier(session.subscription))


def subscription_state(found: stripe.Subscription) -> SubscriptionState:
    """Read a subscription; all its items come round together."""
    item = found["items"].data[0]
    details = found.cancellation_details
    return SubscriptionState(
        id=found.id,
        status=found.status,
        period_from=stamp(item.current_period_start),
        period_until=stamp(item.current_period_end),
        ends_with_period=bool(found.cancel_at_period_end),
        ended_at=moment(found.ended_at),
        why=details.reason if details else None,
        payment_method=identifier(found.default_payment_method),
    )


def invoice_state(found: stripe.Invoice) -> InvoiceState:
    """Read an invoice listed with its payments. Its own period is the one before: the line has what is paid for."""
    period = found.lines.data[0].period
    paid_by = [one.payment for one in (found.payments.data if found.payments else []) if one.status != "canceled"]
    intents = [identifier(getattr(one, "payment_intent", None)) for one in paid_by if one.type == "payment_intent"]
    return InvoiceState(
        id=str(found.id),
        status=str(found.status),
        amount=found.amount_paid if found.status == "paid" else found.amount_due,
        currency=found.currency.upper(),
        attempts=found.attempt_count,
        next_try_at=moment(found.next_payment_attempt),
        pay_url=found.hosted_invoice_url,
        period_from=stamp(period.start),
        period_until=stamp(period.end),
        payment_intent=next(iter(intents), None),
        paid_at=moment(found.status_transitions.paid_at),
    )


def charge_state(intent: stripe.PaymentIntent) -> ChargeState:
    """Read the payment of an invoice, fetched with its charge and balance transaction."""
    charge, entry = charge_of(intent)
    card = charge.payment_method_details.card if charge and charge.payment_method_details else None
    return ChargeState(
        payment_intent=intent.id,
        charge=charge.id if charge else None,
        fee=stripes_part(entry),
        balance_transaction=entry.id if entry else None,
        application_fee=identifier(charge.application_fee) if charge else None,
        our_part=charge.application_fee_amount if charge else None,
        card=f"{(card.brand or '').title()} {card.last4}" if card else None,
        payment_method=identifier(intent.payment_method),
    )
