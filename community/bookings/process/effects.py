"""What a step does beside changing the state: database writes and timers, in the step's transaction."""

from community.accounts import actions as accounts
from community.availability import actions as availability
from community.bookings import rules
from community.bookings.facts import AcceptanceDue, HoldRanOut, SessionEnded
from community.bookings.models import Booking
from community.core import clock
from community.core.events import emit


def owner(booking: Booking) -> str:
    """How the booking's claim on time is signed."""
    return f"booking:{booking.id}"


def claim_time(booking: Booking) -> None:
    """Take the deliverer's time; raises `availability.actions.Overlap`."""
    minutes = int((booking.ends_at - booking.starts_at).total_seconds() // 60)
    availability.claim(
        person_id=booking.deliverer_id,
        practice_id=booking.practice_id,
        owner=owner(booking),
        start=booking.starts_at,
        minutes=minutes,
    )


def free_time(booking: Booking) -> None:
    """Give the time back."""
    availability.free(owner(booking))


def start_hold(booking: Booking) -> None:
    """The clock of the hold runs."""
    booking.expires_at = clock.now() + rules.HOLD
    emit(HoldRanOut(booking.id), due=booking.expires_at)


def open_account(booking: Booking) -> None:
    """From here on the booking belongs to an account, made now if the address has none."""
    order = booking.order
    if order.client_id is None:
        person = accounts.client_account(
            email=order.client_email, name=order.client_name, zone=booking.zone, locale=order.locale
        )
        order.client_id = person.id
    booking.confirmed_at = clock.now()
    booking.expires_at = None


def await_session(booking: Booking) -> None:
    """Remember the end."""
    emit(SessionEnded(booking.id), due=booking.ends_at)


def await_acceptance(booking: Booking) -> None:
    """The client has two days to say that something was wrong."""
    emit(AcceptanceDue(booking.id), due=clock.now() + rules.ACCEPT_WITHIN)
