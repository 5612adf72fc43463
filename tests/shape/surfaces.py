"""Where one person meets another: every surface, as data, with how it is looked at.

`HIDES` are those on which two people whom a block parts, or of whom one is suspended, are not there for each other;
each answers whether Mara meets Priya on it. `STAYS` are those that a block leaves alone, and why. A new place where
people meet gets a line here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from community.accounts.models import Person
from community.asking import field
from community.asking.models import Brief
from community.bookings import actions as bookings
from community.bookings.actions import waiting
from community.core import clock
from community.core.db import db, writing
from community.core.errors import Refused
from community.core.realtime import socketio
from community.listings.models import Listing
from community.notifications import unread_queries
from community.profiles import queries as profiles
from community.rooms import lists
from community.rooms.gathering import queries as gathering
from community.rooms.models import Mention, Room, RoomMember
from community.rooms.presence import presence
from community.rooms.status import statuses
from tests.shape.scene import Scene


@dataclass
class Meeting:
    """Mara, who looks, and the things of Priya that she may meet."""

    scene: Scene
    has: dict[str, Any] = attribute(default_factory=dict)

    @property
    def mara(self) -> Person:
        return db.session.get_one(Person, self.scene.roles["member"].id)

    @property
    def priya(self) -> Person:
        return db.session.get_one(Person, self.scene.priya)

    def get(self, path: str) -> Any:
        return self.scene.roles["member"].browser.get(path, headers={"Accept": "text/html"})

    def opens(self, path: str) -> bool:
        """True when Mara's browser gets the page, or is led on."""
        return self.get(path).status_code in {200, 302}

    def reads(self, path: str, words: str = "Priya") -> bool:
        """True when these words stand on a page that she gets."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return words in answer.get_data(as_text=True)

    def sends(self, path: str, **form: str) -> bool:
        """True when what she posts is taken."""
        return self.scene.roles["member"].browser.post(path, data=form).status_code in {200, 302}

    def inside(self, look: Callable[[], Any]) -> bool:
        """What a query or an action gives, in a context of its own; a refusal is nothing."""
        with self.scene.app.test_request_context():
            try:
                return bool(look())
            except Refused:
                return False
            finally:
                db.session.rollback()


Look = Callable[[Meeting], bool]


def _lounge(m: Meeting, words: str) -> bool:
    return m.reads(f"/rooms/{m.scene.lounge}", words)


def _room(m: Meeting) -> Room:
    return db.session.scalars(select(Room).where(Room.ref == m.scene.lounge)).one()


def _present(m: Meeting) -> bool:
    with m.scene.app.app_context():
        presence.enter(_room(m).id, m.scene.priya, "a socket", clock.now())
    return m.reads(f"/rooms/{m.scene.lounge}", "/@priya")


def _seated(m: Meeting) -> bool:
    with m.scene.app.app_context():
        presence.enter(_room(m).id, m.scene.priya, "a socket", clock.now())
    return m.inside(lambda: lists.seat_of(m.mara, [m.scene.priya]))


def _heard(m: Meeting, name: str, **data: Any) -> bool:
    """Whether Mara's socket is told of what Priya's says in the lounge."""
    ref = m.scene.lounge
    ears, mouth = (
        socketio.test_client(m.scene.app, flask_test_client=browser)
        for browser in (m.scene.roles["member"].browser, m.has["priyas"])
    )
    try:
        ears.emit("join", {"room": ref}, callback=True)
        if not mouth.is_connected():
            return False
        mouth.emit("join", {"room": ref}, callback=True)
        ears.get_received()
        mouth.emit(name, {"room": ref, **data}, callback=True)
        return any(one["name"] in {"said", "typing"} for one in ears.get_received())
    finally:
        for socket in (ears, mouth):
            if socket.is_connected():
                socket.disconnect()


def _calls(m: Meeting) -> bool:
    """Whether a message of Mara's that names Priya calls her."""
    said = {"text": "What does @priya say?", "client_id": "calls"}
    assert m.sends(f"/rooms/{m.scene.lounge}/messages", **said)
    return m.inside(lambda: db.session.scalars(select(Mention).where(Mention.person_id == m.scene.priya)).first())


def _unread(m: Meeting) -> bool:
    def look() -> Any:
        room = db.session.scalars(select(Room).where(Room.ref == m.has["direct"])).one()
        return unread_queries.untold(db.session.get_one(RoomMember, (room.id, m.mara.id)))

    return m.inside(look)


def _offered(m: Meeting) -> bool:
    def look() -> bool:
        with writing():
            listing = db.session.get_one(Listing, m.scene.listings["priya_free"])
            client = bookings.Client(
                name="Mara", email=m.mara.email, browser="x", zone="UTC", locale="en_GB", person=m.mara
            )
            waiter = waiting.wait(listing, client=client, minutes=30, before=clock.now() + timedelta(days=20))
            waiting.offer_next(listing)
            return waiter.status == "offered"

    return m.inside(look)


def _asked_along(m: Meeting) -> bool:
    session = m.scene.other["session"]
    return m.inside(lambda: m.mara in gathering.regulars(gathering.get(session), most=50))


def _as_priya(m: Meeting, path: str, form: dict[str, str] | None = None) -> Any:
    browser = m.has["priyas"]
    return browser.post(path, data=form) if form else browser.get(path, headers={"Accept": "text/html"})


def _brief_of_mara(m: Meeting) -> bool:
    return bool(_as_priya(m, f"/desk/briefs/{m.has['asked']}").status_code == 200)


def _briefs_of_mara(m: Meeting) -> bool:
    return "Mara asks Priya" in _as_priya(m, "/desk/briefs").get_data(as_text=True)


def _replies_to_mara(m: Meeting) -> bool:
    form = {"text": "I would begin with a look.", "listing": str(m.scene.listings["priya_free"])}
    answer = _as_priya(m, f"/desk/briefs/{m.has['asked']}/reply", form)
    return bool(answer.status_code == 302 and m.has["asked"] in answer.location)


def _is_told(m: Meeting) -> bool:
    def look() -> bool:
        brief = db.session.scalars(select(Brief).where(Brief.ref == m.has["asked"])).one()
        return any(one.id == m.scene.priyas for one in field.candidates(brief))

    return m.inside(look)


def _session(m: Meeting, more: str = "") -> str:
    return f"/sessions/{m.scene.other['session']}{more}"


HIDES: dict[str, Look] = {
    # the marketplace
    "search: listings": lambda m: m.reads("/search?q=bookkeeping", "A <mark>bookkeeping</mark> hour"),
    "search: practices in the results": lambda m: m.reads("/search?q=bookkeeping"),
    "search: suggestions": lambda m: m.reads("/search/suggest?q=bookke", "A bookkeeping hour"),
    "the shortlist": lambda m: m.reads("/favourites", "A bookkeeping hour"),
    "saved searches: what they found": lambda m: m.reads("/searches", "A bookkeeping hour"),
    "the niche's page": lambda m: m.reads("/niches/brand-identity-food"),
    "the directory of persons": lambda m: m.reads("/people?q=priya"),
    "whom an @ may mean": lambda m: m.reads(f"/rooms/{m.scene.lounge}/people?q=priya"),
    "the practice's page": lambda m: m.opens("/priya-nair"),
    "a listing's page": lambda m: m.opens("/priya-nair/a-bookkeeping-hour"),
    "booking: the form": lambda m: m.opens("/priya-nair/a-short-call/book"),
    "booking: the waiting list": lambda m: m.opens("/priya-nair/a-short-call/wait"),
    "booking: an offer to who waits": _offered,
    "hand-over: peers to choose": lambda m: m.inside(lambda: profiles.peers_seen(m.mara, m.scene.noors)),
    "the practice's invitation": lambda m: m.opens(f"/desk/invitation/{m.has['token']}"),
    # people
    "the person's page": lambda m: m.opens("/@priya"),
    "status": lambda m: m.inside(lambda: statuses.of(m.mara, [m.scene.priya])),
    "quick calls: the page": lambda m: m.opens("/calls/to/priya"),
    "quick calls: asking": lambda m: m.sends("/calls/to/priya"),
    "where somebody sits": _seated,
    "the frame's next hour": lambda m: m.reads("/account/password", "Priya"),
    # direct messages
    "direct: the conversation": lambda m: m.opens(f"/inbox/{m.has['direct']}"),
    "direct: the list": lambda m: m.reads("/inbox", "Hello Mara"),
    "direct: writing first": lambda m: m.opens("/messages/new/priya"),
    "direct: writing on": lambda m: m.sends(f"/rooms/{m.has['direct']}/messages", text="x", client_id="on"),
    "direct: what came meanwhile": lambda m: m.opens(f"/rooms/{m.has['direct']}/changes"),
    "direct: the mail of unread words": _unread,
    # rooms
    "room: messages": lambda m: _lounge(m, "The jar"),
    "room: their name anywhere": lambda m: _lounge(m, "Priya"),
    "room: pins": lambda m: _lounge(m, 'class="pin" href'),
    "room: quoted in an answer": lambda m: _lounge(m, "<b>Priya Nair</b>"),
    "room: signs": lambda m: _lounge(m, 'title="Priya Nair"'),
    "room: changes": lambda m: m.reads(f"/rooms/{m.scene.lounge}/changes?after=0", '"handle":"priya"'),
    "room: presence": _present,
    "room: a message over the socket": lambda m: _heard(m, "say", text="Hello", client_id="pushed"),
    "room: typing": lambda m: _heard(m, "typing"),
    "room: calling by name": _calls,
    "room: search": lambda m: m.reads("/rooms/search?q=jar", "Priya"),
    "message: its page": lambda m: m.opens(f"/messages/{m.scene.files[0][0]}"),
    "message: its file": lambda m: m.opens("/messages/{}/files/{}".format(*m.scene.files[0])),
    "message: setting a sign": lambda m: m.sends(f"/messages/{m.scene.said}/signs", sign="👍", on="1"),
    # briefs
    "brief: a client's, for a practice that was told": _brief_of_mara,
    "brief: the practice's list": _briefs_of_mara,
    "brief: replying": _replies_to_mara,
    "brief: a practice's reply": lambda m: m.reads(f"/briefs/{m.has['brief']}", "I would taste them"),
    "brief: accepting": lambda m: m.sends(f"/briefs/replies/{m.has['brief_reply']}/acceptance"),
    "brief: being told": _is_told,
    # sessions
    "sessions: the schedule": lambda m: m.reads("/sessions"),
    "sessions: the page": lambda m: m.opens(_session(m)),
    "sessions: the calendar file": lambda m: m.opens(_session(m, "/calendar")),
    "sessions: a seat": lambda m: m.sends(_session(m, "/seat")),
    "sessions: who comes": lambda m: m.inside(
        lambda: any(p.id == m.scene.priya for p in gathering.coming_to(m.mara, [m.has["seated"]])[m.has["seated"]])
    ),
    "sessions: goals": lambda m: m.inside(lambda: gathering.goals(m.mara, m.scene.other["session"]).get(m.scene.priya)),
    "sessions: wins": lambda m: m.inside(lambda: gathering.seats(m.mara, m.scene.other["session"])),
    "sessions: claps": lambda m: m.sends(_session(m, f"/wins/{m.scene.priya}/claps")),
    "sessions: asked to keep company": _asked_along,
}

# What stays though a block stands between, and why.
STAYS: dict[str, tuple[Look, str]] = {
    "a booking": (lambda m: m.opens(f"/bookings/{m.has['booking']}"), "both agreed to it, and it may be paid"),
    "a booking in one's list": (lambda m: m.reads("/bookings", "A short call"), "the same"),
    "a booking's calendar file": (lambda m: m.opens(f"/bookings/{m.has['booking']}/calendar.ics"), "the same"),
    "calling a booking off": (lambda m: m.opens(f"/bookings/{m.has['booking']}/cancellation"), "the same"),
    "being asked what becomes of it": (
        lambda m: m.opens(f"/bookings/apart/{m.scene.priya}"),
        "whoever blocked has to be able to settle it",
    ),
}
