"""Six digits from a mail, typed in the same tab: they open the account that what was ordered belongs to."""

from flask import flash
from flask_babel import gettext as _
from flask_security import login_user

from community.accounts import actions as accounts
from community.accounts.forms import CodeForm
from community.bookings.actions import clients
from community.bookings.models import Order
from community.core.db import writing
from community.core.errors import NotFound
from community.core.limits import hit


def opened(order: Order, form: CodeForm) -> bool:
    """True when the code was right: its client is signed in then. Else the form says what is wrong."""
    client = order.client
    if client is None or not form.validate_on_submit():
        return False
    hit("20 per hour", "code-try", client.email)
    with writing():
        known = accounts.redeem_code(client, form.code.data or "")
        if known:
            clients.close_to_browser(order)
            login_user(client, authn_via=["code"])
    if not known:
        form.code.errors = [_("That is not the code, or it has expired. Ask for a new one.")]
    return known


def send_anew(order: Order) -> None:
    """A new code goes to the address of the order. Raises `NotFound` while there is no account to open."""
    if order.client is None:
        raise NotFound
    hit("6 per hour", "code-mail", order.client.email)
    with writing():
        accounts.mail_code(order.client)
    flash(_("A new code is on its way."))
