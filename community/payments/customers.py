"""The conversation with Stripe about payers with a saved card: never inside a transaction."""

from community.core.db import db, release, writing
from community.payments.actions import customers as actions
from community.payments.gateway import Gateway
from community.payments.models import Customer


def at_stripe(customer_id: int, line: Gateway) -> str:
    """Stripe's name of a payer, made there now if it does not know them; again with the same key. `line` is that of the
    account they pay on. Raises `GatewayUnavailable` or `GatewayRefused`.
    """
    customer = db.session.get_one(Customer, customer_id)
    known, ref, payer = customer.stripe_id, customer.ref, customer.payer
    release()
    if known:
        return known
    made = line.create_customer(key=ref, email=payer if "@" in payer else None, reference=ref)
    with writing():
        actions.customer_opened(customer_id, made)
    return made
