"""Reading bookings, always for somebody: the client, the practice's people, staff, or the browser that booked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from community.accounts.models import Person
from community.accounts.queries import Viewer
from community.bookings import rules
from community.bookings.models import Booking, BookingPayment, Order
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound
from community.payments.models import Payment
from community.payments.rules import LATER, NOT_WANTED
from community.profiles.models import Practice
from community.profiles.queries import works_at

_OVER = ("completed", "cancelled", "resolved", "expired", "declined", "lapsed")
_WAITING = ("held", "asked", "quoted", "countered", "requested", "capture_failed", "delivered", "no_show")
AGREED = ("confirmed", "delivered", "completed", "objected", "no_show", "resolved")
_WHOLE = (
    joinedload(Booking.listing),
    joinedload(Booking.practice),
    joinedload(Booking.deliverer),
    selectinload(Booking.log),
    selectinload(Booking.shares).joinedload(BookingPayment.payment).selectinload(Payment.refunds),
)


def whose(viewer: Viewer, browser: str, practice_id: Any) -> ColumnElement[bool]:
    """Whose it is that an order (join it) asks a practice for: the browser's that began it, its client's, staff's, and
    theirs who work at the practice in the column `practice_id`. A block between client and practice does not hide what
    they agreed.
    """
    digest = rules.browser_digest(browser)
    ways: list[ColumnElement[bool]] = [Order.browser == digest] if digest else []
    if viewer is not None:
        if viewer.is_staff:
            return true()
        ways += [Order.client_id == viewer.id, works_at(viewer, practice_id)]
    return or_(*ways) if ways else false()


def side(viewer: Viewer, order: Order, practice: Practice) -> str:
    """ "practice" for those who work there, "moderator" for other staff, else "client"."""
    if viewer is not None:
        if any(person.id == viewer.id for person in practice.people):
            return "practice"
        if order.client_id != viewer.id and viewer.is_staff:
            return "moderator"
    return "client"


def get_for(viewer: Viewer, browser: str, ref: str) -> Booking:
    """One booking by reference, or `NotFound`; a foreign one looks like a missing one."""
    query = (
        select(Booking)
        .join(Order)
        .where(Booking.ref == ref, whose(viewer, browser, Booking.practice_id))
        .options(*_WHOLE)
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def get_by_id_for(viewer: Viewer, booking_id: int) -> Booking:
    """The same by id."""
    query = (
        select(Booking)
        .join(Order)
        .where(Booking.id == booking_id, whose(viewer, "", Booking.practice_id))
        .options(*_WHOLE)
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def get(booking_id: int) -> Booking:
    """A booking that is known to exist: for reactions."""
    return db.session.get_one(Booking, booking_id)


def locked(booking_id: int) -> Booking:
    """The same, locked until the commit and read anew. Lock its practice first."""
    return db.session.get_one(Booking, booking_id, with_for_update={"of": Booking}, populate_existing=True)


def locked_with(booking: Booking) -> Sequence[Booking]:
    """The booking and all that were paid together with it, locked, in order. Lock the practice first."""
    payments = select(BookingPayment.payment_id).where(BookingPayment.booking_id == booking.id)
    shared = select(BookingPayment.booking_id).where(BookingPayment.payment_id.in_(payments))
    ids = sorted({booking.id, *db.session.scalars(shared)})
    return [locked(one) if one != booking.id else booking for one in ids]


def bookings_of_payment(payment_id: int) -> int:
    """For how many bookings a payment is."""
    query = select(func.count()).select_from(BookingPayment).where(BookingPayment.payment_id == payment_id)
    return db.session.scalar(query) or 0


def all_over(payment_id: int) -> bool:
    """True when nothing can change any more about the bookings that a payment is for."""
    query = select(func.count()).select_from(Booking).join(BookingPayment)
    upheld = (Booking.state == "no_show") & Booking.expires_at.is_(None)
    query = query.where(BookingPayment.payment_id == payment_id, Booking.state.not_in(_OVER), ~upheld)
    return not db.session.scalar(query)


def first_of_order(order_ref: str) -> Booking | None:
    """The booking a payer returns to."""
    query = select(Booking).join(Order).where(Order.ref == order_ref).order_by(Booking.id)
    return db.session.scalar(query.limit(1))


def ids_of_payment(payment_id: int) -> Sequence[tuple[int, int]]:
    """(practice id, booking id) of the bookings that a payment is for, in order."""
    query = select(Booking.practice_id, Booking.id).join(BookingPayment)
    query = query.where(BookingPayment.payment_id == payment_id).order_by(Booking.practice_id, Booking.id)
    return db.session.execute(query).all()


def of_client(viewer: Person) -> Sequence[Booking]:
    """What the viewer has booked, the latest start first. Holds that ran out are left out."""
    query = select(Booking).join(Order).where(Order.client_id == viewer.id, Booking.state != "expired")
    return db.session.scalars(query.options(*_WHOLE[:3]).order_by(Booking.starts_at.desc()).limit(200)).all()


def of_practice(
    viewer: Viewer, practice_id: int, *, since: datetime | None = None, until: datetime | None = None
) -> Sequence[Booking]:
    """Confirmed and later bookings of a practice by start, for those who may see them all."""
    query = (
        select(Booking).join(Order).where(Booking.practice_id == practice_id, whose(viewer, "", Booking.practice_id))
    )
    query = query.where(Booking.state.in_(AGREED))
    if since is not None:
        query = query.where(Booking.ends_at >= since)
    if until is not None:
        query = query.where(Booking.starts_at < until)
    return db.session.scalars(query.options(*_WHOLE[:3]).order_by(Booking.starts_at).limit(500)).all()


def sessions_between(practice_id: int, person_id: int, begins: datetime, ends: datetime) -> Sequence[Booking]:
    """The confirmed sessions that a member delivers and that start from `begins` to before `ends`, UTC."""
    query = select(Booking).where(Booking.practice_id == practice_id, Booking.deliverer_id == person_id)
    query = query.where(Booking.state == "confirmed", Booking.kind == "session")
    query = query.where(Booking.starts_at >= begins, Booking.starts_at < ends)
    return db.session.scalars(query.order_by(Booking.starts_at)).all()


def requests(viewer: Person) -> Sequence[Booking]:
    """What the viewer's practice has to answer, what runs out first on top."""
    query = select(Booking).join(Order).where(Booking.state.in_(("requested", "asked", "countered")))
    query = query.where(works_at(viewer, Booking.practice_id), Booking.pending.is_(None)).options(*_WHOLE[:3])
    return db.session.scalars(query.order_by(Booking.expires_at)).all()


def live_holds(*, browser: str, email: str) -> Sequence[Booking]:
    """Holds of this browser or address that still run."""
    query = select(Booking).join(Order).where(Booking.state == "held", Booking.expires_at > clock.now())
    return db.session.scalars(query.where(or_(Order.browser == browser, Order.client_email == email))).all()


def unpaid_lately(*, browser: str) -> int:
    """How many holds of this browser ran out unpaid within the pause."""
    query = select(func.count()).select_from(Booking).join(Order)
    query = query.where(Booking.state == "expired", Booking.created_at > clock.now() - rules.PAUSE)
    return db.session.scalar(query.where(Order.browser == browser)) or 0


def overdue(now: datetime, most: int = 100) -> Sequence[tuple[int, str]]:
    """(id, state) of bookings whose timer should have rung: what waited for somebody, and what ended by itself."""
    query = select(Booking.id, Booking.state).where(
        or_(
            Booking.state.in_(_WAITING) & (Booking.expires_at < now),
            (Booking.state == "confirmed") & (Booking.ends_at < now) & Booking.kind.not_in(rules.LONG),
        )
    )
    return db.session.execute(query.order_by(Booking.id).limit(most)).all()


def paid_amount(booking: Booking) -> int:
    """What was paid for this booking, minor units."""
    return sum(share.amount for share in booking.shares if is_kept(share.payment))


def is_kept(payment: Payment) -> bool:
    """Paid, and not sent back at once because it came after all or twice."""
    return payment.status == "paid" and is_wanted(payment)


def unpaid_parts(booking: Booking) -> list[Payment]:
    """Later parts that were refused and that nothing was paid for instead."""
    stands_for = {share.payment.recovers_id for share in booking.shares if is_kept(share.payment)}
    failed = [one for one in later_parts(booking) if one.status in {"recovering", "given_up"} and one.recover_by]
    return [one for one in failed if one.id not in stands_for]


def is_wanted(payment: Payment) -> bool:
    """Not sent back at once."""
    return all(one.reason != NOT_WANTED for one in payment.refunds)


def later_parts(booking: Booking) -> list[Payment]:
    """What is charged after the first payment, in the order of the plan; what stands for a failed one is left out."""
    found = [share.payment for share in booking.shares if share.payment.recovers_id is None]
    return [one for one in found if one.status in LATER or one.due_at is not None]


def payment_to_make(booking: Booking) -> Payment | None:
    """The payment that a held booking waits for."""
    return next((s.payment for s in booking.shares if s.payment.status in {"new", "open"}), None)


def side_of(viewer: Viewer, booking: Booking) -> str:
    """Which side of a booking the viewer is on."""
    return side(viewer, booking.order, booking.practice)


def by_payment_refs(viewer: Viewer, refs: Sequence[str]) -> dict[str, Booking]:
    """The first booking of each payment that the viewer may see, by the payment's reference."""
    query = select(Payment.ref, Booking).join(BookingPayment, BookingPayment.payment_id == Payment.id)
    query = query.join(Booking, Booking.id == BookingPayment.booking_id).join(Order, Order.id == Booking.order_id)
    query = query.where(Payment.ref.in_(set(refs)), whose(viewer, "", Booking.practice_id))
    found = db.session.execute(query.options(joinedload(Booking.listing))).all()
    return {row[0]: row[1] for row in found}
