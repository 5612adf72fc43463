"""The editor of each kind: its fields, its errors, what publishing needs, and copies as another kind."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core.db import db
from community.listings import actions, rules
from community.listings.models import Listing
from tests.listings.desk import NICHE, OF, PARTS, WORDS, make, only
from tests.world import World, post


@pytest.fixture
def owner(world: World) -> FlaskClient:
    noor = world.person("Noor Haddad", handle="noor")
    world.practice(noor)
    return world.signed_in(noor)


def test_one_chooses_a_kind_first(owner: FlaskClient) -> None:
    text = owner.get("/desk/listings/new").get_data(as_text=True)
    for kind in rules.KINDS:
        assert f"/desk/listings/new/{kind}" in text
        assert owner.get(f"/desk/listings/new/{kind}").status_code == 200
    assert owner.get("/desk/listings/new/castle").status_code == 404


@pytest.mark.parametrize("kind", rules.KINDS)
def test_each_kind_is_made_changed_and_seen(world: World, owner: FlaskClient, client: FlaskClient, kind: str) -> None:
    answer = make(owner, kind)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    edit = answer.headers["Location"]
    page = client.get("/noor-haddad/a-brand-start-to-finish")
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    price = {
        "session": "£99.75",
        "project": "£472.50",
        "workshop": "£42",
        "retainer": "£472.50",
        "digital": "£12.60",
    }.get(kind)
    assert (price or "Asking costs nothing") in text
    again = owner.get(edit).get_data(as_text=True)
    assert "Change a listing" in again
    assert post(owner, edit, WORDS | OF[kind] | {"summary": "Changed"}).status_code == 302
    with world.app.app_context():
        assert (only().kind, only().summary, only().status) == (kind, "Changed", "published")
    assert "A brand, start to finish" in client.get("/noor-haddad").get_data(as_text=True)
    assert "A brand, start to finish" in owner.get("/desk/listings").get_data(as_text=True)


@pytest.mark.parametrize("kind", rules.KINDS)
def test_a_draft_of_a_title_then_what_publishing_needs(world: World, owner: FlaskClient, kind: str) -> None:
    bare = {"title": "Bare", "niche": NICHE, "where_kind": "phone", "policy": "own"}
    answer = post(owner, f"/desk/listings/new/{kind}", bare)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    edit = answer.headers["Location"]
    lacks = {
        "session": ["lengths", "where_detail", "tiers"],
        "project": ["packages", "where_detail", "tiers"],
        "workshop": ["price", "where_detail", "tiers"],
        "retainer": ["price", "scope", "where_detail"],
        "digital": ["price", "file"],
        "inquiry": ["text", "where_detail", "tiers"],
    }[kind]
    with world.app.app_context():
        assert sorted(actions.what_is_missing(only())) == sorted(lacks)
    refused = post(owner, edit, bare | {"then": "publish"})
    assert refused.status_code == 422
    for name in lacks:
        assert f'href="#{name}"' in refused.get_data(as_text=True)
    post(owner, f"{edit}/status", {"status": "published"}, form_at=edit)
    with world.app.app_context():
        assert only().status == "draft"


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("project", {"packages-0-days": "0"}, "Whole days, from 1 to 365."),
        ("project", {"packages-0-price": "cheap"}, "Type a price such as 95"),
        ("project", {"packages-0-title": ""}, "Give this package a name"),
        ("project", {"packages-0-parts-1-per_cent": "40"}, "The parts make 110%. Together they are 100%."),
        ("project", {"packages-0-parts-1-per_cent": "x"}, "A whole number from 1 to 100."),
        ("project", {"packages-0-parts-1-detail": ""}, "Say what the client accepts"),
        ("project", {"packages-0-parts-2-detail": "soon"}, "How many days after the start"),
        ("project", {"packages-0-parts-2-due": "booking"}, "Only the first part is due at booking."),
        ("project", {"packages-0-price": "1"}, "One part is below £0.30"),
        ("workshop", {"price": "0.10"}, "The least that can be charged is £0.30"),
        ("digital", {"price": "-3"}, "Type a price such as 95"),
        ("retainer", {"price": "0"}, "The least that can be charged is £0.30."),
        ("retainer", {"clients_most": "0"}, "A whole number from 1 to 500"),
        (
            "session",
            {"addons-0-title": "Print files", "addons-0-price": "0"},
            "The least that can be charged is £0.30.",
        ),
        ("session", {"addons-1-title": "", "addons-1-price": "5"}, "Say what can be added."),
        ("session", {"policy": "own", "tiers-0-ahead": "91", "tiers-0-unit": "days"}, "A whole number from 0 to 90."),
        ("session", {"policy": "own", "tiers-0-ahead": "2", "tiers-0-per_cent": "0"}, "A whole number from 1 to 100."),
        ("inquiry", {"where_kind": "own_link", "where_detail": "meet"}, "A link begins with https://"),
        ("session", {"series_most": "99"}, "Not a valid choice"),
    ],
)
def test_errors_stand_at_the_field_and_what_was_typed_stays(
    world: World, owner: FlaskClient, kind: str, typed: dict[str, str], said: str
) -> None:
    answer = make(owner, kind, **(PARTS if kind == "project" else {}) | typed | {"summary": "Keep this"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422, text
    assert said.replace("'", "&#39;") in text
    assert "Keep this" in text
    for name, value in typed.items():
        shown = f'value="{value}"' in text or f'<option selected value="{value}"' in text
        assert shown or not value or name == "series_most", name
    with world.app.app_context():
        assert db.session.scalar(select(Listing)) is None


def test_a_copy_as_another_kind(world: World, owner: FlaskClient) -> None:
    more = {"addons-0-title": "Print files", "addons-0-price": "25", "questions-0-text": "What do you sell?"}
    more |= {"policy": "own", "tiers-0-ahead": "2", "tiers-0-unit": "days", "tiers-0-per_cent": "80"}
    edit = make(owner, "session", **more).headers["Location"]
    for kind in ("project", "workshop", "retainer", "digital", "inquiry"):
        answer = post(owner, f"{edit}/copies", {"kind": kind}, form_at=edit)
        assert answer.status_code == 302
        with world.app.app_context():
            copy = db.session.get_one(Listing, int(answer.headers["Location"].rpartition("/")[2]))
            assert (copy.kind, copy.status, copy.title) == (kind, "draft", WORDS["title"])
            assert [one.title for one in copy.addons] == ([] if kind == "retainer" else ["Print files"])
            assert copy.questions == [{"text": "What do you sell?", "required": False}]
            assert copy.tiers == ([] if kind in {"digital", "retainer"} else [[2880, 80]])
        assert owner.get(answer.headers["Location"]).status_code == 200
    assert post(owner, f"{edit}/copies", {"kind": "session"}, form_at=edit).status_code == 422
    assert post(owner, f"{edit}/copies", {"kind": "castle"}, form_at=edit).status_code == 422
    with world.app.app_context():
        original = db.session.get_one(Listing, int(edit.rpartition("/")[2]))
        assert (original.status, [one.price for one in original.lengths]) == ("published", [9500])
