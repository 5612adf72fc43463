"""The pages: who sees them, what they say, and the way from a last job to a published listing."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community.accounts import actions as accounts
from community.accounts.models import Person
from community.core.db import db, writing
from community.explorer import onet
from community.explorer.models import NicheDraft
from community.listings.models import Listing
from community.profiles.models import Practice
from tests.world import World, token

BOOKKEEPER = "43-3031.00"
OFFER: dict[str, Any] = {
    "help_whom": "market traders",
    "help_what": "stop dreading January",
    "help_how": "sorting receipts together",
    "name": "Ada’s Books",
    "title": "Your books, once a month",
    "text": "We sit down with your receipts.",
    "audience": "market-traders",
    "minutes": "60",
    "price": "55",
    "where_kind": "site_call",
    "where_detail": "",
    "place": "Bristol",
    "call": "y",
    "niche": "bookkeeping",
    "then": "publish",
}


@pytest.fixture
def ada(world: World) -> FlaskClient:
    """A member without a practice, signed in."""
    return world.signed_in(world.person("Ada Quist", email="ada@example.com"))


def text_of(answer: Any) -> str:
    """The words of a page."""
    assert answer.status_code in {200, 422}, answer.status_code
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def send(client: FlaskClient, path: str, data: dict[str, Any]) -> Any:
    """Post a form with the token of its page."""
    return client.post(path, data=data | {"csrf_token": token(client, path)})


def said(app: Flask, email: str = "ada@example.com") -> dict[str, Any]:
    """What the draft holds; nothing where there is none."""
    with app.app_context():
        query = select(NicheDraft.said).join(Person, Person.id == NicheDraft.person_id).where(Person.email == email)
        return db.session.scalar(query) or {}


def test_it_is_for_members(client: FlaskClient, world: World) -> None:
    guest = world.signed_in(world.person("Gus Free", member=False))
    for path in ("/explore", "/explore/bookkeeping", "/explore/find", "/explore/find/offer"):
        assert client.get(path).status_code == 302
        assert guest.get(path).status_code == 403


def test_a_site_without_a_log_says_so(ada: FlaskClient) -> None:
    page = text_of(ada.get("/explore"))
    assert "No niche has been searched for by five different people yet" in page
    page = text_of(ada.get("/explore/bookkeeping"))
    assert "Nobody offers it yet. the niche Bookkeeping" in page
    assert "there is nothing to draw yet" in page
    assert ada.get("/explore/no-such-niche").status_code == 404


def test_the_table_says_at_which_level_a_figure_stands(logged: Flask, ada: FlaskClient) -> None:
    page = text_of(ada.get("/explore?field=money-law"))
    assert re.search(r"Bookkeeping \d+ 100\+ 20\+ 1 – Rising", page)
    assert re.search(r"VAT help \d+ 115\+ in its field 30\+ in its field 0", page)
    assert "bookkeeper" in page
    assert "zzqx" in page
    for_shops = text_of(ada.get("/explore?field=money-law&of=audience:shops&sort=name"))
    assert re.search(r"Bookkeeping \d+ 15\+ ", for_shops)
    for_charities = text_of(ada.get("/explore?field=money-law&of=audience:charities&sort=searches"))
    assert re.search(r"Bookkeeping \d+ 100\+ in the niche", for_charities)
    assert "Bookkeeping" in text_of(ada.get("/explore?of=audience:nobody&sort=none&field=none"))


def test_a_niche_names_the_level_of_each_figure(logged: Flask, ada: FlaskClient) -> None:
    page = text_of(ada.get("/explore/bookkeeping"))
    assert "100+ searches by 60+ people. Rising. the niche Bookkeeping" in page
    assert "20+ bookings by 10+ clients. the whole site" in page
    assert "One practice offers it. the niche Bookkeeping" in page
    assert "10+ “bookkeeper”" in page
    assert "Noor Haddad" in page
    page = text_of(ada.get("/explore/vat-help"))
    assert "115+ searches by 70+ people." in page
    assert "the field Money and law" in page
    assert "Searches over time the field Money and law" in page


def test_who_is_blocked_is_nobody_to_ask(logged: Flask, ada: FlaskClient, world: World) -> None:
    with logged.app_context(), writing():
        noor, me = (
            db.session.scalars(select(Person).where(Person.name == n)).one() for n in ("Noor Haddad", "Ada Quist")
        )
        accounts.block(me, by=noor)
    for path in ("/explore/bookkeeping", "/explore/find/offer?niche=bookkeeping"):
        assert "Noor Haddad" not in text_of(ada.get(path))


def test_from_a_last_job_to_a_listing(logged: Flask, ada: FlaskClient) -> None:
    assert send(ada, "/explore/find", {"title": ""}).status_code == 422
    assert send(ada, "/explore/find", {"title": "book-keeper"}).status_code == 302
    assert "Bookkeeping, Accounting, and Auditing Clerks" in text_of(ada.get("/explore/find"))
    assert send(ada, "/explore/find", {"code": BOOKKEEPER}).location.endswith("/explore/find/tasks")
    first, second, third = list(onet.tasks(BOOKKEEPER))[:3]
    ticked = {"liked": [str(first), "999999999"], "good": [str(first), str(second)], "never": str(third)}
    assert send(ada, "/explore/find/tasks", ticked).location.endswith("/explore/find/niches")
    page = text_of(ada.get("/explore/find/niches"))
    assert "2 of your tasks fit" in page
    assert "100+ searches by 60+ people." in page
    assert "Noor Haddad can tell you what it is like." in page
    assert send(ada, "/explore/find/niches", {"niche": "bookkeeping"}).location.endswith("/explore/find/offer")
    # Leaving and coming back: everything is there.
    assert said(logged) == {
        "title": "book-keeper", "code": BOOKKEEPER, "liked": [first], "good": [first, second], "never": [third],
        "niche": "bookkeeping", "offer": {},
    }  # fmt: skip
    page = ada.get("/explore/find/offer").get_data(as_text=True)
    assert onet.tasks(BOOKKEEPER)[first].split(",")[0] in page
    assert "I help food makers look as good as they taste by drawing labels people read." in re.sub(
        r"<[^>]+>", "", page
    )
    answer = send(ada, "/explore/find/offer", OFFER)
    assert answer.location.endswith("/desk/hours"), answer.get_data(as_text=True)
    with logged.app_context():
        practice = db.session.scalars(select(Practice).where(Practice.name == "Ada’s Books")).one()
        found = db.session.scalars(select(Listing).where(Listing.practice_id == practice.id).order_by(Listing.id)).all()
        kept = [(one.title, one.status, one.niche.slug, [(n.minutes, n.price) for n in one.lengths]) for one in found]
        assert [one.slug for one in practice.niches] == ["bookkeeping"]
        assert practice.place is not None
    assert kept == [
        ("Your books, once a month", "published", "bookkeeping", [(60, 5500)]),
        ("A first call, free", "published", "bookkeeping", [(15, 0)]),
    ]
    assert said(logged) == {}


@pytest.mark.parametrize(
    ("changed", "said_why"),
    [
        ({"price": "0.05"}, "The least that can be charged"),
        ({"help_whom": ""}, "Say whom you help."),
        ({"name": " "}, "Please give your practice a name."),
        ({"where_kind": "own_link", "where_detail": "meet.example"}, "A link begins with https://"),
        ({"where_kind": "phone"}, "Say which link, number or street."),
        ({"where_kind": "at_mine", "where_detail": "14 Bramble Lane", "place": ""}, "Name the town."),
        ({"place": "Nowhereville"}, "know this town"),
        ({"text": ""}, "Say what you do"),
    ],
)
def test_what_is_refused_is_kept(app: Flask, ada: FlaskClient, changed: dict[str, str], said_why: str) -> None:
    answer = send(ada, "/explore/find/offer?niche=bookkeeping", OFFER | changed)
    assert answer.status_code == 422
    assert said_why in answer.get_data(as_text=True)
    assert said(app)["offer"]["title"] == OFFER["title"]
    assert "stop dreading January" in ada.get("/explore/find/offer").get_data(as_text=True)
    with app.app_context():
        assert db.session.scalars(select(Practice)).all() == []


def test_it_can_wait(app: Flask, ada: FlaskClient) -> None:
    answer = send(ada, "/explore/find/offer?niche=bookkeeping", OFFER | {"then": "later", "price": "", "call": ""})
    assert answer.location.endswith("/explore")
    page = ada.get("/explore/find/offer").get_data(as_text=True)
    assert "sorting receipts together" in page
    assert not re.search(r'id="call"[^>]* checked', page)
    assert "Go on with your offer" in text_of(ada.get("/explore/find"))
    assert said(app)["niche"] == "bookkeeping"
    # Another niche begins with nothing of it.
    assert "sorting receipts together" not in ada.get("/explore/find/offer?niche=payroll").get_data(as_text=True)
    assert send(ada, "/explore/find", {"then": "anew"}).status_code == 302
    assert said(app) == {}


def test_who_has_a_practice_publishes_there(app: Flask, world: World) -> None:
    owner, practice, _listing = world.bookable()
    client = world.signed_in(owner)
    page = client.get("/explore/find/offer?niche=bookkeeping").get_data(as_text=True)
    assert "drawing labels people read" in page
    assert 'name="name"' not in page
    answer = send(client, "/explore/find/offer?niche=bookkeeping", OFFER | {"call": ""})
    assert answer.location.endswith("/noor-haddad/your-books-once-a-month")
    with app.app_context():
        found = db.session.get_one(Practice, practice)
        assert found.help_how == "sorting receipts together"
        assert [one.slug for one in found.niches] == ["brand-identity-food", "bookkeeping"]


def test_the_steps_come_in_order(ada: FlaskClient) -> None:
    for step in ("tasks", "niches", "offer"):
        assert ada.get(f"/explore/find/{step}").location.endswith("/explore/find")
    assert "We know no job called" in text_of(
        ada.post(
            "/explore/find", data={"title": "zzqx", "csrf_token": token(ada, "/explore/find")}, follow_redirects=True
        )
    )


def test_where_it_is_found(ada: FlaskClient, client: FlaskClient, world: World) -> None:
    owner, _practice, _listing = world.bookable()
    assert "/explore/bookkeeping" in ada.get("/niches/bookkeeping").get_data(as_text=True)
    assert "/explore/bookkeeping" not in client.get("/niches/bookkeeping").get_data(as_text=True)
    assert 'href="/explore"' in world.signed_in(owner).get("/desk").get_data(as_text=True)
