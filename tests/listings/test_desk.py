"""Making and changing listings."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from community.core import events, files
from community.core.db import db
from community.core.errors import Refused
from community.listings import actions
from community.listings.facts import ListingChanged
from community.listings.models import Listing
from tests.listings.test_pages import photo
from tests.world import World, post

NEW: dict[str, Any] = {
    "title": "A first hour on your brand",
    "summary": "Bring the jar.",
    "text": "We **start**.",
    "niche": "brand-identity-food",
    "lengths-0-minutes": "60",
    "lengths-0-price": "£95",
    "where_kind": "own_link",
    "where_detail": "https://meet.example/x",
    "policy": "moderate",
    "outcomes-0-icon": "shapes",
    "outcomes-0-title": "A mark",
    "outcomes-0-text": "That works small.",
}


@pytest.fixture
def owner(world: World) -> FlaskClient:
    noor = world.person("Noor Haddad", handle="noor")
    world.practice(noor)
    return world.signed_in(noor)


def only(world: World) -> Listing:
    """The one listing there is."""
    listing = db.session.scalar(select(Listing))
    assert listing is not None
    return listing


def test_the_list_begins_empty_and_says_what_to_do(owner: FlaskClient) -> None:
    assert "Nothing to book yet" in owner.get("/desk/listings").get_data(as_text=True)


def test_a_draft_then_published(world: World, owner: FlaskClient, client: FlaskClient) -> None:
    answer = post(
        owner,
        "/desk/listings/new/session",
        {"title": "Later", "niche": NEW["niche"], "where_kind": "phone", "policy": "strict"},
    )
    assert answer.status_code == 302, answer.get_data(as_text=True)
    edit = answer.headers["Location"]
    status = f"{edit}/status"
    post(owner, status, {"status": "published"}, form_at=edit)
    assert client.get("/noor-haddad/later").status_code == 404  # nothing to book yet
    assert post(owner, edit, NEW | {"then": "publish"}).status_code == 302
    text = client.get("/noor-haddad/a-first-hour-on-your-brand").get_data(as_text=True)
    assert "£99.75" in text
    assert "A mark" in text
    assert "<strong>start</strong>" in text
    for to, code in (("paused", 404), ("published", 200), ("archived", 404)):
        assert post(owner, status, {"status": to}, form_at=edit).status_code == 302
        assert client.get("/noor-haddad/a-first-hour-on-your-brand").status_code == code
    assert post(owner, status, {"status": "nonsense"}, form_at=edit).status_code == 422
    assert "Archived" in owner.get("/desk/listings").get_data(as_text=True)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("lengths-0-price", "ninety", "Type a price such as 95"),
        ("lengths-0-price", "0.10", "The least that can be charged is £0.30"),
        ("lengths-0-price", "-5", "Type a price such as 95"),
        ("lengths-0-minutes", "3", "Whole minutes, from 5 to 720."),
        ("lengths-0-minutes", "", "Say how many minutes"),
        ("where_detail", "meet.example", "A link begins with https://"),
        ("place", "Atlantis-on-Sea", "know this town"),
        ("radius_km", "far", "Whole kilometres"),
        ("title", "", "Give it a title."),
    ],
)
def test_a_refused_listing_keeps_what_was_typed(
    world: World, owner: FlaskClient, field: str, typed: str, said: str
) -> None:
    answer = post(owner, "/desk/listings/new/session", NEW | {field: typed, "summary": "Keep this"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in text
    assert f'id="{field}-e"' in text
    assert "Keep this" in text
    assert f'value="{typed}"' in text
    with world.app.app_context():
        assert db.session.scalar(select(Listing)) is None


def test_publishing_needs_everything(world: World, owner: FlaskClient) -> None:
    bare = {"title": "Bare", "niche": NEW["niche"], "where_kind": "on_site", "policy": "strict", "then": "publish"}
    text = post(owner, "/desk/listings/new/session", bare).get_data(as_text=True)
    for said in ("Offer at least one length", "Name the town.", "Say how far you travel."):
        assert said in text
    twice = NEW | {"lengths-1-minutes": "60", "lengths-1-price": "10"}
    assert "offered once" in post(owner, "/desk/listings/new/session", twice).get_data(as_text=True)


def test_a_free_listing(world: World, owner: FlaskClient, client: FlaskClient) -> None:
    post(owner, "/desk/listings/new/session", NEW | {"lengths-0-price": "0", "then": "publish"})
    assert "Free" in client.get("/noor-haddad").get_data(as_text=True)


def test_a_strangers_listing_is_not_there(world: World, owner: FlaskClient) -> None:
    post(owner, "/desk/listings/new/session", NEW)
    other = world.person("Mara Ellis")
    world.practice(other, "Mara Ellis")
    mara = world.signed_in(other)
    with world.app.app_context():
        number = only(world).id
    assert mara.get(f"/desk/listings/{number}").status_code == 404
    assert mara.get(f"/desk/listings/{number}/preview").status_code == 404
    data = {"status": "published"}
    assert post(mara, f"/desk/listings/{number}/status", data, form_at="/desk/listings/new/session").status_code == 404


def test_pictures_are_encoded_anew_and_can_go(world: World, owner: FlaskClient, client: FlaskClient) -> None:
    upload = {"pictures-0-file": (io.BytesIO(photo()), "a.jpg"), "pictures-0-alt": "A red jar", "then": "publish"}
    answer = post(owner, "/desk/listings/new/session", NEW | upload, content_type="multipart/form-data")
    assert answer.status_code == 302
    edit = answer.headers["Location"]
    with world.app.app_context():
        image = only(world).images[0]
        name, number = image.file, image.id
    shown = client.get(f"/pictures/{name}")
    assert shown.mimetype == "image/webp"
    assert b"Secret" not in shown.data
    assert dict(Image.open(io.BytesIO(shown.data)).getexif()) == {}
    assert 'alt="A red jar"' in client.get("/noor-haddad/a-first-hour-on-your-brand").get_data(as_text=True)
    gone = {"kept-0-id": str(number), "kept-0-alt": "", "kept-0-remove": "y"}
    assert post(owner, edit, NEW | gone).status_code == 302
    assert client.get(f"/pictures/{name}").status_code == 404
    with world.app.app_context():
        assert files.files().get(name) is None
    bad = {"pictures-0-file": (io.BytesIO(b"<svg/>"), "a.jpg")}
    answer = post(owner, edit, NEW | bad, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "not a picture we can read" in answer.get_data(as_text=True)


def test_every_change_is_announced(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[ListingChanged] = []
    monkeypatch.setitem(events._on, ListingChanged, [seen.append])
    _, _, number = world.bookable()
    steps = (actions.pause, actions.publish, actions.archive)
    for count, step in enumerate(steps, start=1):
        with world.writing():
            step(db.session.get_one(Listing, number))
        assert seen == [ListingChanged(number)] * count
    with world.writing(), pytest.raises(Refused):
        actions.pause(db.session.get_one(Listing, number))


def test_lengths_keep_their_rows(world: World) -> None:
    _, _, number = world.bookable()
    with world.writing():
        listing = db.session.get_one(Listing, number)
        before = listing.length(60)
        assert before is not None
        kept = before.id
        actions.set_lengths(listing, [(60, 12000), (45, 0)])
    with world.app.app_context():
        listing = db.session.get_one(Listing, number)
        assert [(one.minutes, one.price) for one in listing.lengths] == [(45, 0), (60, 12000)]
        assert listing.lengths[1].id == kept
        with pytest.raises(Refused):
            actions.set_lengths(listing, [(60, 29)])
