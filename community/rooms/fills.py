"""Rooms' pieces on other pages."""

from collections.abc import Sequence

from flask import render_template

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.bookings.models import Booking
from community.core.auth import viewer
from community.core.regions import fills
from community.listings.models import Listing
from community.profiles.models import Practice
from community.rooms import lists, queries, rules
from community.rooms.page import IndexPage


@fills("person.actions")
def message_button(person: Person, practice: Practice | None = None, **_context: object) -> str:
    """Write to this person; on a practice's page anybody may ask, and signs in on the way."""
    me = viewer()
    if (me is None and practice is None) or (me is not None and me.id == person.id):
        return ""
    return render_template("rooms/fill_message.html", person=person, asks=practice is not None, about=None)


@fills("listing.ask")
def ask_about(listing: Listing, **_context: object) -> str:
    """Ask the practice something before booking, with the listing named."""
    return render_template("rooms/fill_message.html", person=listing.practice.owner, asks=True, about=listing.id)


@fills("booking.talk")
def room_link(booking: Booking, **_context: object) -> str:
    """Where client and practice talk about a booking."""
    me = viewer()
    room = queries.booking_room(me, booking.id) if me is not None else None
    return render_template("rooms/fill_booking.html", room=room, booking=booking) if room else ""


@fills("person.presence")
def person_presence(person: Person, **_context: object) -> str:
    """Where somebody sits right now: for members."""
    return _presence([person])


@fills("practice.presence")
def practice_presence(practice: Practice, **_context: object) -> str:
    """The same of a practice's people."""
    return _presence(practice.people)


def _presence(people: Sequence[Person]) -> str:
    me = viewer()
    if not accounts.is_member(me):
        return ""
    room = lists.seat_of(me, [person.id for person in people])
    return render_template("rooms/fill_presence.html", room=room) if room else ""


@fills("home.rooms")
def rooms_at_home(**_context: object) -> str:
    """Rooms where something goes on: a session, or enough people to be counted."""
    page = IndexPage(viewer())
    busy = [door for door in page.doors if door.clock or door.count >= rules.LIVE_FROM]
    return render_template("rooms/fill_home.html", doors=busy, page=page) if busy else ""
