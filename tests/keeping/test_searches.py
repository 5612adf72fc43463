"""Saved searches: saving, the list, what is new told once, quiet hours, a kill at any moment, and the way out."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from community.core import clock, jobs
from community.core.db import db, writing
from community.core.deliveries import Delivery
from community.core.events import emit
from community.keeping import actions, looking, rules
from community.keeping.facts import MatchesFound
from community.keeping.models import SavedSearch, SearchMatch
from community.listings.facts import ListingChanged
from community.listings.models import Listing
from community.niches import queries as niches
from community.search import index
from tests.world import post as send

SEARCH = "q=wedding+cake"


def save(browser, search=SEARCH):
    return send(browser, "/searches", {"search": search})


def publish(app, world, practice, title, **values):
    """A new listing of a practice a minute later, and the search index after it."""
    clock.advance(timedelta(minutes=1))
    with app.app_context():
        niche = niches.niche(values.pop("niche", "wedding-cakes")).id
    made = world.listing(practice, title, prices={45: 3000}, niche_id=niche, **values)
    with app.app_context(), writing():
        emit(ListingChanged(made))
    return made


def look(app):
    with app.app_context():
        return looking.look()


def rows(app, model):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def mara(market):
    return market["Mara Ellis practice"]


def test_saved_from_the_results_and_listed(browser, app):
    shown = browser.get(f"/search?{SEARCH}&sort=price").get_data(as_text=True)
    assert "Tell me of new ones" in shown
    assert re.search(r'name="search" value="q=wedding\+cake"', shown)
    assert save(browser, f"{SEARCH}&sort=price&cursor=x").location.endswith(f"/search?{SEARCH}")
    assert save(browser).status_code == 302  # the same search is one
    assert rows(app, SavedSearch) == 1
    assert "You hear of new ones" in browser.get(f"/search?{SEARCH}").get_data(as_text=True)
    assert "Wedding cake" in browser.get("/searches").get_data(as_text=True)


def test_a_visitor_signs_in_and_comes_back_to_the_search(client, browser):
    shown = client.get(f"/search?{SEARCH}").get_data(as_text=True)
    assert f'href="/searches/new?{SEARCH}"' in shown
    assert client.get(f"/searches/new?{SEARCH}").location.endswith("/signin")
    assert browser.get(f"/searches/new?{SEARCH}").location.endswith(f"/search?{SEARCH}")


@pytest.mark.parametrize("search", ["", "sort=price", "utm_source=x", "niche=%00", "q="])
def test_nothing_in_particular_is_not_saved(browser, app, search):
    answer = save(browser, search)
    assert answer.status_code == 422
    assert "Say what you look for" in answer.get_data(as_text=True)
    assert rows(app, SavedSearch) == 0


def test_twenty_and_no_more(browser, app, tom):
    for number in range(rules.MOST_SEARCHES):
        assert save(browser, f"q=cake+{number}").status_code == 302
    answer = save(browser)
    assert answer.status_code == 409
    assert "Delete one you don’t need" in answer.get_data(as_text=True)
    with app.app_context():
        first = db.session.scalar(select(func.min(SavedSearch.id)))
    send(browser, f"/searches/{first}/delete", {}, form_at="/searches")
    assert save(browser).status_code == 302
    with app.app_context(), pytest.raises(IntegrityError), writing():
        db.session.add(SavedSearch(person_id=tom, search=SEARCH))


def test_only_ones_own(browser, world, app):
    save(browser)
    other = world.signed_in(world.person("Lena Frost"))
    with app.app_context():
        saved = db.session.scalars(select(SavedSearch.id)).one()
    assert send(other, f"/searches/{saved}/pause", {}, form_at="/searches").status_code == 404
    assert send(other, f"/searches/{saved}/delete", {}, form_at="/searches").status_code == 404
    assert "edding cake" not in other.get("/searches").get_data(as_text=True)


def test_told_once_whatever_happens(app, browser, world, mara, post, advance):
    save(browser)
    assert look(app) == 0  # what was there before is not new
    advance(timedelta(hours=3))
    made = publish(app, world, mara, "Wedding cake for eighty")
    publish(app, world, mara, "Sourdough by post", niche="bookkeeping")
    post.drain()
    assert look(app) == 1
    (letter,) = post.read()
    assert (letter.to, letter.subject) == ("tom@example.com", "New: Wedding cake for eighty")
    assert "/mara-ellis/wedding-cake-for-eighty" in letter.html
    with app.app_context():
        with writing():
            listing = db.session.get_one(Listing, made)
            listing.title, listing.changed_at = "Wedding cake for a hundred", clock.now()
            emit(ListingChanged(made))
        jobs.drain()
        index.rebuild()
    advance(timedelta(days=2))
    assert look(app) == 0
    with app.app_context(), writing():
        emit(MatchesFound(db.session.scalars(select(SavedSearch.id)).one()))
    assert post.read() == []
    assert rows(app, SearchMatch) == 1
    assert "1 found so far" in browser.get("/searches").get_data(as_text=True)
    with app.app_context(), pytest.raises(IntegrityError), writing():
        db.session.execute(text("insert into search_matches select * from search_matches"))


def test_one_mail_a_day_and_none_at_night(app, browser, world, mara, post, advance):
    """It is ten in the morning in London; the second waits for the day to pass, the third for the night."""
    save(browser)
    publish(app, world, mara, "Wedding cake one")
    post.drain()
    look(app)
    assert len(post.read()) == 1
    advance(timedelta(hours=2))
    publish(app, world, mara, "Wedding cake two")
    publish(app, world, mara, "Wedding cake three")
    post.drain()
    assert look(app) == 2
    assert post.read() == []
    advance(timedelta(hours=22))
    (letter,) = post.read()
    assert letter.subject == "2 new listings: Wedding cake"
    advance(timedelta(days=1, hours=12))
    publish(app, world, mara, "Wedding cake four")
    post.drain()
    assert look(app) == 1
    assert post.read() == []
    advance(timedelta(hours=10))
    assert len(post.read()) == 1


@pytest.mark.parametrize("moment", ["noting", "telling", "deleting"])
def test_a_kill_at_any_moment_tells_once(app, browser, world, mara, post, monkeypatch, moment):
    """Killed before what was found is committed, before the mail is, and after it but before the delivery is gone."""
    save(browser)
    publish(app, world, mara, "Wedding cake one")
    post.drain()

    class Killed(BaseException):
        pass

    def die(*_given, **_more):
        raise Killed

    name = {"noting": "emit", "telling": "mails"}.get(moment)
    if moment == "noting":
        monkeypatch.setattr(looking, name, die)
        with pytest.raises(Killed):
            look(app)
        monkeypatch.undo()
        assert rows(app, SearchMatch) == 0
        assert look(app) == 1
    else:
        look(app)
        with app.app_context():
            ids = db.session.scalars(select(Delivery.id).where(Delivery.handler.contains("tell_matches"))).all()
            assert len(ids) == 1
            target = (looking.mails, "write") if moment == "telling" else (jobs, "_finish")
            monkeypatch.setattr(*target, die)
            with pytest.raises(Killed):
                jobs.run(ids[0])
            db.session.rollback()
            monkeypatch.undo()
            jobs.run(ids[0])
    assert len(post.read()) == 1
    assert look(app) == 0
    assert post.read() == []


def test_not_ones_own_not_a_blocked_ones_and_not_while_paused(app, browser, world, market, mara, post, tom):
    save(browser)
    own = world.signed_in(market["Mara Ellis"])
    save(own)
    publish(app, world, mara, "Wedding cake one")
    post.drain()
    assert look(app) == 1
    assert [letter.to for letter in post.read()] == ["tom@example.com"]
    with app.app_context():
        saved = db.session.scalars(select(SavedSearch).where(SavedSearch.person_id == tom)).one().id
    send(browser, f"/searches/{saved}/pause", {}, form_at="/searches")
    clock.advance(timedelta(days=2))
    publish(app, world, mara, "Wedding cake two")
    post.drain()
    assert look(app) == 0
    assert "Paused" in browser.get("/searches").get_data(as_text=True)
    clock.advance(timedelta(minutes=5))
    send(browser, f"/searches/{saved}/pause", {}, form_at="/searches")
    assert look(app) == 0  # of what came meanwhile nothing is told
    clock.advance(timedelta(minutes=5))
    publish(app, world, mara, "Wedding cake three")
    post.drain()
    assert look(app) == 1
    with app.app_context(), writing():
        db.session.get_one(Listing, db.session.scalars(select(func.max(Listing.id))).one()).status = "paused"
    assert post.read() == []  # gone before it could be told


def test_the_way_out_needs_no_signing_in(app, browser, client, world, mara, post):
    save(browser)
    publish(app, world, mara, "Wedding cake one")
    post.drain()
    look(app)
    (letter,) = post.read()
    path = re.search(r"http://linchpin.test(/searches/stop/[^\s\"<]+)", letter.text)[1]
    assert "Stop these mails?" in client.get(path).get_data(as_text=True)
    assert send(client, path, {}).status_code == 302
    assert "No more mails" in client.get(path).get_data(as_text=True)
    with app.app_context():
        assert db.session.scalars(select(SavedSearch)).one().paused_at is not None
    assert client.get("/searches/stop/forged").status_code == 404


def test_a_mail_program_stops_it_at_once(app, browser, client, world, mara, post):
    from community.core.mail import outbox

    save(browser)
    publish(app, world, mara, "Wedding cake one")
    post.drain()
    look(app)
    post.drain()
    with app.app_context():
        headers = outbox()[-1].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = headers["List-Unsubscribe"].strip("<>").removeprefix("http://linchpin.test")
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    with app.app_context():
        saved = db.session.scalars(select(SavedSearch)).one()
        assert saved.paused_at is not None
        with writing():
            actions.delete(saved)
    assert client.post(path).status_code == 200
