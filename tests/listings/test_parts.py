"""Packages, add-ons, questions, own terms, the file and who delivers: each as typed, kept and shown."""

import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core import files
from community.core.db import db
from community.core.errors import Refused
from community.listings import actions, rules
from community.listings.models import Listing
from community.profiles.models import Practice, PracticeRole
from tests.listings.desk import OF, PARTS, WORDS, make, only
from tests.world import World, post


@pytest.fixture
def owner(world: World) -> FlaskClient:
    noor = world.person("Noor Haddad", handle="noor")
    world.practice(noor)
    return world.signed_in(noor)


def test_packages_with_parts(world: World, owner: FlaskClient, client: FlaskClient) -> None:
    assert make(owner, "project", **PARTS).status_code == 302
    with world.app.app_context():
        (package,) = only().offers
        assert (package.title, package.days, package.price) == ("Small", 10, 45000)
        assert package.plan == [
            {"due": "booking", "per_cent": 50},
            {"due": "milestone", "per_cent": 30, "title": "First draft"},
            {"due": "date", "per_cent": 20, "days": 30},
        ]
    text = client.get("/noor-haddad/a-brand-start-to-finish").get_data(as_text=True)
    assert "Half at booking, 30% once you accept “First draft” and 20% 30 days after the start." in text
    for amount in ("£236.25", "£141.75", "£94.50"):
        assert amount in text
    assert "<strong>two</strong>" in text


def test_packages_keep_their_rows_and_go_out_of_sight(world: World) -> None:
    _, practice, _ = world.bookable()
    small, large = actions.PackageOffer("Small", 5, 10000), actions.PackageOffer("Large", 20, 40000)
    with world.writing():
        made = actions.create(
            db.session.get_one(Practice, practice),
            title="P",
            kind="project",
            packages=[small, large],
            niche_id=1,
            where_kind="site_call",
        )
        number, before = made.id, [one.id for one in made.offers]
    with world.writing():
        actions.set_packages(db.session.get_one(Listing, number), [large])
    with world.writing():
        listing = db.session.get_one(Listing, number)
        assert [(one.id, one.title) for one in listing.offers] == [(before[0], "Large")]
        assert len(listing.packages) == 2
        actions.set_packages(listing, [large, small, small])
    with world.app.app_context():
        listing = db.session.get_one(Listing, number)
        assert [one.id for one in listing.offers][:2] == before
        assert listing.least == 10000
        for bad in ([small] * 4, [actions.PackageOffer("Tiny", 1, 29)]):
            with pytest.raises(Refused):
                actions.set_packages(listing, bad)
        plan = [{"due": "booking", "per_cent": 99}, {"due": "milestone", "per_cent": 1, "title": "End"}]
        with pytest.raises(Refused):
            actions.set_packages(listing, [actions.PackageOffer("Small", 5, 1000, plan=plan)])


def test_own_terms_run_down(world: World, owner: FlaskClient, client: FlaskClient) -> None:
    up = {"policy": "own", "tiers-0-ahead": "3", "tiers-0-unit": "days", "tiers-0-per_cent": "40"}
    up |= {"tiers-1-ahead": "12", "tiers-1-unit": "hours", "tiers-1-per_cent": "60"}
    assert "less goes back" in make(owner, "session", **up).get_data(as_text=True)
    assert make(owner, "session", **up | {"tiers-1-per_cent": "25"}).status_code == 302
    with world.app.app_context():
        assert only().tiers == [[4320, 40], [720, 25]]
    text = client.get("/noor-haddad/a-brand-start-to-finish").get_data(as_text=True)
    assert "Until 3 days before" in text
    assert "40% of it goes back to you" in text


def test_add_ons_questions_and_on_request(world: World, owner: FlaskClient, client: FlaskClient) -> None:
    more = {
        "addons-0-title": "Print files",
        "addons-0-price": "25",
        "questions-0-text": "What do you sell?",
        "questions-0-required": "y",
        "questions-1-text": "Where?",
        "on_request": "yes",
        "series_most": "6",
    }
    edit = make(owner, "session", **more).headers["Location"]
    with world.app.app_context():
        listing = only()
        assert [(one.title, one.price) for one in listing.addons] == [("Print files", 2500)]
        assert [one["required"] for one in listing.questions] == [True, False]
        assert (listing.on_request, listing.series_most) == (True, 6)
        first = listing.addons[0].id
    text = client.get("/noor-haddad/a-brand-start-to-finish").get_data(as_text=True)
    assert "£26.25" in text
    assert "You are only charged when they say yes" in text
    changed = (
        WORDS | OF["session"] | {"addons-0-title": "Print files, rush", "addons-0-price": "30", "on_request": "no"}
    )
    assert post(owner, edit, changed).status_code == 302
    with world.app.app_context():
        listing = only()
        assert [(one.id, one.title, one.price) for one in listing.addons] == [(first, "Print files, rush", 3000)]
        assert (listing.questions, listing.on_request) == ([], False)


def test_the_file_is_private_named_and_replaced(world: World, owner: FlaskClient, client: FlaskClient) -> None:
    named = {"file": (io.BytesIO(b"x" * 340_000), "noor/../guide<1>.pdf")}
    edit = make(owner, "digital", **named).headers["Location"]
    with world.app.app_context():
        listing = only()
        old = listing.file
        assert (listing.file_name, rules.file_bytes(old)) == ("guide1.pdf", 340_000)
        db.session.rollback()
        assert files.files().get(old) == b"x" * 340_000
    text = client.get("/noor-haddad/a-brand-start-to-finish").get_data(as_text=True)
    assert "guide1.pdf" in text
    assert "340 KB" in text
    assert old not in text
    assert client.get(f"/pictures/{old}").status_code == 404
    again = WORDS | OF["digital"] | {"file": (io.BytesIO(b"new"), "guide2.pdf")}
    assert post(owner, edit, again, content_type="multipart/form-data").status_code == 302
    with world.app.app_context():
        listing = only()
        name, shown = listing.file, listing.file_name
        db.session.rollback()
        assert (shown, files.files().get(name)) == ("guide2.pdf", b"new")
    empty = WORDS | OF["digital"] | {"file": (io.BytesIO(b""), "empty.pdf")}
    refused = post(owner, edit, empty, content_type="multipart/form-data")
    assert (refused.status_code, "This file is empty" in refused.get_data(as_text=True)) == (422, True)


def test_a_file_too_large_is_refused_at_its_field(owner: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_FILE_BYTES", 10)
    refused = make(owner, "digital")
    assert refused.status_code == 422
    assert "larger than 100 MB" in refused.get_data(as_text=True)
    assert "Browsers forget chosen files" in refused.get_data(as_text=True)


def test_only_the_upload_takes_more_than_other_pages(world: World, owner: FlaskClient) -> None:
    world.app.config["MAX_CONTENT_LENGTH"], before = 1000, world.app.config["MAX_CONTENT_LENGTH"]
    try:
        assert make(owner, "digital", file=(io.BytesIO(b"x" * 5000), "a.pdf")).status_code == 302
        assert owner.post("/desk/listings/1/status", data={"status": "x" * 5000}).status_code == 413
    finally:
        world.app.config["MAX_CONTENT_LENGTH"] = before


def test_who_delivers_it(world: World, owner: FlaskClient) -> None:
    assert 'name="deliverer"' not in owner.get("/desk/listings/new/session").get_data(as_text=True)
    tess, asa = world.person("Tess Moor"), world.person("Asa Berg")
    with world.writing():
        practice = db.session.scalars(select(Practice)).one()
        practice.roles += [PracticeRole(person_id=tess, role="partner"), PracticeRole(person_id=asa, role="assistant")]
    page = owner.get("/desk/listings/new/session").get_data(as_text=True)
    assert "Tess Moor" in page
    assert "Asa Berg" not in page
    refused = make(owner, "session", deliverer=str(asa))
    assert refused.status_code == 422
    assert make(owner, "session", deliverer=str(tess)).status_code == 302
    with world.writing():
        listing = only()
        assert [person.name for person in listing.deliverers] == ["Tess Moor"]
        with pytest.raises(Refused):
            actions.edit(listing, title="A", lengths=[(60, 0)], deliverer_id=asa)
    with world.writing():
        listing = only()
        next(role for role in listing.practice.roles if role.person_id == tess).role = "assistant"
    with world.app.app_context():
        assert [person.name for person in only().deliverers] == ["Noor Haddad"]
