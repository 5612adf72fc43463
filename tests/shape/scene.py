"""The world of the shape tests: one person of each role, each with things of their own, and others' things beside.

Built once a process of tests; `attempt()` undoes what a single request did.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection

from community.accounts import actions as accounts
from community.accounts.models import Person
from community.bookings import actions as bookings
from community.bookings import rules as booking_rules
from community.bookings.choices import Choice
from community.bookings.models import Booking
from community.core import files
from community.core.db import db
from community.core.errors import Refused
from community.core.ids import new_ref
from community.listings.models import Image, Listing
from community.profiles.models import Practice, PracticeRole
from community.rooms import actions as rooms
from community.rooms import rules as room_rules
from community.rooms import sessions
from community.rooms.presence import presence
from tests.shape import calendars, care, company, further, kinds, monthly, papers, said, sittings, standing, troubles
from tests.world import World

ROLES = (
    "visitor",
    "person",
    "member",
    "blocked",
    "suspended",
    "owner",
    "assistant",
    "host",
    "moderator",
    "operator",
)
NAMES = {
    "person": "Pia Lund",
    "member": "Mara Ellis",
    "blocked": "Bram Visser",
    "suspended": "Sana Malik",
    "owner": "Noor Haddad",
    "assistant": "Asa Berg",
    "host": "Hana Sato",
    "moderator": "Milo Grant",
    "operator": "Opal Reyes",
}
BROWSER_KEY = "the key of the visitor's browser"


@dataclass
class Mine:
    """What one role has: references by name, and its browser."""

    id: int | None
    handle: str
    browser: FlaskClient
    has: dict[str, Any] = field(default_factory=dict)


class Scene:
    """Ten roles in one town. Priya, whom Bram was blocked by, and her client Tom own what is "other's"."""

    connection: Connection  # of whoever wants to undo what is tried

    def __init__(self, app: Flask) -> None:
        self.app, self.world = app, World(app)
        self.roles: dict[str, Mine] = {}
        self.kinds: dict[str, dict[str, int]] = {}
        self.other: dict[str, Any] = {}
        self.hour, self.said, self.files = 0, 0, list[tuple[int, int]]()
        self._people()
        self._practices()
        self._others_things()
        for role in ROLES:
            self._things(role)
        self._lounge()
        self._pictures()
        said.add(self)
        with self.world.writing():
            self.other["proposal"] = standing.hand_over(self.roles["owner"].has["confirmed_id"], self.priyas)
            offered = standing.hand_over(self.other["confirmed_id"], self.noors)
        for role in ("owner", "assistant"):
            self.roles[role].has["proposal"] = offered
        with self.world.writing():
            care.add(self)
        papers.add(self)
        troubles.add(self)
        further.add(self)
        self._blocks()

    # ---- people and practices ---------------------------------------------------------------------------------
    def _people(self) -> None:
        world = self.world
        for role in ROLES:
            if role == "visitor":
                self.roles[role] = Mine(None, "nobody-in-particular", self.app.test_client())
                continue
            staff = role if role in {"moderator", "operator"} else None
            person = world.person(NAMES[role], member=role != "person", role=staff, handle=role)
            self.roles[role] = Mine(person, role, self.app.test_client())
        self.priya = world.person("Priya Nair", handle="priya")
        self.tom = world.person("Tom Okafor", handle="tom")
        self.lena = world.person("Lena Fox", handle="lena")
        self.otto = world.person("Otto Weiss", handle="otto")
        self.ask_ada = world.person("Ada Byron", handle="ada", member=False)

    def _practices(self) -> None:
        world = self.world
        noor, sana = self._id("owner"), self._id("suspended")
        self.noors = world.practice(noor)
        with world.writing():
            practice = db.session.get_one(Practice, self.noors)
            practice.roles.append(PracticeRole(person_id=self._id("assistant"), role="assistant"))
        self.priyas = world.practice(self.priya, "Priya Nair")
        self.sanas = world.practice(sana, "Sana Malik")
        self.listings = {
            "noor": world.listing(self.noors),
            "noor_free": world.listing(self.noors, "A first call", prices={30: 0}),
            "noor_draft": world.listing(self.noors, "Not ready yet", status="draft", published_at=None),
            "priya": world.listing(self.priyas, "A bookkeeping hour"),
            "priya_free": world.listing(self.priyas, "A short call", prices={30: 0}),
            "priya_draft": world.listing(self.priyas, "Unfinished", status="draft", published_at=None),
            "sana": world.listing(self.sanas, "A tax hour"),
        }
        for name, practice, person in (("noor", self.noors, noor), ("priya", self.priyas, self.priya)):
            self.kinds[name] = kinds.of_practice(world, practice, person)
        calendars.add(self, noor=(self.noors, noor), priya=(self.priyas, self.priya))

    def _id(self, role: str) -> int:
        found = self.roles[role].id
        assert found is not None
        return found

    # ---- things ---------------------------------------------------------------------------
    def next_slot(self) -> datetime:
        """The next start nobody has: four a day, from tomorrow on working days."""
        day, quarter = divmod(self.hour, 4)
        start = self.world.tomorrow_at(9) + timedelta(hours=2 * quarter)
        workdays = (start + timedelta(days=more) for more in range(60) if (start + timedelta(days=more)).weekday() < 5)
        return next(islice(workdays, day, None))

    def _slot(self) -> datetime:
        start = self.next_slot()
        self.hour += 1
        return start

    def booking(self, listing: str, person_id: int | None, state: str) -> Booking:
        """A booking by a person, or by the visitor's browser, in `state`. Inside writing()."""
        person = db.session.get(Person, person_id) if person_id else None
        client = bookings.Client(
            name=person.name if person else "Vera Visitor",
            email=person.email if person else f"vera{self.hour}@example.com",
            browser=booking_rules.browser_digest(f"browser of {person.handle}" if person else BROWSER_KEY),
            zone="Europe/London",
            locale="en_GB",
            person=person,
            note="A note of the client",
        )
        found = db.session.get_one(Listing, self.listings[listing])
        minutes = found.lengths[0].minutes
        choice = Choice(minutes=minutes, starts=(self._slot(),))
        booking = bookings.hold(found, choice=choice, client=client)[0]
        if state == "delivered":
            booking.state = "delivered"
        return booking

    def _bookings(self, prefix: str, person_id: int | None) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        with self.world.writing():
            for state in ("confirmed", "delivered"):
                booking = self.booking(f"{prefix}_free", person_id, state)
                kept |= {state: booking.ref, f"{state}_id": booking.id}
                kept["booking_room"] = rooms.open_booking_room(booking).ref
            kept |= standing.add(self, prefix, person_id)
            held = self.booking(prefix, person_id, "held")
            payment = held.shares[0].payment
            kept |= {"held": held.ref, "payment": payment.ref}
            kept |= monthly.add(self, prefix, person_id, BROWSER_KEY)
        return kept

    def _direct(self, by_id: int, to_id: int, text: str) -> tuple[str, int] | None:
        """A first message: the room's ref and the message's id, or None where it is refused."""
        with suppress(Refused), self.world.writing():
            by, to = db.session.get_one(Person, by_id), db.session.get_one(Person, to_id)
            room = rooms.open_direct(to, by=by)
            message = rooms.say(room, text, client_id="first", by=by)
            return room.ref, message.id
        return None

    def _others_things(self) -> None:
        self.other = self._bookings("priya", self.tom)
        found = self._direct(self.tom, self.priya, "Between Tom and Priya")
        assert found
        self.other["direct"], self.other["message"] = found
        self.other["request"] = self.other["direct"]
        with self.world.writing():
            tom, lena = db.session.get_one(Person, self.tom), db.session.get_one(Person, self.lena)
            filed = accounts.report(
                subject=f"person:{self.lena}",
                person=lena,
                evidence={"name": "Lena Fox"},
                reason="spam",
                note="",
                by=tom,
            )
            self.other["report"] = filed.id
        said = self._direct(self.tom, self.lena, "Something that Lena reports")
        assert said
        self.other["reported_message"] = said[1]
        with self.world.writing():
            tom, lena = (db.session.get_one(Person, one) for one in (self.tom, self.lena))
            subject, evidence = f"message:{said[1]}", {"text": "Something"}
            accounts.report(subject=subject, person=tom, evidence=evidence, reason="spam", note="", by=lena)

    def _things(self, role: str) -> None:
        mine = self.roles[role]
        if role in {"owner", "assistant"}:
            client = self.world.person(f"Client{role} Of Noor", handle=f"client-{role}")
            mine.has |= self._bookings("noor", client)
        else:
            mine.has |= self._bookings("noor", mine.id)
        if mine.id is None:
            with mine.browser.session_transaction() as session:
                session["browser"] = BROWSER_KEY
            return
        if asked := self._direct(self.lena, mine.id, "May I ask you something?"):
            mine.has["request"] = asked[0]
        if wrote := self._direct(mine.id, self.otto, "Hello Otto"):
            mine.has["direct"], mine.has["message"] = wrote

    def _lounge(self) -> None:
        with self.world.writing():
            lounge = rooms.ensure_lounge()
            priya, host = db.session.get_one(Person, self.priya), db.session.get_one(Person, self._id("host"))
            rooms.enter(lounge, by=priya)
            rooms.say(lounge, "Good morning **all**", client_id="hello", by=priya)
            for mine in self.roles.values():
                person = db.session.get(Person, mine.id) if mine.id else None
                if person is not None and person.handle != "person":
                    rooms.enter(lounge, by=person)
            self.lounge = lounge.ref
            plan = room_rules.plan_of(room_rules.TEMPLATES[0])
            self.session = sessions.start_session(lounge, host=host, plan=plan, name="Deep work").id
            sittings.add(self)
            company.add(self)

    def _pictures(self) -> None:
        self.picture, self.private = f"{new_ref()}.webp", f"{new_ref()}.webp"
        with self.app.app_context():
            for name in (self.picture, self.private):
                files.files().put(kinds.PNG, name)
        with self.world.writing():
            listing = db.session.get_one(Listing, self.listings["noor"])
            listing.images = [Image(file=self.picture, alt="Labels on jars")]

    def _blocks(self) -> None:
        with self.world.writing():
            people = {name: db.session.get_one(Person, one) for name, one in self._all_ids().items()}
            accounts.block(people["blocked"], by=people["priya"])
            for role, mine in self.roles.items():
                if mine.id is not None:
                    accounts.block(people["ada"], by=people[role])
            made = accounts.sanction(people["suspended"], kind="suspend", reason="Told twice", by=people["operator"])
            self.roles["suspended"].has["decision"] = f"sanction:{made.id}"
        for role, mine in self.roles.items():
            if mine.id is not None:
                mine.browser = self.world.signed_in(mine.id)
                assert role in self.roles

    def _all_ids(self) -> dict[str, int]:
        given = {role: mine.id for role, mine in self.roles.items() if mine.id is not None}
        return given | {"priya": self.priya, "tom": self.tom, "lena": self.lena, "ada": self.ask_ada}

    # ---- trying -----------------------------------------------------------------------------------------------
    @contextmanager
    def attempt(self, browser: FlaskClient | None = None) -> Iterator[None]:
        """Whatever happens inside is undone: rows, cookies, presence."""
        cookies = dict(browser._cookies) if browser is not None else {}
        savepoint = self.connection.begin_nested()
        try:
            yield
        finally:
            savepoint.rollback()
            with self.app.app_context():
                presence.clear()
            if browser is not None:
                browser._cookies = cookies
