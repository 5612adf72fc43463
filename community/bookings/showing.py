"""Drawing the page of one booking, wherever a step leads back to it."""

from typing import Any

from flask import render_template

from community.accounts.forms import CodeForm
from community.bookings.forms import CancellationForm
from community.bookings.models import Booking
from community.bookings.page import BookingPage
from community.core.auth import viewer


def show_booking(booking: Booking, status: int = 200, **given: Any) -> Any:
    """The page and its status; `given` replaces forms, or adds the refusal that brought one here."""
    page = BookingPage(booking, viewer())
    forms: dict[str, Any] = {"code_form": CodeForm(), "cancel_form": CancellationForm(), "refusal": None}
    return render_template("bookings/show.html", page=page, booking=booking, **(forms | given)), status
