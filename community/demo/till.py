"""Paying at the local sandbox without a server: the same Checkout that people click through, called in this process."""

from flask import current_app
from werkzeug.test import Client

from community.core import clock
from community.core.db import db, refuse_in_transaction
from community.core.site import settings
from community.payments import collecting, connecting, payees
from community.payments import queries as payments
from community.payments.gateway import Gateway
from community.payments.models import Payment
from community.payments.sandbox.wsgi_client import WsgiClient
from community.payments.wiring import MOUNT, SANDBOX_KEY
from community.profiles.models import Practice

_CARD = {
    "card": "4242 4242 4242 4242",
    "expiry": "12 / 34",
    "cvc": "123",
    "name": "A Member",
    "country": "GB",
    "postcode": "BS1 4DJ",
}


def open_till() -> None:
    """Let this process's gateway call the sandbox directly: no server need be running."""
    site, sandbox = settings(), current_app.extensions["sandbox"]
    current_app.extensions["gateway"] = Gateway(
        SANDBOX_KEY,
        f"{site.base_url}{MOUNT}",
        site.stripe_webhook_secret,
        WsgiClient(sandbox),
        guard=refuse_in_transaction,
        clock=lambda: clock.now().timestamp(),
    )


def connect(practice: Practice) -> None:
    """Give a practice an account at the sandbox, its owner gone through Stripe's pages. Once."""
    payee = payees.of_practice(practice.id)
    known = payments.account(payee)
    if known is not None and known.is_payable:
        return
    name, email, base = practice.name, practice.owner.email, settings().base_url
    db.session.rollback()
    url = connecting.onboard(payee=payee, name=name, email=email, url=base, back=base, again=base)
    browser, path = Client(current_app.extensions["sandbox"]), url.removeprefix(base)
    browser.get(path, base_url=base)
    browser.post(path, base_url=base, data={"outcome": "complete", "bank": "000123456789"})
    account = payments.account(payee)
    account_id = account.id if account else 0
    db.session.rollback()
    connecting.look(account_id)


def pay(payment_id: int) -> None:
    """Open the payment's Checkout, pay on its page and settle what it answers."""
    collecting.open_checkout(payment_id)
    payment = db.session.get_one(Payment, payment_id)
    checkout_id, payer = payment.checkout_id, payment.payer
    db.session.rollback()
    browser = Client(current_app.extensions["sandbox"])
    browser.post(f"{MOUNT}/c/pay/{checkout_id}", base_url=settings().base_url, data=_CARD | {"email": payer})
    collecting.look(payment_id)
