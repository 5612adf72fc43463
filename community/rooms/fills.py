"""Rooms' pieces on other pages."""

from flask import render_template

from community.accounts.models import Person
from community.core.auth import viewer
from community.core.regions import fills
from community.rooms import queries


@fills("person.actions")
def message_button(person: Person, **_context: object) -> str:
    """Write to this person."""
    me = viewer()
    if me is None or me.id == person.id:
        return ""
    return render_template("rooms/fill_message.html", person=person)


@fills("booking.room")
def room_link(booking_id: int, **_context: object) -> str:
    """Where client and practice talk about a booking."""
    me = viewer()
    room = queries.booking_room(me, booking_id) if me is not None else None
    return render_template("rooms/fill_booking.html", room=room) if room else ""
