"""Holding: a choice becomes an order of one or more bookings. Lock order: practice, booking, payment, ledger."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from community.accounts.models import Person
from community.availability import actions as availability
from community.bookings import plans, queries
from community.bookings.actions import drafts, promos
from community.bookings.actions.clients import Client, check, check_limits, order_of
from community.bookings.actions.drafts import Draft
from community.bookings.choices import Choice, Question
from community.bookings.models import Booking, BookingPayment, Order
from community.bookings.process import executor
from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.core.events import emit
from community.core.ids import new_ref
from community.core.site import settings
from community.listings import rules as offer
from community.listings.models import Listing
from community.listings.pricing import terms_of
from community.payments import actions as payments
from community.payments import payees
from community.payments.facts import CheckoutUnwanted
from community.payments.models import Payment
from community.payments.queries import may_be_paid

WISHED_WITHIN = timedelta(days=30)
_LIVE = frozenset({"new", "open", "closing"})


def hold(listing: Listing, *, choice: Choice, client: Client, until: datetime | None = None) -> list[Booking]:
    """Hold what was chosen for 15 minutes (or `until`), or book it at once where it is free: all of it or nothing.

    Raises `Refused`: what `drafts` raises, "full", "not_open", "own_listing", "answers", "too_soon", and the limits on
    holds. The caller's transaction is rolled back then, and nothing is taken.
    """
    availability.lock_practices(listing.practice_id)
    check(listing, client)
    check_limits(listing, client)
    order = order_of(client)
    series = new_ref("s") if len(choice.starts) > 1 else None
    common = {"answers": drafts.answers(listing, choice.answers)}
    promo = promos.priced(listing, choice, client.email)
    bookings: list[Booking] = []
    for draft in drafts.drafts(listing, choice):
        extra = common | {"addons": _addons(listing, choice) if not bookings else []}
        off = promo.off[len(bookings)] if promo else 0
        booking = _booking(listing, draft, order, client, extra | promos.noted(promo, off), series, off)
        if series is None:
            _freeze_parts(booking, draft)
        booking.expires_at = until
        _take(listing, booking)
        bookings.append(booking)
    if any(booking.state == "held" for booking in bookings):
        payment = ask_payment(bookings)
        promos.take(promo, payment)
    return bookings


def _freeze_parts(booking: Booking, draft: Draft) -> None:
    if not is_charged(booking):
        return
    parts = plans.parts(
        draft.plan,
        price=booking.price,
        added=sum(one["price"] for one in booking.chosen.get("addons", [])),
        terms=terms_of(booking.listing, booking.source),
        currency=booking.currency,
        starts_at=booking.starts_at if booking.kind != "digital" else None,
    )
    if parts:
        booking.chosen = booking.chosen | {"plan": parts}


def _take(listing: Listing, booking: Booking) -> None:
    step = "hold" if is_charged(booking) else ("request_free" if booking.on_request else "book_free")
    try:
        executor.run(booking, step, actor="client", by=booking.order.client)
    except availability.Overlap as overlap:
        people = listing.deliverers
        raise drafts.taken(listing.practice, people, minutes=booking.minutes, start=booking.starts_at) from overlap


def ask(listing: Listing, *, question: Question, client: Client) -> Booking:
    """Ask for a quote. Raises `Refused`: "not_open", "own_listing", "answers", "empty", "past"."""
    availability.lock_practices(listing.practice_id)
    check(listing, client)
    if not question.text.strip():
        raise Refused("empty", _("Say what you need, so that they can put a price on it."), 422)
    now = clock.now()
    by = now + WISHED_WITHIN
    if question.wished_by is not None:
        by = datetime.combine(question.wished_by, time(23, 59), ZoneInfo(listing.practice.zone)).astimezone(UTC)
    if by <= now:
        raise Refused("past", _("That day is over. Choose a day that is still to come."), 422)
    chosen = {"question": question.text.strip(), "answers": drafts.answers(listing, question.answers)}
    draft = Draft(now, by, listing.deliverers[0], 0)
    booking = _booking(listing, draft, order_of(client), client, chosen, None)
    booking.on_request = False
    executor.run(booking, "ask", actor="client", by=client.person)
    return booking


def _addons(listing: Listing, choice: Choice) -> list[dict[str, Any]]:
    return [{"title": one.title, "price": one.price} for one in listing.addons if one.id in choice.addons]


def _booking(
    listing: Listing,
    draft: Draft,
    order: Order,
    client: Client,
    chosen: dict[str, Any],
    series: str | None,
    off: int = 0,
) -> Booking:
    price = draft.price + sum(one["price"] for one in chosen.get("addons", [])) - off
    made = Booking(
        ref=new_ref("b"),
        order=order,
        listing=listing,
        practice=listing.practice,
        practice_id=listing.practice_id,
        deliverer=draft.deliverer,
        deliverer_id=draft.deliverer.id,
        kind=listing.kind,
        on_request=drafts.is_asked(listing, draft),
        date=draft.date,
        date_id=draft.date.id if draft.date else None,
        series=series,
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        first_start=draft.starts_at,
        zone=client.zone,
        currency=settings().currency,
        mode=settings().money_mode,
        source=client.source,
        policy=listing.policy,
        tiers=offer.tiers_of(listing.policy, listing.tiers),
        chosen=draft.chosen | {name: value for name, value in chosen.items() if value},
        where_kind=listing.where_kind,
        where_detail=listing.where_detail,
        note=client.note,
        created_at=clock.now(),
    )
    charge(made, price)
    return made


def charge(booking: Booking, price: int) -> None:
    """Freeze its price (minor units) and what it comes to: the fee of its niche and of the way the client came, on top
    or out of it.

    Raises `Refused("not_payable")` where the practice can't be paid (any more).
    """
    terms = terms_of(booking.listing, booking.source)
    whole, on_top = terms.fee(price), terms.on_top(price)
    booking.price, booking.fee, booking.commission = price, on_top, whole - on_top
    booking.total = price + on_top
    if not is_charged(booking):
        return
    if not may_be_paid(payees.of_practice(booking.practice_id), booking.mode):
        raise Refused("not_payable", _("This practice can't take payments yet. Ask them, or look for somebody else."))


def is_charged(booking: Booking) -> bool:
    """True when it is paid through us."""
    return booking.total > 0 and booking.mode != "off"


def ask_payment(bookings: list[Booking]) -> Payment:
    """Open one payment for what is due now of all of `bookings`. Where more is due later it keeps the card."""
    due_now = [_due_now(booking) for booking in bookings]
    first = bookings[0]
    plan = first.chosen.get("plan") or []
    payment = payments.open_payment(
        purpose="booking",
        subject=f"order:{first.order.ref}",
        payer=first.order.client_email,
        payee=payees.of_practice(first.practice_id),
        payee_name=first.practice.name,
        mode=first.mode,
        fee_side="practice" if first.commission else "client",
        niche=first.listing.niche.slug,
        source=first.source,
        amount=sum(amount for amount, _fee in due_now),
        fee=sum(fee for _amount, fee in due_now),
        currency=first.currency,
        description=first.listing.title if len(bookings) == 1 else f"{first.listing.title} × {len(bookings)}",
        manual=first.on_request,
        kind={"start": "deposit"}.get(plan[1]["due"], "instalment") if plan else "full",
        discount=sum((booking.chosen.get("promo") or {}).get("off", 0) for booking in bookings),
        saves_card=bool(plan),
    )
    for booking, (amount, _fee) in zip(bookings, due_now, strict=True):
        if amount:
            db.session.add(BookingPayment(booking_id=booking.id, payment_id=payment.id, amount=amount))
    db.session.flush()
    return payment


def _due_now(booking: Booking) -> tuple[int, int]:
    plan = booking.chosen.get("plan")
    return (plan[0]["pay"], plan[0]["fee"]) if plan else (booking.total, booking.fee + booking.commission)


def lock(booking_id: int) -> Booking:
    """The booking with its practice and itself locked, in the house's order."""
    availability.lock_practices(queries.get(booking_id).practice_id)
    return queries.locked(booking_id)


def let_go(booking_id: int, *, actor: str, by: Person | None = None) -> None:
    """Begin to end a hold: its payment is closed at Stripe first; only then the time is free. No-op once it is over."""
    booking = lock(booking_id)
    if booking.state != "held" or booking.pending:
        return
    waiting = [share.payment for share in booking.shares if share.payment.status in _LIVE]
    if not waiting:
        executor.run(booking, "expire", actor=actor, by=by)
        return
    for together in queries.locked_with(booking):
        if together.state == "held":
            together.pending = "expire"
    for payment in waiting:
        payments.closing(payment)
        emit(CheckoutUnwanted(payment.id))


def expire(booking: Booking) -> None:
    """The payment can't be made any more: the hold ends and the time is free."""
    if booking.state == "held":
        executor.run(booking, "expire", actor="clock")
