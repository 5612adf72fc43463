"""What a step does beside changing the state: database writes and timers, in the step's transaction."""

from datetime import datetime

from community.accounts import actions as accounts
from community.availability import actions as availability
from community.bookings import plans, queries, rules
from community.bookings.facts import AnswerDue, HoldRanOut, SessionEnded
from community.bookings.models import Booking
from community.bookings.process import taking
from community.core import clock
from community.core.events import emit
from community.payments import actions as payments

owner = taking.owner
take = taking.take
give_back = taking.give_back


def give_back_place(booking: Booking) -> None:
    """A project that is over makes room for the next client; past time stays taken."""
    availability.free_place(owner(booking))


def start_hold(booking: Booking) -> None:
    """The clock of the hold runs; who takes an offer of the waiting list has set a longer one."""
    booking.expires_at = booking.expires_at or clock.now() + rules.HOLD
    emit(HoldRanOut(booking.id), due=booking.expires_at)


def open_account(booking: Booking) -> None:
    """From here on the booking belongs to an account, made now if the address has none."""
    order = booking.order
    if order.client_id is None:
        person = accounts.client_account(
            email=order.client_email, name=order.client_name, zone=booking.zone, locale=order.locale
        )
        order.client_id = person.id


def stand(booking: Booking) -> None:
    """Both sides can count on it: nothing runs out any more."""
    booking.confirmed_at = booking.confirmed_at or clock.now()
    booking.expires_at = None


def stop_clock(booking: Booking) -> None:
    """Nobody is waited for any more."""
    booking.expires_at = None


def await_end(booking: Booking) -> None:
    """Remember the end, where it ends by itself."""
    if booking.kind not in rules.LONG:
        emit(SessionEnded(booking.id), due=booking.ends_at)


def await_yes(booking: Booking) -> None:
    """The practice has until then to answer a request."""
    captures = [share.payment.capture_before for share in booking.shares if share.payment.capture_before]
    by = rules.answer_by(clock.now(), booking.starts_at, min(captures, default=None))
    _wait(booking, by or clock.now())


def await_quote(booking: Booking) -> None:
    """The practice has a week to answer a question."""
    _wait(booking, clock.now() + rules.ANSWER_QUESTION_WITHIN)


def await_reply(booking: Booking) -> None:
    """The one who was asked has until the quote's own end, or a week."""
    ends = [one.expires_at for one in booking.proposals if one.status == "open" and one.expires_at]
    _wait(booking, min(ends, default=clock.now() + rules.ANSWER_QUESTION_WITHIN))


def await_acceptance(booking: Booking) -> None:
    """The client has some days to say that something was wrong."""
    _wait(booking, clock.now() + rules.accept_within(booking.kind))


def await_opposition(booking: Booking) -> None:
    """The other side has a day to object to a report."""
    _wait(booking, clock.now() + rules.OPPOSE_WITHIN)


def lapse_soon(booking: Booking) -> None:
    """A booking whose payment was refused is over shortly."""
    _wait(booking, clock.now() + rules.LAPSE_AFTER_FAILED_CAPTURE)


def pass_on(booking: Booking) -> None:
    """It is over: once all that a payment was for is, its payees may have what is left of it."""
    for share in booking.shares:
        if share.payment.status == "paid" and queries.all_over(share.payment_id):
            payments.release_to_payee(share.payment)


def end_parts(booking: Booking) -> None:
    """What was to be charged later is not charged any more."""
    for share in booking.shares:
        payments.call_off(share.payment)


def claim_rest(booking: Booking) -> None:
    """All of it is accepted: what waited for that falls due."""
    for payment in queries.later_parts(booking):
        if payment.due_at is None:
            payments.fall_due(payment, clock.now(), clock.now())


def move_parts(booking: Booking) -> None:
    """A balance falls due by the new time."""
    for payment in queries.later_parts(booking):
        if payment.kind == "balance":
            due = plans.due_at({"due": "start"}, booking.starts_at, clock.now())
            payments.fall_due(payment, due or clock.now(), booking.starts_at)


def change_file(booking: Booking) -> None:
    """The calendar file's next version."""
    booking.sequence += 1


def move_claim(booking: Booking) -> None:
    """The new time is claimed before the old one is freed."""
    availability.free(owner(booking), keep=taking.claim_time(booking).id)


def _wait(booking: Booking, until: datetime) -> None:
    booking.expires_at = until
    emit(AnswerDue(booking.id), due=until)
