"""What hangs on messages of the scene: other words, an answer, a sign, a pin, a picture, and a file elsewhere."""

from typing import TYPE_CHECKING

from sqlalchemy import select

from community.accounts.models import Person
from community.core import files
from community.core.db import db
from community.core.ids import new_ref
from community.rooms import actions, changing
from community.rooms.models import Message, Room
from community.rooms.sent import Sent
from tests.shape import kinds

if TYPE_CHECKING:
    from tests.shape.scene import Scene


def add(scene: "Scene") -> None:
    """Priya's and the host's doings in the lounge, and Tom's file in the room of his booking."""
    picture = Sent("image", f"{new_ref()}.webp", "jar.png", len(kinds.PNG), 80, 50)
    paper = Sent("file", f"{new_ref()}.file", "offer.pdf", 3)
    with scene.app.app_context():
        files.files().put(kinds.PNG, picture.file)
        files.files().put(b"PDF", paper.file)
    with scene.world.writing():
        priya, tom = (db.session.get_one(Person, one) for one in (scene.priya, scene.tom))
        host = db.session.get_one(Person, scene.roles["host"].id)
        lounge, booked = (_room(ref) for ref in (scene.lounge, scene.other["booking_room"]))
        hello = db.session.scalars(select(Message).where(Message.room_id == lounge.id, Message.client_id == "hello"))
        first = hello.one()
        changing.edit(first, "Good morning **all** and @host", by=priya)
        changing.react(first, "👏", on=True, by=host)
        changing.pin(first, on=True, by=host)
        shown = actions.say(lounge, "The jar", client_id="jar", by=priya, reply_to=first.id, files=[picture])
        offer = actions.say(booked, "Our offer", client_id="offer", by=tom, files=[paper])
        scene.said = first.id
        scene.files = [(each.id, each.files[0].id) for each in (shown, offer)]


def _room(ref: str) -> Room:
    return db.session.scalars(select(Room).where(Room.ref == ref)).one()
