"""The waiting list: "tell me when something earlier opens". Offers go out in order, each held for half an hour."""

from datetime import datetime

from flask_babel import gettext as _

from community.accounts import queries as people
from community.accounts.models import Person
from community.availability import actions as availability
from community.availability import queries as times
from community.bookings import queries, rules, waitlists
from community.bookings.actions import moving
from community.bookings.actions.clients import Client
from community.bookings.actions.holding import hold
from community.bookings.choices import Choice
from community.bookings.facts import OfferRanOut, TimeOffered
from community.bookings.models import Booking, Waiter
from community.bookings.process.taking import taken_seats
from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.core.events import emit
from community.core.ids import new_ref
from community.core.text import fold
from community.listings.models import Listing, WorkshopDate

MOST_WAITING = 200


def wait(
    listing: Listing, *, client: Client, minutes: int | None = None, date: WorkshopDate | None = None,
    booking: Booking | None = None, before: datetime | None = None,
) -> Waiter:  # fmt: skip
    """Put somebody on the list: for a seat at `date`, or for a session of `minutes` that starts before `before`,
    which, when it comes, replaces `booking`.

    Raises `Refused`: "on_the_list", "list_full", "no_such_length".
    """
    availability.lock_practices(listing.practice_id)
    if date is None and listing.length(minutes or 0) is None:
        raise Refused("no_such_length", _("This length is not on offer. Choose one that is."), 422)
    email = fold(client.email)
    waiting = waitlists.waiting(listing.id, date_id=date.id if date else None)
    if any(one.email == email for one in waiting):
        raise Refused("on_the_list", _("You are on the list already. We write as soon as something opens."))
    if len(waiting) >= MOST_WAITING:
        raise Refused("list_full", _("The waiting list is full. Look for somebody else who offers it."))
    made = Waiter(
        ref=new_ref("w"), listing_id=listing.id, date_id=date.id if date else None, name=client.name, email=email,
        booking_id=booking.id if booking else None, person_id=client.person.id if client.person else None,
        locale=client.locale, zone=client.zone, minutes=minutes, before=before, status="waiting", passed=0,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def leave(waiter: Waiter) -> None:
    """Off the list; what was kept goes to the next."""
    if waiter.status in {"waiting", "offered"}:
        _let_go(waiter, "left")
        offer_next(waiter.listing)


def offer_next(listing: Listing) -> int:
    """Offer what is free to those who wait, in order; returns how many offers went out. Locks the practice."""
    availability.lock_practices(listing.practice_id)
    made = 0
    for waiter in waitlists.waiting(listing.id, status="waiting"):
        if _offer(waiter, listing):
            made += 1
    return made


def _may_have(waiter: Waiter, listing: Listing) -> bool:
    """False where a block keeps the two apart, or staff suspended one of them: the next one is asked then."""
    owner = listing.practice.owner
    if people.sanction(owner, "suspend", "ban") is not None:
        return False
    person = (waiter.person_id and db.session.get(Person, waiter.person_id)) or people.by_email(waiter.email)
    if not isinstance(person, Person):
        return True
    if people.sanction(person, "suspend", "ban") is not None:
        return False
    return not people.are_apart(person.id, owner.id)


def _offer(waiter: Waiter, listing: Listing) -> bool:
    if not _may_have(waiter, listing):
        return False
    start = _free_seat(waiter) if waiter.date_id else _free_time(waiter, listing)
    if start is None:
        return False
    waiter.status, waiter.offered = "offered", start
    waiter.offered_until = min(clock.now() + rules.OFFER, start)
    db.session.flush()
    emit(TimeOffered(waiter.id))
    emit(OfferRanOut(waiter.id), due=waiter.offered_until)
    return True


def _free_seat(waiter: Waiter) -> datetime | None:
    date = db.session.get_one(WorkshopDate, waiter.date_id)
    if date.status == "off" or date.starts_at <= clock.now():
        return None
    taken, kept = taken_seats(date.id)
    return date.starts_at if date.seats - len(taken) > kept else None


def _free_time(waiter: Waiter, listing: Listing) -> datetime | None:
    """The first free time that is early enough, claimed for them."""
    minutes, members = waiter.minutes or 0, [person.id for person in listing.deliverers]
    known = {"practice_id": listing.practice_id, "members": members, "zone": listing.practice.zone, "minutes": minutes}
    for start in times.next_free(**known, after=clock.now(), count=1):  # type: ignore[arg-type]
        if waiter.before is not None and start >= waiter.before:
            return None
        who = times.who_is_free(**known, start=start)  # type: ignore[arg-type]
        if not who:
            return None
        try:
            availability.claim(
                person_id=who[0], practice_id=listing.practice_id, owner=_owner(waiter), start=start, minutes=minutes
            )
        except availability.Overlap:
            return None
        return start
    return None


def _owner(waiter: Waiter) -> str:
    return f"waiter:{waiter.id}"


def run_out(waiter: Waiter) -> None:
    """The offer was not taken: they stay on the list, behind nobody, and the next one is asked. No-op when taken."""
    if waiter.status != "offered" or waiter.offered_until is None or waiter.offered_until > clock.now():
        return
    waiter.passed += 1
    _let_go(waiter, "left" if waiter.passed > 1 else "waiting")
    others = [one for one in waitlists.waiting(waiter.listing_id, status="waiting") if one.id != waiter.id]
    for other in others:
        if _offer(other, waiter.listing):
            return


def _let_go(waiter: Waiter, status: str) -> None:
    availability.free(_owner(waiter))
    waiter.status, waiter.offered, waiter.offered_until = status, None, None
    db.session.flush()


def take(waiter: Waiter, *, client: Client, choice: Choice) -> Booking:
    """Take what was offered: a hold of half an hour, or the new time of the booking it replaces.

    Raises `Refused("offer_over")` and what holding or moving raises.
    """
    listing = waiter.listing
    availability.lock_practices(listing.practice_id)
    db.session.refresh(waiter)
    if waiter.status != "offered" or waiter.offered is None or (waiter.offered_until or clock.now()) <= clock.now():
        raise Refused("offer_over", _("This offer has ended. You stay on the list and hear when something opens."))
    start, until = waiter.offered, waiter.offered_until
    availability.free(_owner(waiter))
    waiter.status = "taken"
    db.session.flush()
    if waiter.booking_id is not None:
        booking = queries.locked(waiter.booking_id)
        moving.move_now(booking, start=start, actor="client", by=client.person)
        return booking
    kept = max(until or clock.now(), clock.now() + rules.HOLD)
    return hold(listing, choice=choice, client=client, until=kept)[0]
