"""After a block: what becomes of what the two have booked with each other."""

from typing import Any

from flask import Blueprint, render_template

from community.bookings import actions, parting, queries, words
from community.bookings.models import Booking
from community.core.auth import current_user, policy
from community.core.errors import NotFound, Refused

bp = Blueprint("apart", __name__)


@bp.get("/bookings/apart/<int:person_id>")
@policy("account")
def show(person_id: int) -> Any:
    """Each can be kept, or called off by its terms; these stand beside."""
    found = parting.between(current_user, person_id)
    if not found:
        raise NotFound
    rows = []
    for booking in found:
        side = queries.side_of(current_user, booking)
        rows.append((booking, side, _back(booking, side)))
    return render_template("bookings/apart.html", rows=rows, state_words=words.state_words)


def _back(booking: Booking, side: str) -> int | None:
    """What goes back if one calls it off now, minor units; None where it can't be called off now."""
    if booking.state != "confirmed":
        return None
    try:
        return actions.refund_if_cancelled(booking, side)
    except Refused:
        return None
