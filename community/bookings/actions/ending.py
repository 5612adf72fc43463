"""How bookings end: called off, delivered, accepted, or disagreed about. The booking is locked."""

from flask_babel import gettext as _

from community.accounts.models import Person
from community.bookings import proposals, queries, rules
from community.bookings.actions.proposing import answer, close_all, propose
from community.bookings.models import Booking, Proposal
from community.bookings.process import executor
from community.bookings.process.guards import reporter
from community.bookings.process.table import BY_NAME
from community.core import clock, money
from community.core.errors import Refused
from community.payments import actions as payments
from community.payments import queries as payment_queries


def cancel(booking: Booking, *, actor: str, by: Person | None, reason: str = "") -> int:
    """Call a booking off; returns what goes back, minor units. The client by policy, everybody else in full."""
    amount = refund_if_cancelled(booking, actor)
    executor.run(booking, "cancel", actor=actor, by=by, reason=reason, refund=amount)
    close_all(booking)
    _give_money_back(booking, amount, f"cancelled by {actor}")
    return amount


def cancel_unpaid(booking: Booking, *, by: Person | None) -> int:
    """A later part was not paid in time: the practice calls it off by the cancellation terms. Returns what goes back,
    minor units. Raises `Refused("all_paid")`.
    """
    amount = refund_if_unpaid(booking)
    executor.run(booking, "cancel_unpaid", actor="practice", by=by, refund=amount)
    close_all(booking)
    _give_money_back(booking, amount, "not paid in time")
    return amount


def refund_if_unpaid(booking: Booking) -> int:
    """What would go back then: as if the client cancelled now, minor units."""
    return _by_policy(booking)


def call_off(booking: Booking, *, actor: str, by: Person | None = None, reason: str = "") -> None:
    """A workshop's date does not take place: everything goes back."""
    amount = queries.paid_amount(booking)
    executor.run(booking, "call_off", actor=actor, by=by, reason=reason, refund=amount)
    _give_money_back(booking, amount, "called off")


def refund_if_cancelled(booking: Booking, actor: str) -> int:
    """What would go back if `actor` cancelled now, minor units."""
    paid_so_far = queries.paid_amount(booking)
    if actor != "client" or booking.kind == "digital":
        return paid_so_far
    amount = rules.refund_amount(
        tiers=booking.tiers,
        paid=paid_so_far,
        first_start=booking.first_start,
        booked_at=booking.confirmed_at or booking.created_at,
        now=clock.now(),
    )
    return money.whole(amount, booking.currency)


def _give_money_back(booking: Booking, amount: int, reason: str) -> None:
    """The latest payment first: of what is paid in parts the last one was for what was not done yet."""
    left = amount
    for share in reversed(booking.shares):
        if queries.is_kept(share.payment) and left:
            payment = payment_queries.locked(share.payment_id)
            part = min(left, share.amount, payment.amount - payment.refunded - payment.disputed)
            if part > 0:
                payments.owe_refund(payment, amount=part, reason=reason)
                left -= part


def deliver(booking: Booking) -> None:
    """The time is over. No-op when it was called off or is further along."""
    if executor.allowed(booking, "deliver", "clock"):
        executor.run(booking, "deliver", actor="clock")
        close_all(booking)


def hand_in(booking: Booking, *, by: Person, text: str = "") -> None:
    """The practice says that a project is done."""
    executor.run(booking, "hand_in", actor="practice", by=by, text=text)


def ask_changes(booking: Booking, *, by: Person | None, text: str) -> None:
    """The client wants something changed first. Raises `Refused("empty")` when they don't say what."""
    if not text.strip():
        raise Refused("empty", _("Say what should be different, so that they can change it."), 422)
    executor.run(booking, "ask_changes", actor="client", by=by, text=text.strip())


def complete(booking: Booking, *, actor: str, by: Person | None = None) -> None:
    """Accepted, by the client or by time."""
    executor.run(booking, "complete", actor=actor, by=by)


def report(booking: Booking, *, actor: str, by: Person | None, text: str = "") -> None:
    """One side says that the other did not come."""
    executor.run(booking, "report", actor=actor, by=by, text=text.strip())
    close_all(booking)


def oppose(booking: Booking, *, actor: str, by: Person | None, text: str) -> None:
    """The other side disagrees with a report. Raises `Refused("empty")` when they don't say why."""
    _check_said(text)
    executor.run(booking, "oppose", actor=actor, by=by, text=text.strip())


def uphold(booking: Booking) -> None:
    """Nobody opposed a report: the client's absence goes by policy, the practice's gives everything back. Once."""
    if booking.state != "no_show" or not executor.allowed(booking, "uphold", "clock"):
        return
    amount = queries.paid_amount(booking) if reporter(booking) == "client" else _by_policy(booking)
    executor.run(booking, "uphold", actor="clock", refund=amount)
    _give_money_back(booking, amount, "no-show")


def _by_policy(booking: Booking) -> int:
    per_cent = rules.refund_per_cent(booking.tiers, booking.first_start, clock.now())
    return money.whole((queries.paid_amount(booking) * per_cent + 50) // 100, booking.currency)


def object_to(booking: Booking, *, by: Person | None, text: str) -> None:
    """The client says what was wrong before it counts as accepted. Raises `Refused("empty")`."""
    _check_said(text)
    executor.run(booking, "object", actor="client", by=by, text=text.strip())


def _check_said(text: str) -> None:
    if not text.strip():
        raise Refused("empty", _("Say what was wrong, so that the other side can answer."), 422)


def propose_settlement(booking: Booking, *, actor: str, by: Person | None, amount: int, text: str = "") -> Proposal:
    """Propose how much goes back (minor units). Raises `Refused("amount")` beyond what was paid."""
    executor.check(booking, BY_NAME["settle"], actor)
    _check_amount(booking, amount)
    earlier = proposals.open_of(booking, "settlement")
    if earlier is not None and earlier.side == actor:
        answer(earlier, "withdrawn")
    return propose(booking, "settlement", side=actor, by=by, amount=amount, text=text.strip(), expires_at=None)


def agree_to_settlement(booking: Booking, *, actor: str, by: Person | None) -> int:
    """The other side agrees; returns what goes back."""
    asked = proposals.open_of(booking, "settlement")
    if asked is None or asked.side == actor:
        raise Refused("nothing_asked", _("There is nothing to agree to. Propose how it should end."))
    answer(asked, "agreed")
    return settle(booking, actor=actor, by=by, amount=asked.amount or 0)


def refuse_settlement(booking: Booking, *, actor: str) -> None:
    """Not like that: the objection stands until there is another proposal or staff decide."""
    asked = proposals.open_of(booking, "settlement")
    if asked is None:
        raise Refused("nothing_asked", _("There is nothing to answer any more."))
    answer(asked, "withdrawn" if asked.side == actor else "refused")


def settle(booking: Booking, *, actor: str, by: Person | None, amount: int) -> int:
    """End an objection with `amount` going back: none, part or all of what was paid."""
    _check_amount(booking, amount)
    executor.run(booking, "settle", actor=actor, by=by, refund=amount)
    close_all(booking)
    _give_money_back(booking, amount, "settled")
    return amount


def _check_amount(booking: Booking, amount: int) -> None:
    if not 0 <= amount <= queries.paid_amount(booking) or amount % money.step(booking.currency):
        raise Refused("amount", _("Between nothing and all that was paid."), 422)


def download(booking: Booking) -> None:
    """Count a download of the file that was bought. Raises `Refused("not_yours_yet")` before it is paid."""
    if booking.kind != "digital" or booking.state not in {"confirmed", "delivered", "completed", "objected"}:
        raise Refused("not_yours_yet", _("The file is here once it is paid for."))
    booking.downloads += 1
