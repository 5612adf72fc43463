"""Who reads a mail about a booking: where, in which language, and on which clock."""

from dataclasses import dataclass
from datetime import datetime

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.bookings.models import Booking, Proposal, Waiter
from community.core import formats


@dataclass(frozen=True)
class Reader:
    """One reader. `key` tells the readers of one thing apart; `side` is "client" or "practice"."""

    key: str
    side: str
    email: str
    locale: str
    zone: str
    person: Person | None = None

    def moment(self, at: datetime) -> str:
        """Thu 3 Dec, 14:30, on the reader's clock."""
        return f"{formats.short_day(at, self.zone)}, {formats.clock_time(at, self.zone)}"

    def day(self, at: datetime) -> str:
        """Thursday 3 December."""
        return formats.long_day(at, self.zone)


def client_of(booking: Booking) -> Reader:
    """The client, who may have no account yet; on the clock they booked by."""
    order = booking.order
    person = order.client
    locale = person.locale if person else order.locale
    return Reader("client", "client", person.email if person else order.client_email, locale, booking.zone, person)


def deliverer_of(booking: Booking) -> Reader:
    """Whoever is to deliver it."""
    return worker(booking.deliverer)


def answering_of(booking: Booking) -> list[Reader]:
    """Who may have to answer for the practice: the one who delivers, and the owner."""
    people = {person.id: person for person in (booking.deliverer, booking.practice.owner)}
    return [worker(person) for person in people.values()]


def peers_of(proposal: Proposal) -> list[Reader]:
    """The owner of the practice that a booking is to be handed over to."""
    return [worker(proposal.practice.owner)] if proposal.practice else []


def side_of(booking: Booking, side: str) -> list[Reader]:
    """Everybody on one side."""
    return [client_of(booking)] if side == "client" else answering_of(booking)


def other_side(side: str) -> str:
    """The other one."""
    return "practice" if side == "client" else "client"


def worker(person: Person) -> Reader:
    """Somebody who works in a practice."""
    return Reader(f"person:{person.id}", "practice", person.email, person.locale, person.zone, person)


def member(person: Person) -> Reader:
    """Somebody among the members."""
    return Reader(f"person:{person.id}", "member", person.email, person.locale, person.zone, person)


def may_hear(person: Person) -> bool:
    """True for a member who was neither suspended nor banned."""
    return accounts.is_member(person) and accounts.sanction(person, "suspend", "ban") is None


def waiter_of(waiter: Waiter) -> Reader:
    """Somebody on a waiting list, who may have no account."""
    return Reader("client", "client", waiter.email, waiter.locale, waiter.zone)
