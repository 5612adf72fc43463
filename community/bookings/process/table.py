"""The table itself: data, drawn and executed from here alone.

Actors: client, practice, moderator (staff), clock (timers), payment (what Stripe answered). `to` None keeps the state.
"""

from collections.abc import Callable
from dataclasses import dataclass

from community.bookings import facts
from community.bookings.models import Booking
from community.bookings.process import effects, guards

Guard = Callable[[Booking, str], None]
Effect = Callable[[Booking], None]


@dataclass(frozen=True)
class Transition:
    """One allowed step. `settles` may run while another step waits for Stripe: it ends the wait. `timer` names what
    sets it off by itself.
    """

    name: str
    actors: frozenset[str]
    sources: frozenset[str | None]
    to: str | None
    fact: type | None = None
    guards: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()
    settles: bool = False
    timer: str = ""


def _step(
    name: str, actors: str, sources: str, to: str | None, fact: type | None = None, *, settles: bool = False,
    guards: tuple[Guard, ...] = (), effects: tuple[Effect, ...] = (), timer: str = "",
) -> Transition:  # fmt: skip
    origins = frozenset(None if source == "-" else source for source in sources.split())
    return Transition(name, frozenset(actors.split()), origins, to, fact, guards, effects, settles, timer)


_CONFIRMED = (effects.open_account, effects.stand, effects.await_end)

_OFF = (effects.give_back, effects.change_file, effects.stop_clock, effects.end_parts, effects.pass_on)

TABLE = (
    # Asking, quoting
    _step("ask", "client", "-", "asked", facts.BookingAsked, guards=(guards.is_inquiry,),
          effects=(effects.open_account, effects.await_quote)),
    _step("quote", "practice", "asked countered", "quoted", guards=(guards.is_inquiry,),
          effects=(effects.await_reply,)),
    _step("counter", "client", "quoted", "countered", effects=(effects.await_reply,)),
    _step("accept_quote", "client", "quoted", "held", facts.BookingHeld, guards=(guards.is_paid_for,),
          effects=(effects.stop_clock, effects.take, effects.start_hold)),
    _step("accept_free_quote", "client", "quoted", "confirmed", facts.BookingConfirmed, guards=(guards.is_free,),
          effects=(effects.take, *_CONFIRMED)),
    # Holding, paying
    _step("hold", "client", "-", "held", facts.BookingHeld, guards=(guards.is_paid_for,),
          effects=(effects.take, effects.start_hold)),
    _step("book_free", "client", "-", "confirmed", facts.BookingConfirmed,
          guards=(guards.is_free, guards.is_instant), effects=(effects.take, *_CONFIRMED)),
    _step("request_free", "client", "-", "requested", facts.BookingRequested,
          guards=(guards.is_free, guards.is_on_request),
          effects=(effects.take, effects.open_account, effects.await_yes)),
    _step("expire", "clock client", "held", "expired", facts.BookingExpired, settles=True,
          effects=(effects.give_back,), timer="hold ran out"),
    _step("confirm", "payment", "held", "confirmed", facts.BookingConfirmed, settles=True, effects=_CONFIRMED),
    _step("confirm_late", "payment", "expired", "confirmed", facts.BookingConfirmed, settles=True,
          guards=(guards.lies_ahead_or_long,), effects=(effects.take, *_CONFIRMED)),
    _step("authorise", "payment", "held", "requested", facts.BookingRequested, settles=True,
          guards=(guards.is_on_request,), effects=(effects.open_account, effects.await_yes)),
    # Answering a request
    _step("accept", "practice", "requested", "confirmed", facts.BookingConfirmed, settles=True, effects=_CONFIRMED),
    _step("decline", "practice", "requested asked countered", "declined", facts.BookingDeclined, settles=True,
          effects=(effects.give_back, effects.stop_clock)),
    _step("refuse", "client", "quoted", "declined", facts.BookingDeclined, effects=(effects.stop_clock,)),
    _step("withdraw", "client", "asked countered requested", "cancelled", facts.BookingCancelled, settles=True,
          effects=(effects.give_back, effects.stop_clock)),
    _step("lapse", "clock", "asked quoted countered requested capture_failed", "lapsed", facts.BookingLapsed,
          settles=True, effects=(effects.give_back, effects.stop_clock), timer="no answer in time"),
    _step("capture_refused", "payment", "requested", "capture_failed", facts.CaptureFailed, settles=True,
          effects=(effects.give_back, effects.lapse_soon)),
    # Changing
    _step("hand_over", "practice", "requested confirmed quoted", None, facts.BookingHandedOver,
          guards=(guards.may_hand_over,), effects=(effects.change_file,)),
    _step("reschedule", "client practice", "confirmed", None, facts.BookingRescheduled,
          guards=(guards.can_move, guards.lies_ahead),
          effects=(effects.move_claim, effects.change_file, effects.await_end, effects.move_parts)),
    _step("say_late", "client practice", "confirmed", None, facts.RunningLate, guards=(guards.is_timed,)),
    _step("cancel", "client practice moderator", "confirmed", "cancelled", facts.BookingCancelled,
          guards=(guards.can_be_cancelled,), effects=_OFF),
    _step("cancel_unpaid", "practice", "confirmed delivered", "cancelled", facts.BookingCancelled,
          guards=(guards.is_unpaid,), effects=_OFF),
    _step("call_off", "clock practice", "confirmed", "cancelled", facts.BookingCancelled,
          guards=(guards.is_workshop,), effects=_OFF,
          timer="fewer than the minimum"),
    # Delivering
    _step("deliver", "clock", "confirmed", "delivered", facts.BookingDelivered,
          guards=(guards.ends_by_clock, guards.is_over), effects=(effects.await_acceptance,), timer="its end"),
    _step("hand_in", "practice", "confirmed", "delivered", facts.BookingDelivered, guards=(guards.is_long,),
          effects=(effects.await_acceptance,)),
    _step("ask_changes", "client", "delivered", "confirmed", facts.ChangesAsked, guards=(guards.is_long,),
          effects=(effects.stop_clock,)),
    _step("complete", "client clock", "delivered", "completed", facts.BookingCompleted,
          effects=(effects.give_back_place, effects.stop_clock, effects.claim_rest, effects.pass_on),
          timer="no objection"),
    # What went wrong
    _step("report", "client practice", "confirmed delivered", "no_show", facts.NoShowReported,
          guards=(guards.may_report,), effects=(effects.await_opposition,)),
    _step("oppose", "client practice", "no_show", "objected", facts.ObjectionMade,
          guards=(guards.is_open_report, guards.is_other_side), effects=(effects.stop_clock,)),
    _step("uphold", "clock", "no_show", None, facts.NoShowStood, guards=(guards.is_due,),
          effects=(effects.stop_clock, effects.end_parts, effects.pass_on), timer="nobody objected"),
    _step("object", "client", "delivered", "objected", facts.ObjectionMade, effects=(effects.stop_clock,)),
    _step("settle", "client practice moderator", "objected", "resolved", facts.BookingResolved,
          effects=(effects.give_back_place, effects.end_parts, effects.pass_on)),
)  # fmt: skip

BY_NAME = {transition.name: transition for transition in TABLE}

# A step that waits for Stripe is noted in `pending`; this is who took it.
PENDING = {"expire": "clock", "accept": "practice", "decline": "practice", "withdraw": "client", "lapse": "clock"}
