"""Somebody with a browser and a socket."""

from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from community.accounts import actions as accounts
from community.accounts.models import Person
from community.core.db import db, writing
from community.core.realtime import socketio
from community.rooms import actions
from community.rooms.models import Message, Room, RoomMember
from tests.conftest import NOON
from tests.world import World, post


class Talker:
    """A person who talks, over the socket or over HTTP."""

    def __init__(self, app: Flask, world: World, name: str, **values: Any) -> None:
        self.app = app
        self.id = world.person(name, **values)
        self.browser = world.signed_in(self.id)
        self.browser.environ_base["HTTP_ACCEPT"] = "text/html"
        self.socket: Any = None

    def connect(self) -> "Talker":
        self.socket = socketio.test_client(self.app, flask_test_client=self.browser)
        return self

    def ask(self, name: str, ref: str, **data: Any) -> dict[str, Any]:
        return self.socket.emit(name, {"room": ref, **data}, callback=True)

    def join(self, ref: str, **data: Any) -> dict[str, Any]:
        if self.socket is None:
            self.connect()
        return self.ask("join", ref, **data)

    def say(self, ref: str, text: str, client_id: str | None = None) -> dict[str, Any]:
        return self.ask("say", ref, text=text, client_id=client_id or text)

    def heard(self, name: str = "said") -> list[Any]:
        """What was pushed since the last look."""
        return [each["args"][0] for each in self.socket.get_received() if each["name"] == name]

    def changes(self, ref: str, after: int | None = None) -> dict[str, Any]:
        more = "" if after is None else f"?after={after}"
        answer = self.browser.get(f"/rooms/{ref}/changes{more}", headers={"Accept": "application/json"})
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def post(self, path: str, data: dict[str, Any] | None = None, *, at: str = "/account") -> Any:
        return post(self.browser, path, data or {}, form_at=at)

    def person(self) -> Person:
        return db.session.get_one(Person, self.id)

    def blocks(self, other: "Talker") -> None:
        with self.app.app_context(), writing():
            accounts.block(other.person(), by=self.person())

    def sanctioned(self, kind: str) -> None:
        with self.app.app_context(), writing():
            accounts.sanction(self.person(), kind=kind, reason="Told twice")

    def unread(self, ref: str) -> int:
        with self.app.app_context():
            query = select(Room.message_count - RoomMember.read_count).join(RoomMember)
            return db.session.scalar(query.where(Room.ref == ref, RoomMember.person_id == self.id))


def lounge(app: Flask) -> str:
    with app.app_context(), writing():
        return actions.ensure_lounge().ref


def direct(app: Flask, by: Talker, to: Talker, text: str = "Hello there") -> str:
    """`by` writes to `to` for the first time."""
    with app.app_context(), writing():
        room = actions.open_direct(to.person(), by=by.person())
        actions.say(room, text, client_id="first", by=by.person())
        return room.ref


def stored(app: Flask, ref: str) -> list[tuple[int, int, str]]:
    """The log as the database has it: (id, changed_seq, text)."""
    with app.app_context():
        query = select(Message.id, Message.changed_seq, Message.text).join(Room)
        return [tuple(row) for row in db.session.execute(query.where(Room.ref == ref).order_by(Message.seq))]


def session_form(**given: Any) -> dict[str, Any]:
    """A session three days ahead, as typed."""
    day = NOON.date() + timedelta(days=3)
    known = {"name": "Invoices together", "day": day.isoformat(), "time": "10:00", "plan": "invoice"}
    return known | {"mutuality": "silent"} | given
