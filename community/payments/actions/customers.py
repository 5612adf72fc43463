"""Payers with a saved card, as far as our own books go. Nothing here calls Stripe; `payments.customers` does."""

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from community.core.db import db, savepoint
from community.core.ids import new_ref
from community.payments.models import Customer, Payment


def customer_for(payer: str, account: str = "") -> Customer:
    """The payer's row on our own account, or on a payee's in direct mode (`account`, Stripe's name); made now if there
    is none.

    A payer is an address that somebody typed. So a card is only ever charged for what was agreed when it was saved:
    later charges name it themselves (`Payment.payment_method`); the customer's own is what was saved last, to be shown.
    """
    found = db.session.scalar(_of(payer, account))
    if found is not None:
        return found
    try:
        with savepoint():
            made = Customer(ref=new_ref("cu"), payer=payer, account=account)
            db.session.add(made)
            db.session.flush()
            return made
    except IntegrityError:  # somebody made it at the same moment
        return db.session.execute(_of(payer, account)).scalar_one()


def _of(payer: str, account: str) -> Select[Customer]:
    return select(Customer).where(Customer.payer == payer, Customer.account == account)


def customer_opened(customer_id: int, stripe_id: str) -> None:
    """Stripe knows the payer now. Twice is once."""
    db.session.get_one(Customer, customer_id).stripe_id = stripe_id


def card_saved(payment: Payment, payment_method: str | None) -> None:
    """The payment was made with a card that its customer keeps for what is charged later."""
    if payment.customer is None or not payment_method:
        return
    payment.payment_method = payment_method
    payment.customer.payment_method, payment.customer.card = payment_method, payment.card
