"""What was said in the lounge and in the rooms of bookings, and who sat there when."""

from datetime import datetime, timedelta

from sqlalchemy import select

from community.accounts.models import Person
from community.bookings.models import Booking
from community.core import clock
from community.core.db import db, writing
from community.demo import content, people
from community.demo.progress import Progress
from community.demo.town import Town, dice
from community.rooms import actions as rooms
from community.rooms.models import Message, Room

_BATCH = 40
_SHARE = 0.3  # of the lines that are said in the rooms of bookings


def load(town: Town, progress: Progress) -> None:
    """Say every line at its time; a line that was said already stays as it is."""
    progress.begin("Talk")
    moments = sorted((_moment(town, number), number) for number in range(town.size.lines))
    there = set(db.session.scalars(select(Message.client_id).where(Message.client_id.startswith("demo-"))))
    db.session.rollback()
    with writing(), clock.frozen(town.begins):
        lounge_id = rooms.ensure_lounge().id
    booked = _booking_rooms()
    for start in range(0, len(moments), _BATCH):
        with writing():
            for at, number in moments[start : start + _BATCH]:
                if f"demo-{number}" in there:
                    continue
                with clock.frozen(at):
                    if not (number % 10 < _SHARE * 10 and booked and _in_booking(number, booked)):
                        _in_lounge(town, number, lounge_id)
        db.session.expunge_all()
        progress.add(len(moments[start : start + _BATCH]))


def _moment(town: Town, number: int) -> datetime:
    return town.moment(dice("line", number)) + timedelta(seconds=number % 1800)


def _booking_rooms() -> list[tuple[int, int]]:
    """(room, booking) ids of bookings with a room, in order."""
    subjects = db.session.execute(select(Room.id, Room.subject).where(Room.kind == "booking").order_by(Room.id))
    found = [(room_id, int(str(subject).partition(":")[2])) for room_id, subject in subjects]
    db.session.rollback()
    return found


def _line(number: int, where: str) -> str:
    lines = [line.text for line in content.chat_lines() if line.where == where]
    return dice("words", number).choice(lines)


def _in_lounge(town: Town, number: int, room_id: int) -> None:
    room = db.session.get_one(Room, room_id)
    who = dice("speaker", number).choice(people.everybody(town)[:60])
    person = db.session.scalars(select(Person).where(Person.email == people.address(who.name))).one()
    rooms.enter(room, by=person)
    rooms.came(room.id, [person.id])
    rooms.say(room, _line(number, "lounge"), client_id=f"demo-{number}", by=person)
    clock.advance(timedelta(minutes=20 + number % 90))
    rooms.went(room.id, person.id)


def _in_booking(number: int, booked: list[tuple[int, int]]) -> bool:
    """True when it was said: a booking made later than now has no room yet."""
    room_id, booking_id = dice("room", number).choice(booked)
    booking = db.session.get_one(Booking, booking_id)
    if booking.confirmed_at is None or booking.confirmed_at > clock.now() or booking.order.client is None:
        return False
    by = booking.deliverer if number % 3 == 0 else booking.order.client
    room = db.session.get_one(Room, room_id)
    rooms.say(room, _line(number, "booking"), client_id=f"demo-{number}", by=by)
    return True
