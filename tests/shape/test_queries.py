"""Every query that takes a viewer is asked for the rows of somebody whom a block or a suspension stands between.

Priya owns the rows, Mara looks. `CALLS` says how each query is called and answers whether Mara finds Priya's row; a new
query without a line here fails.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from community.accounts import actions as accounting
from community.accounts import queries as accounts
from community.accounts.models import Person
from community.core import clock
from community.core.db import db, writing
from community.core.errors import Refused
from community.keeping import queries as keeping
from community.listings import queries as listings
from community.profiles import actions as profiling
from community.profiles import queries as profiles
from community.profiles.models import Practice
from community.reviews import queries as reviews
from community.rooms import actions as talking
from community.rooms import queries as rooms
from community.rooms.models import Message, Room
from community.search import queries as search
from community.search.engine import Query
from tests.shape import brief_queries, company_queries, exploring
from tests.shape.scene import Scene

ROOT = Path(__file__).parents[2] / "community"


@dataclass
class Case:
    """Mara, and the things of Priya that she asks for."""

    scene: Scene
    direct: str = ""
    message: int = 0
    token: str = ""

    @property
    def viewer(self) -> Person:
        return db.session.get_one(Person, self.scene.roles["member"].id)

    @property
    def priya(self) -> Person:
        return db.session.get_one(Person, self.scene.priya)

    @property
    def practice(self) -> Practice:
        return db.session.get_one(Practice, self.scene.priyas)

    def room(self, ref: str) -> Room:
        return db.session.scalars(select(Room).where(Room.ref == ref)).one()

    @property
    def lounge(self) -> Room:
        return self.room(self.scene.lounge)

    @property
    def listing(self) -> int:
        return self.scene.listings["priya"]


Call = Callable[[Case], Any]
CALLS: dict[str, Call] = {
    "accounts.get_person": lambda c: accounts.get_person(c.viewer, "priya"),
    "accounts.get_person_by_id": lambda c: accounts.get_person_by_id(c.viewer, c.scene.priya),
    "accounts.sight": lambda c: db.session.scalar(
        select(Person).where(Person.id == c.scene.priya, accounts.met_in(accounts.sight(c.viewer), Person.id)),
        accounts.sight_of(c.viewer),
    ),
    "accounts.visible_to": lambda c: db.session.scalar(
        select(Person).where(Person.id == c.scene.priya, accounts.visible_to(c.viewer, Person.id))
    ),
    "profiles.get_practice": lambda c: profiles.get_practice(c.viewer, "priya-nair"),
    "profiles.get_practice_by_id": lambda c: profiles.get_practice_by_id(c.viewer, c.scene.priyas),
    "profiles.moved": lambda c: profiles.moved(c.viewer, "priyas-old-address"),
    "profiles.practice_seen": lambda c: profiles.practice_seen(c.viewer, c.priya),
    "profiles.peers_seen": lambda c: profiles.peers_seen(c.viewer, c.scene.noors),
    "profiles.people": lambda c: profiles.people(c.viewer, c.practice),
    "profiles.invited_to": lambda c: profiles.invited_to(c.viewer, c.token),
    "profiles.open_to": lambda c: db.session.scalar(
        select(Practice).where(Practice.id == c.scene.priyas, profiles.open_to(c.viewer))
    ),
    "listings.shown_to": lambda c: listings.by_ids(c.viewer, [c.listing]),
    "listings.get_for": lambda c: listings.get_for(c.viewer, "priya-nair", "a-bookkeeping-hour"),
    "listings.get_public": lambda c: listings.get_public(c.viewer, c.listing),
    "listings.of_practice": lambda c: listings.of_practice(c.viewer, c.practice),
    "listings.by_ids": lambda c: listings.by_ids(c.viewer, [c.listing]),
    "rooms.room_for": lambda c: rooms.room_for(c.viewer, c.direct),
    "rooms.room_by_id": lambda c: rooms.room_by_id(c.viewer, c.room(c.direct).id),
    "rooms.others": lambda c: rooms.others(c.viewer, c.room(c.direct)),
    "rooms.other_visible": lambda c: db.session.scalar(
        select(Room).where(Room.ref == c.direct, rooms.other_visible(c.viewer))
    ),
    "rooms.changes": lambda c: _by_priya(c, rooms.changes(c.viewer, c.lounge).messages),
    "rooms.older": lambda c: _by_priya(c, rooms.older(c.viewer, c.lounge, 999).messages),
    "rooms.newer": lambda c: _by_priya(c, rooms.newer(c.viewer, c.lounge, 0).messages),
    "rooms.message_for": lambda c: rooms.message_for(c.viewer, c.message),
    "rooms.near": lambda c: _by_priya(c, rooms.near(c.viewer, c.lounge, 1).messages),
    "rooms.pins": lambda c: _by_priya(c, rooms.pins(c.viewer, c.lounge)),
    "rooms.hidden": lambda c: c.scene.priya not in rooms.hidden(c.viewer, {c.scene.priya}),
    "rooms.unseen": lambda c: c.scene.priya not in rooms.unseen(c.viewer, c.lounge, [_answer(c)]).people,
    "rooms.answerable": lambda c: rooms.answerable(c.viewer, c.lounge, c.scene.said),
    "rooms.file_for": lambda c: rooms.file_for(c.viewer, *c.scene.files[0]),
    "rooms.around": lambda c: _by_priya(c, rooms.around(c.viewer, _mine(c))),
    "reviews.of_practice": lambda c: reviews.of_practice(c.viewer, c.scene.noors),
    "reviews.page_of_practice": lambda c: reviews.page_of_practice(c.viewer, c.scene.noors, None).rows,
    "reviews.get_for": lambda c: reviews.get_for(c.viewer, c.scene.roles["owner"].has["review"]),
    "reviews.shown_to": lambda c: reviews.get_for(c.viewer, c.scene.roles["owner"].has["review"]),
    "keeping.kept": lambda c: dict(keeping.kept(c.viewer)).get(c.listing),
    "search.explored": lambda c: [
        hit
        for hit in search.explored(c.viewer, Query(words="bookkeeping"), clock.now().date()).hits
        if int(hit.document.id) == c.listing
    ],
    "search.suggest": lambda c: [
        one for one in search.suggest(c.viewer, "priya", 8).practices if one.practice_slug == c.practice.slug
    ],
    "search.search": lambda c: [
        hit for hit in search.search(c.viewer, Query(words="bookkeeping")).hits if int(hit.document.id) == c.listing
    ],
    **company_queries.CALLS,
    **brief_queries.CALLS,
    **exploring.CALLS,
}

# What a block or a suspension does not hide, and why.
STAYS = {
    "accounts.sight_of": "reads no row: what a statement that is built once is asked with",
    "accounts.invitations": "one's own",
    "accounts.reports": "the staff's list",
    "accounts.pending_members": "the staff's list",
    "accounts.is_reported": "for staff",
    "accounts.urgent_reports": "the staff's list",
    "accounts.blocked_by": "the one list that names those one has blocked",
    "bookings.get_for": "a block does not undo what both agreed and paid",
    "bookings.get_by_id_for": "a block does not undo what both agreed and paid",
    "bookings.of_client": "a block does not undo what both agreed and paid",
    "bookings.of_practice": "a block does not undo what both agreed and paid",
    "bookings.by_payment_refs": "a block does not undo what both agreed and paid",
    "bookings.requests": "a block does not undo what both agreed: the practice still has to answer",
    "bookings.side": "reads no row: says on which side of what was agreed one stands",
    "bookings.whose": "a block does not undo what both agreed and paid",
    "bookings.side_of": "reads no row: says on which side of a booking one stands",
    "disputes.get_for": "a block does not undo what both agreed and paid",
    "keeping.kept_ids": "which of one's own choices a page shows anyway",
    "keeping.same_search": "one's own words",
    "keeping.search_of": "one's own words",
    "keeping.searches": "one's own words; what they found is asked for anew",
    "pages.bookings_by_id": "one's own practice's: a block does not undo what both agreed and paid",
    "pages.dates_by_id": "one's own practice's",
    "profiles.brought_by": "ids of practices, for the fee that is not taken then; shows nothing",
    "profiles.works_at": "one's own practice",
    "profiles.works_in": "one's own practice",
    "reviews.round_for": "a block does not undo what both agreed: both may say how it was",
    "reviews.waiting": "one's own bookings",
    "reviews.of_client": "one's own words",
    "reviews.about_client": "what colleagues say of a client who asks one's practice; authors are asked for inside",
    "rooms.member_of": "one's own seat",
    "rooms.seat_of": "one's own seat",
    "rooms.is_host": "reads one's own seat and session",
    "rooms.may_pin": "the same",
    "rooms.may_see_earlier": "reads no row of others: message_for has let the viewer in",
    "rooms.booking_room": "a block does not undo what both agreed: they must be able to settle it",
    **company_queries.STAYS,
    **brief_queries.STAYS,
    **exploring.STAYS,
}


def _by_priya(case: Case, messages: Any) -> list[Any]:
    return [message for message in messages if message.sender_id == case.scene.priya]


def _answer(case: Case) -> Message:
    return Message(reactions=[], reply_to=rooms.message(case.message))


def _mine(case: Case) -> Message:
    query = select(Message).where(Message.sender_id == case.viewer.id, Message.room_id == case.lounge.id)
    return db.session.scalars(query.limit(1)).one()


def _found(call: Call, case: Case) -> bool:
    """Whether the query gives the row: not missing, not empty."""
    with case.scene.app.test_request_context():
        try:
            return bool(call(case))
        except Refused:
            return False


@pytest.fixture(scope="module")
def case(scene: Scene) -> Case:
    """Mara and Priya, who know each other: nothing stands between them yet."""
    made = Case(scene)
    with scene.app.app_context(), writing():
        profiling.rename(made.practice, "priyas-old-address")
        db.session.flush()
        profiling.rename(made.practice, "priya-nair")
        made.token = profiles.invitation_token(made.practice, "partner")
        room = talking.open_direct(made.priya, by=made.viewer)
        talking.say(room, "Hello Priya", client_id="hello", by=made.viewer)
        talking.open_direct(made.viewer, by=made.priya)
        made.message = talking.say(room, "Hello Mara", client_id="hello", by=made.priya).id
        made.direct = room.ref
        talking.say(made.lounge, "Anybody here?", client_id="here", by=made.viewer)
        talking.say(made.lounge, "I am", client_id="here", by=made.priya)
        company_queries.prepare(made)
        brief_queries.prepare(made)
    return made


def _nothing(case: Case) -> None:
    """The control."""


def _priya_blocks(case: Case) -> None:
    accounting.block(case.viewer, by=case.priya)


def _mara_blocks(case: Case) -> None:
    accounting.block(case.priya, by=case.viewer)


def _suspended(case: Case) -> None:
    accounting.sanction(case.priya, kind="suspend", reason="Told twice")


@pytest.mark.parametrize("name", sorted(CALLS))
@pytest.mark.parametrize(
    ("between", "seen"), [(_nothing, True), (_priya_blocks, False), (_mara_blocks, False), (_suspended, False)]
)
def test_the_row_is_hidden(case: Case, name: str, between: Callable[[Case], None], seen: bool) -> None:
    with case.scene.attempt():
        with case.scene.app.app_context(), writing():
            between(case)
        assert _found(CALLS[name], case) is seen


def _queries_with_a_viewer() -> set[str]:
    found = set()
    for path in ROOT.glob("*/queries.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                arguments = {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
                if "viewer" in arguments:
                    found.add(f"{path.parent.name}.{node.name}")
    return found


def test_every_query_with_a_viewer_is_here() -> None:
    assert _queries_with_a_viewer() == set(CALLS) | set(STAYS)


def test_a_suspended_practices_words_stand_nowhere(case: Case) -> None:
    """And the same over HTTP: the pages where rows are listed."""
    with case.scene.attempt():
        with case.scene.app.app_context(), writing():
            _suspended(case)
        for path in ("/", "/search?q=bookkeeping", "/niches/brand-identity-food", "/rooms"):
            page = case.scene.app.test_client().get(path).get_data(as_text=True)
            assert "Priya" not in page, path
