"""The later parts of a booking's price: accepted by the client, waited for or given up by the practice."""

from typing import Any

from flask import Blueprint
from flask_babel import gettext as _

from community.bookings import actions
from community.bookings.stepping import do, mine
from community.core.auth import current_user, policy
from community.core.db import writes

bp = Blueprint("parts", __name__)


@bp.post("/bookings/<ref>/parts/<part>/acceptance")
@policy("public")
@writes
def accept(ref: str, part: str) -> Any:
    """The client accepts what a part waits for: their card is charged now."""
    booking, _side = mine(ref, "client")
    said = _("Accepted. Your card is charged now; a receipt follows by mail.")
    return do(booking, lambda one: actions.accept_part(one, part), said)


@bp.post("/bookings/<ref>/parts/<part>/patience")
@policy("person")
@writes
def wait(ref: str, part: str) -> Any:
    """The practice gives the client more time."""
    booking, _side = mine(ref, "practice")
    return do(booking, lambda one: actions.wait_for_part(one, part), _("They have more time, and a mail that says so."))


@bp.post("/bookings/<ref>/parts/cancellation")
@policy("person")
@writes
def cancel(ref: str) -> Any:
    """The practice calls it off because a part was not paid."""
    booking, _side = mine(ref, "practice")
    return do(booking, lambda one: actions.cancel_unpaid(one, by=current_user), _("The booking is cancelled."))
