"""Quotes for inquiries: the practice names a price, the client accepts, proposes another or says no."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint
from flask_babel import gettext as _

from community.bookings import actions
from community.bookings.models import Booking
from community.bookings.stepping import do, mine, price, typed, unknown
from community.core.auth import current_user, policy, viewer
from community.core.db import writes
from community.core.errors import Refused

bp = Blueprint("quotes", __name__)


@bp.post("/bookings/<ref>/quote")
@policy("person")
@writes
def quote(ref: str) -> Any:
    """The practice's price and span for a question."""
    booking, _side = mine(ref, "practice")

    def work(one: Booking) -> None:
        zone = ZoneInfo(one.practice.zone)
        first, last = _day("first", zone), _day("last", zone) + timedelta(days=1)
        actions.quote(
            one, amount=price("amount", one.currency), starts_at=first, ends_at=last, text=typed("text"),
            expires_at=_day("until", zone) + timedelta(days=1), by=current_user,
        )  # fmt: skip

    return do(booking, work, _("Your quote is sent."))


@bp.post("/bookings/<ref>/quote/answer")
@policy("public")
@writes
def answer_quote(ref: str) -> Any:
    """The client accepts a quote, proposes another price, or says no."""
    booking, _side = mine(ref, "client")
    given, by = typed("answer"), viewer()
    if given == "accept":
        return do(booking, lambda one: actions.accept_quote(one, by=by), _("Accepted. Pay to make it sure."))
    if given == "refuse":
        return do(booking, lambda one: actions.refuse(one, by=by, reason=typed("reason", 300)), _("You said no."))
    if given == "counter":
        return do(
            booking,
            lambda one: actions.counter(one, amount=price("amount", one.currency), text=typed("text"), by=by),
            _("Your proposal is sent."),
        )
    raise unknown()


def _day(name: str, zone: ZoneInfo) -> datetime:
    try:
        day = datetime.strptime(typed(name), "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise Refused(
            "day", _("Choose the days: when it begins, when it ends, until when the quote holds."), 422
        ) from error
    return datetime.combine(day, time(), zone).astimezone(UTC)
