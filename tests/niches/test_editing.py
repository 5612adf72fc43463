"""The operator's catalogue: what is renamed, merged and split moves, is found, leads on, and outlives a restart."""

import pytest
from sqlalchemy import select

from community.asking.models import Brief
from community.core import jobs
from community.core.db import db, writing
from community.core.events import emit
from community.listings.facts import ListingChanged
from community.listings.models import Listing
from community.niches import editing, guessing, queries, titles
from community.niches.actions import load_catalogue
from community.niches.models import CatalogueEntry, Niche
from community.payments import fees
from community.profiles.models import Practice
from community.search import naming
from community.search.embedded import EmbeddedEngine
from community.search.models import SearchMade
from tests.shape import briefing
from tests.world import post

SLUG = "brand-identity-food"


@pytest.fixture(autouse=True)
def known_to_nobody_else(app, monkeypatch):
    """Each look is a new one, and what one test did to the titles is not the next one's."""
    monkeypatch.setattr(naming, "SECONDS", 0.0)
    yield
    with app.app_context():
        naming.naming().__init__()


@pytest.fixture
def opal(world):
    return world.signed_in(world.person("Opal Reyes", role="operator"))


def send(browser, path, form, at="/staff/catalogue"):
    return post(browser, path, form, form_at=at)


def test_a_rename_leads_on_and_the_file_does_not_undo_it(app, world, opal):
    world.bookable()
    with world.writing():
        db.session.add(SearchMade(words="labels", niche=SLUG, hits=1, visitor="a"))
        fees.set_rule(niche=SLUG, source="", side="client", basis_points=700, minimum=0)
    at = f"/staff/catalogue/niches/{SLUG}"
    answer = send(opal, f"{at}/name", {"name": "Labels and jars", "line": "What a jar says."}, at)
    assert answer.location == "/staff/catalogue/niches/labels-and-jars"
    visitor = app.test_client()
    assert "cafe branding" in visitor.get("/niches/labels-and-jars").get_data(as_text=True)
    moved = visitor.get(f"/niches/{SLUG}")
    assert (moved.status_code, moved.location) == (301, "/niches/labels-and-jars")
    found = visitor.get(f"/search?niche={SLUG}&q=jar")
    assert found.status_code == 301
    assert "niche=labels-and-jars" in found.location
    with app.app_context(), writing():
        load_catalogue()
        assert db.session.scalar(select(Niche.id).where(Niche.slug == SLUG)) is None
        assert db.session.scalar(select(SearchMade.niche)) == "labels-and-jars"
        assert fees.terms(niche="labels-and-jars").basis_points == 700
        assert "cafe branding" in titles.of(queries.niche("labels-and-jars"))  # a shipped one
    # And back again.
    at = "/staff/catalogue/niches/labels-and-jars"
    assert send(opal, f"{at}/name", {"name": "Brand identity food", "line": "x y z"}, at).location.endswith(SLUG)
    assert visitor.get(f"/niches/{SLUG}").status_code == 200
    assert visitor.get("/niches/labels-and-jars").location == f"/niches/{SLUG}"


@pytest.fixture
def embedded(app, tmp_path):
    """An index of one's own, the same whichever engine the tests run on."""
    with app.app_context():
        before = app.extensions.get("search_engine")
        app.extensions["search_engine"] = made = EmbeddedEngine(tmp_path / "search", titles=naming.naming())
    yield
    made.close()
    app.extensions["search_engine"] = before


def test_search_follows(app, world, opal, drain, embedded):
    _owner, _practice, listing = world.bookable()
    with world.writing():
        emit(ListingChanged(listing))
    drain()
    visitor = app.test_client()

    def found(**query):
        answer = visitor.get("/search", query_string=query, headers={"Accept": "application/json"})
        return [one["title"] for one in answer.get_json()["results"]]

    at = f"/staff/catalogue/niches/{SLUG}"
    assert found(niche=SLUG) == ["A brand identity"]
    assert found(q="zorbulation") == []
    send(opal, f"{at}/titles", {"title": "Zorbulation"}, at)
    assert found(q="zorbulation") == ["A brand identity"]
    send(opal, f"{at}/name", {"name": "Labels and jars", "line": "What a jar says."}, at)
    drain()
    assert found(niche="labels-and-jars") == ["A brand identity"]
    assert found(q="zorbulation") == ["A brand identity"]
    at = "/staff/catalogue/niches/labels-and-jars"
    send(opal, f"{at}/merge", {"into": "bookkeeping"}, at)
    drain()
    assert found(niche="bookkeeping") == ["A brand identity"]
    assert found(q="zorbulation") == ["A brand identity"]


def test_a_merge_moves_everything(app, world, opal):
    _owner, practice, listing = world.bookable()
    with world.writing():
        ada = world.person("Ada Byron")
        brief = briefing.asked(ada, "Labels", practice).id
        db.session.add(SearchMade(words="labels", niche=SLUG, hits=1, visitor="a"))
        other = next(one.slug for one in queries.niches() if one.slug != SLUG)
        into = queries.niche(other)
        both = db.session.get_one(Practice, practice)
        both.niches.append(into)
    at = f"/staff/catalogue/niches/{SLUG}"
    assert send(opal, f"{at}/merge", {"into": ""}, at).status_code == 422
    assert send(opal, f"{at}/merge", {"into": other}, at).status_code == 302
    assert app.test_client().get(f"/niches/{SLUG}").location == f"/niches/{other}"
    with app.app_context(), writing():
        load_catalogue()
        assert db.session.scalar(select(Niche.id).where(Niche.slug == SLUG)) is None
        assert db.session.get_one(Listing, listing).niche.slug == other
        assert [one.slug for one in db.session.get_one(Practice, practice).niches] == [other]
        assert db.session.get_one(Brief, brief).niche.slug == other
        assert db.session.scalar(select(SearchMade.niche)) == other
        assert "Brand identity for food and drink" in titles.of(queries.niche(other))
        entry = db.session.scalars(select(CatalogueEntry)).one()
        assert (entry.what, entry.by.name) == ("merged", "Opal Reyes")
    page = opal.get("/staff/catalogue").get_data(as_text=True)
    assert "Niche merged: Brand identity for food and drink" in page


def test_a_split_takes_the_chosen_listings_along(app, world, opal):
    _owner, practice, listing = world.bookable()
    kept = world.listing(practice, "A label check")
    form = {"name": "Hot sauce labels", "line": "Labels that burn.", "low": "100", "high": "300"}
    form = {f"new-{name}": value for name, value in (form | {"unit": "project", "minutes": "60"}).items()}
    at = f"/staff/catalogue/niches/{SLUG}"
    with app.app_context():
        form["new-field"] = queries.niche(SLUG).field.slug
    refused = send(opal, f"{at}/split", form, at)
    assert refused.status_code == 422
    assert "Choose at least one listing that goes." in refused.text
    assert "Labels that burn." in refused.text
    assert send(opal, f"{at}/split", form | {"listing": str(listing)}, at).status_code == 302
    with app.app_context():
        assert db.session.get_one(Listing, listing).niche.slug == "hot-sauce-labels"
        assert db.session.get_one(Listing, kept).niche.slug == SLUG
        assert {one.slug for one in db.session.get_one(Practice, practice).niches} == {SLUG, "hot-sauce-labels"}
        assert queries.niche("hot-sauce-labels").price_high == 30_000


def test_a_title_is_known_to_search_and_taken_away_again(app, world, opal):
    at = f"/staff/catalogue/niches/{SLUG}"
    with app.app_context():
        assert guessing.guess("zorbulation") == []
    assert send(opal, f"{at}/titles", {"title": "Zorbulation"}, at).status_code == 302
    with app.app_context():
        assert [one.slug for one in guessing.guess("zorbulation")] == [SLUG]
    again = send(opal, f"{at}/titles", {"title": "zorbulation"}, at)
    assert again.status_code == 422
    assert "among its titles already" in again.text
    assert send(opal, f"{at}/titles/end", {"title": "Zorbulation"}, at).status_code == 302
    with app.app_context():
        assert guessing.guess("zorbulation") == []
        shipped = titles.of(queries.niche(SLUG))[0]
    unknown = send(opal, f"{at}/titles/end", {"title": "Nothing like it"}, at)
    assert unknown.status_code == 422
    assert "That is none of its titles." in unknown.text
    assert "Nothing like it" in unknown.text
    assert send(opal, f"{at}/titles/end", {"title": shipped}, at).status_code == 302
    with app.app_context():
        assert shipped not in titles.of(queries.niche(SLUG))


def test_a_member_proposes_and_both_answers_are_told(app, world, opal):
    mara = world.signed_in(world.person("Mara Ellis"))
    with app.app_context():
        field = queries.niche(SLUG).field.slug
    form = {"field": field, "why": "I write them for charities."}
    for name in ("Thank-you letters", "Grant diaries"):
        assert post(mara, "/niches/propose", form | {"name": name}).status_code == 302
    taken = post(mara, "/niches/propose", form | {"name": "Brand identity for food and drink"})
    assert taken.status_code == 422
    assert "There is a niche of that name" in taken.text
    with app.app_context():
        first, second = (one.id for one in queries.proposals())
    assert "I write them for charities." in opal.get("/staff/catalogue").get_data(as_text=True)
    refused = send(opal, f"/staff/catalogue/proposals/{second}", {"reason": ""})
    assert refused.status_code == 422
    assert send(opal, f"/staff/catalogue/proposals/{second}", {"reason": "It is bid writing."}).status_code == 302
    at = f"/staff/catalogue/new?proposal={first}"
    more = {
        "name": "Thank-you letters",
        "line": "Letters.",
        "low": "50",
        "high": "90",
        "unit": "letter",
        "minutes": "60",
    }
    assert post(opal, at, more | {"field": field}).status_code == 302
    with app.app_context():
        jobs.drain()
        outbox = app.extensions["mailman"].outbox
        assert [mail.subject for mail in outbox if "mara@example.com" in mail.to] == [
            "About the niche you proposed: Grant diaries",
            "Your niche is there: Thank-you letters",
        ]
        assert "It is bid writing." in outbox[-2].body


def test_audiences_are_added_and_renamed(app, world, opal):
    assert send(opal, "/staff/catalogue/audiences", {"name": "Beekeepers"}).status_code == 302
    again = send(opal, "/staff/catalogue/audiences", {"name": "Beekeepers"})
    assert again.status_code == 422
    assert "There is an audience of that name." in again.text
    assert send(opal, "/staff/catalogue/audiences/beekeepers", {"name": "Keepers of bees"}).status_code == 302
    with app.app_context(), writing():
        assert queries.audience("beekeepers").name == "Keepers of bees"
        load_catalogue()
        assert queries.audience("beekeepers").name == "Keepers of bees"


def test_only_operators_and_the_log_stays(app, world):
    mara = world.signed_in(world.person("Mara Ellis"))
    milo = world.signed_in(world.person("Milo Grant", role="moderator"))
    for browser in (mara, milo):
        assert browser.get("/staff/catalogue").status_code == 404
    with app.app_context(), writing():
        editing.note("added", "x", by=None)
    with app.app_context(), pytest.raises(Exception, match="append_only"), writing():
        db.session.execute(CatalogueEntry.__table__.delete())
