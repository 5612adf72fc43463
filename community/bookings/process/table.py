"""The table itself: data, drawn and executed from here alone."""

from collections.abc import Callable
from dataclasses import dataclass, field

from community.bookings.facts import (
    BookingCancelled,
    BookingCompleted,
    BookingConfirmed,
    BookingDelivered,
    BookingExpired,
    BookingHeld,
)
from community.bookings.models import Booking
from community.bookings.process import effects, guards

Guard = Callable[[Booking], None]
Effect = Callable[[Booking], None]


@dataclass(frozen=True)
class Transition:
    """One allowed step. `settles` may run while another step waits for Stripe: a payment's own answer ends the wait."""

    name: str
    actors: frozenset[str]
    sources: frozenset[str | None]
    to: str
    fact: type | None = None
    guards: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()
    settles: bool = field(default=False)


def _transition(
    name: str,
    actors: str,
    sources: str,
    to: str,
    fact: type | None = None,
    *,
    guards: tuple[Guard, ...] = (),
    effects: tuple[Effect, ...] = (),
    settles: bool = False,
) -> Transition:
    origins = frozenset(None if source == "-" else source for source in sources.split())
    return Transition(name, frozenset(actors.split()), origins, to, fact, guards, effects, settles)


TABLE = (
    _transition("hold", "client", "-", "held", BookingHeld, effects=(effects.claim_time, effects.start_hold)),
    _transition(
        "book_free",
        "client",
        "-",
        "confirmed",
        BookingConfirmed,
        guards=(guards.is_free,),
        effects=(effects.claim_time, effects.open_account, effects.await_session),
    ),
    _transition(
        "expire",
        "clock client",
        "held",
        "expired",
        BookingExpired,
        effects=(effects.free_time,),
        settles=True,
    ),
    _transition(
        "confirm",
        "payment",
        "held",
        "confirmed",
        BookingConfirmed,
        effects=(effects.open_account, effects.await_session),
        settles=True,
    ),
    _transition(
        "confirm_late",
        "payment",
        "expired",
        "confirmed",
        BookingConfirmed,
        guards=(guards.lies_ahead,),
        effects=(effects.claim_time, effects.open_account, effects.await_session),
        settles=True,
    ),
    _transition(
        "cancel",
        "client practice moderator",
        "confirmed",
        "cancelled",
        BookingCancelled,
        guards=(guards.lies_ahead,),
        effects=(effects.free_time,),
    ),
    _transition(
        "deliver",
        "clock",
        "confirmed",
        "delivered",
        BookingDelivered,
        guards=(guards.is_over,),
        effects=(effects.await_acceptance,),
    ),
    _transition("complete", "client clock", "delivered", "completed", BookingCompleted),
)

BY_NAME = {transition.name: transition for transition in TABLE}
