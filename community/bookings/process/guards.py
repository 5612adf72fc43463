"""What must be true of a booking before a step. Each raises `Refused` in plain words."""

from flask_babel import gettext as _

from community.bookings.models import Booking
from community.core import clock
from community.core.errors import Refused


def is_free(booking: Booking) -> None:
    """It costs nothing."""
    if booking.total:
        raise Refused("not_free", status=500)


def lies_ahead(booking: Booking) -> None:
    """It has not begun."""
    if booking.starts_at <= clock.now():
        raise Refused("begun", _("This booking has begun already."))


def is_over(booking: Booking) -> None:
    """Its time has passed."""
    if booking.ends_at > clock.now():
        raise Refused("not_over", _("This booking is not over yet."))
