"""A room, people who change it, and the pages that follow it over a network that loses, doubles and mixes things up."""

import json
import shutil
import subprocess
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select

from community.accounts import actions as accounts
from community.accounts.models import Block, Person
from community.core.db import db, writing
from community.core.errors import Refused
from community.core.ids import new_ref
from community.rooms import actions, changing, payloads, queries, quick, quick_back, rules, telling
from community.rooms.models import Message, Room, RoomMember

HERE = Path(__file__).parent
NODE = shutil.which("node")
HANDLES = ("mara", "tom", "ines")
SIGNS = rules.SIGNS[:3]
TEXTS = ("One", "Two **bold**", "@tom look", "Four @mara and @ines", "Five")


class Node:
    """The page's reducer, in a process of its own; with a bug in it where `planted` says (words, other words)."""

    def __init__(self, planted: tuple[str, str] | None = None) -> None:
        source = (HERE.parents[1] / "static/js/room-log.js").read_text()
        if planted:
            assert planted[0] in source
            source = source.replace(*planted)
        assert NODE is not None
        command = [NODE, str(HERE / "hybrid.mjs"), source]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, client: str, what: str, *given: Any) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps([client, what, *given]) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the reducer has failed; its words stand above"
        return json.loads(line)

    def close(self) -> None:
        self.process.terminate()
        self.process.communicate()


@dataclass
class Client:
    """One tab: what is on its way to it, and whether its socket is in the room."""

    name: str
    person_id: int
    handle: str
    waiting: list[Callable[[], None]] = field(default_factory=list)
    pushed: list[Callable[[], None]] = field(default_factory=list)
    connected: bool = False


class Town:
    """One history. `Town.step` does what four small numbers say."""

    def __init__(self, node: Node, ids: dict[str, int], sent: list[Any], *, before: bool = True) -> None:
        self.node, self.ids, self.sent = node, ids, sent
        with writing():
            db.session.execute(delete(Block))
            room = Room(ref=new_ref(), kind="niche", name="Makers")
            room.members = [RoomMember(person_id=one) for one in ids.values()]
            db.session.add(room)
            db.session.flush()
            self.room_id, self.ref = room.id, room.ref
            for number in range(7 if before else 0):
                actions.say(room, TEXTS[number % 5], client_id=f"b{number}", by=self.person(ids[HANDLES[number % 3]]))
        tabs = [("a", "mara"), ("b", "tom"), ("b2", "tom"), ("c", "ines")]
        self.clients = [Client(name, ids[handle], handle) for name, handle in tabs]
        for client in self.clients:
            self.load(client.name, client)
        self.said = 0
        sent.clear()

    # ---- the server -------------------------------------------------------------------------------------------
    @property
    def room(self) -> Room:
        return db.session.get_one(Room, self.room_id)

    def person(self, person_id: int) -> Person:
        return db.session.get_one(Person, person_id)

    def message(self, number: int) -> Message | None:
        found = db.session.scalars(select(Message).where(Message.room_id == self.room_id).order_by(Message.seq)).all()
        return found[-1 - number % len(found)] if found else None

    def read(self, person_id: int, after: int | None) -> dict[str, Any]:
        person = self.person(person_id)
        found = payloads.changes(queries.changes(person, self.room, after))
        member = queries.member_of(person, self.room)
        return json.loads(json.dumps(found | {"reading": payloads.reading(self.room, member)}))

    def load(self, name: str, client: Client) -> dict[str, Any]:
        """A page as it is just loaded."""
        found = self.read(client.person_id, None) | {"me": client.handle}
        self.node(name, "start", found | found["reading"])
        return self.node(name, "see")

    def deed(self, who: int, what: int, which: int) -> None:
        """Somebody changes the room; refused is nothing. Then what was pushed is on its way."""
        try:
            with writing():
                done = self._do(self.person(self.clients[who].person_id), what, which)
                answer = done.id if done else None
        except Refused:
            answer = None
        db.session.expunge_all()
        if answer is not None:
            self._answer(self.clients[who], answer)
        self._deliver()

    def _deliver(self) -> None:
        for room, name, payload, skip in self.sent:
            self._push(room, name, json.loads(json.dumps(payload)), skip)
        self.sent.clear()

    def _do(self, by: Person, what: int, which: int) -> Message | None:
        message = self.message(which // 3)
        if what < 4 or message is None:
            self.said += 1
            reply = message.id if message and which % 3 else None
            text = TEXTS[which % len(TEXTS)]
            return actions.say(self.room, text, client_id=f"c{self.said}", by=by, reply_to=reply)
        message = queries.message_for(by, message.id)
        sign = SIGNS[which % 3]
        deeds: dict[int, Callable[[], None]] = {
            4: lambda: changing.edit(message, f"{TEXTS[which % len(TEXTS)]} changed", by=by),
            5: lambda: actions.delete(message, by=by),
            6: lambda: changing.react(message, sign, on=True, by=by),
            7: lambda: changing.react(message, sign, on=False, by=by),
            8: lambda: changing.pin(message, on=True, by=by),
            9: lambda: changing.pin(message, on=False, by=by),
        }
        deeds[what]()
        return message if what != 5 else None

    def quick(self, who: int, which: int) -> None:
        """The usual message, by its shorter way."""
        self.said += 1
        login = self.person(self.clients[who].person_id).fs_uniquifier
        db.session.rollback()
        quick.say(login, self.ref, TEXTS[which % 2], f"q{self.said}")
        self.deed(who, 7, 0)  # tells what was pushed

    def blocks(self, who: int, on: bool) -> None:
        by, other = self.clients[who].person_id, self.clients[(who + 1) % 4].person_id
        if by == other:
            return
        deed = accounts.block if on else accounts.unblock
        with writing():
            deed(self.person(other) if on else other, by=self.person(by))
        self.deed(who, 7, 0)

    def reads(self, who: int, which: int) -> None:
        with writing():
            actions.mark_read(self.room, which, by=self.person(self.clients[who].person_id))
        self.deed(who, 7, 0)

    def tells_again(self, which: int) -> None:
        """Others could not be heard for a while: the process tells what it did not bring, here two thirds of it."""
        brought = range(which % 3, self.room.seq + 1, 3)
        telling._brought[rules.channel(self.room_id)] = deque(brought)
        telling._tell_latest(self.room)
        self._deliver()

    # ---- the network ------------------------------------------------------------------------------------------
    def _push(self, room: str, name: str, payload: dict[str, Any], skip: list[int]) -> None:
        for client in self.clients:
            mine = room == rules.own_channel(client.person_id)
            here = room == rules.channel(self.room_id) and client.person_id not in skip
            if client.connected and (mine or here):
                client.pushed.append(self._hearing(client.name, name, payload))

    def _hearing(self, client: str, name: str, payload: dict[str, Any]) -> Callable[[], None]:
        if name == "said":
            return lambda: self.node(client, "heard", payload)
        if name == "look":
            return lambda: self.node(client, "told", payload["seq"])
        if name == "anew":
            return lambda: self.node(client, "look")
        if name == "read":
            return lambda: self.node(client, "reading", payload)
        return lambda: None

    def _answer(self, client: Client, message_id: int) -> None:
        stored = db.session.get_one(Message, message_id)
        told = json.loads(json.dumps(payloads.one(self.person(client.person_id), stored)))
        client.waiting.append(lambda: self.node(client.name, "answered", told))

    def cut(self, client: Client) -> None:
        """The connection is gone, with all that was on its way over it. Answers over HTTP may still come."""
        client.connected = False
        client.pushed.clear()
        self.node(client.name, "lost")

    def join(self, client: Client) -> None:
        """Subscribe, read, and hear the answer by and by: pushes wait meanwhile."""
        if client.connected:
            return
        client.connected = True
        after = self.node(client.name, "see")["after"]
        found = self.read(client.person_id, after)
        if after is not None and not found["limited"] and not queries.apart_from(client.person_id):
            quickly = quick_back._missed(self.room_id, after, self.room.seq)
            assert json.loads(json.dumps(quickly)) == found["messages"]  # as in a crowd

        def hear() -> None:
            if client.connected:
                self._caught(client, found)
                self.node(client.name, "joined")

        client.waiting.append(hear)

    def _caught(self, client: Client, found: dict[str, Any], *, anew: bool = False) -> None:
        self.node(client.name, "caught", found, {"anew": anew})
        self.node(client.name, "reading", found["reading"])

    def ask(self, client: Client) -> None:
        """Fetch what is missing; the answer is of now and comes later."""
        after = self.node(client.name, "see")["after"]
        found = self.read(client.person_id, after)
        client.waiting.append(lambda: self._caught(client, found, anew=after is None))

    def older(self, client: Client) -> None:
        self._turn(client, "floor", queries.older, "earlier")

    def newer(self, client: Client) -> None:
        self._turn(client, "top", queries.newer, "later")

    def _turn(self, client: Client, end: str, page: Callable[..., queries.Changes], what: str) -> None:
        seen = self.node(client.name, "see")
        if seen[end]:
            found = page(self.person(client.person_id), self.room, seen[end])
            told = json.loads(json.dumps(payloads.changes(found)))
            client.waiting.append(lambda: self.node(client.name, what, told, seen["epoch"]))

    def refresh(self, client: Client) -> None:
        """What the answer to each renewal of the lease tells."""
        person = self.person(client.person_id)
        self.node(client.name, "told", payloads.room_seq(self.room))
        self.node(client.name, "look", queries.view_of(person))
        self.node(client.name, "reading", payloads.reading(self.room, queries.member_of(person, self.room)))

    def step(self, kind: int, who: int, what: int, which: int) -> None:
        client = self.clients[who]
        if kind == 0:
            self.deed(who, what, which)
        elif kind == 1:
            for queue in (client.pushed, client.waiting)[: 1 + which % 2]:
                if queue:
                    queue.pop(what % len(queue))()  # in any order
        elif kind == 2 and client.pushed:
            client.pushed[what % len(client.pushed)]()  # and again later: doubled
        elif kind == 3 and client.pushed:
            client.pushed.pop(what % len(client.pushed))  # lost
        else:
            self._seldom(kind, client, who, what, which)

    def _seldom(self, kind: int, client: Client, who: int, what: int, which: int) -> None:
        deeds: dict[int, Callable[[], Any]] = {
            4: lambda: self.join(client),
            5: lambda: self.cut(client) if what < 3 else self.join(client),
            6: lambda: self.ask(client),
            7: lambda: self.older(client),
            8: lambda: self.quick(who, which),
            9: lambda: self.blocks(who, what % 2 == 0) if which % 3 == 0 else self.deed(who, what, which),
            10: lambda: self.reads(who, which),
            11: lambda: self.node(client.name, "trim", 3, which % 2 == 0),
            12: lambda: self.newer(client),
            13: lambda: self.node(client.name, "forget"),
            14: lambda: self.tells_again(which),
        }
        deeds.get(kind, lambda: None)()

    # ---- the end ----------------------------------------------------------------------------------------------
    def settle(self, client: Client) -> dict[str, Any]:
        """Let everything arrive, and the page ask until it believes that nothing is missing."""
        self.join(client)
        for _ in range(8):
            while client.waiting or client.pushed:
                (client.waiting or client.pushed).pop(0)()
            self.refresh(client)
            seen = self.node(client.name, "see")
            if not seen["behind"]:
                return seen
            self.ask(client)
        raise AssertionError(f"{client.name} never believes to be there: {seen}")
