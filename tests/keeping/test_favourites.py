"""The shortlist: the heart, the page, what is gone, and who may see what."""

import re

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from community.accounts import actions as accounts
from community.accounts.models import Person
from community.core.db import db, writing
from community.keeping.models import Favourite
from community.listings.models import Listing
from tests.world import PASSWORD, post

TITLE = "Wedding cake tasting"


@pytest.fixture
def cake(market):
    return market[TITLE]


def send(browser, path):
    return post(browser, path, {}, form_at="/favourites")


def page(browser, path="/favourites"):
    answer = browser.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)[:500]
    return answer.get_data(as_text=True)


def test_kept_and_dropped_without_a_script(browser, cake):
    assert "Nothing saved yet" in page(browser)
    shown = page(browser, "/mara-ellis/wedding-cake-tasting")
    assert set(re.findall(rf'action="/favourites/{cake}".*?aria-pressed="(\w+)"', shown, re.S)) == {"false"}
    answer = send(browser, f"/favourites/{cake}")
    assert answer.location.endswith("/mara-ellis/wedding-cake-tasting")
    assert 'aria-pressed="true"' in page(browser, answer.location)
    assert TITLE in page(browser)
    assert send(browser, f"/favourites/{cake}?back=/favourites").location.endswith("/favourites")
    assert TITLE not in page(browser)


def test_a_visitor_signs_in_and_comes_back(client, world, tom, cake):
    shown = client.get("/mara-ellis/wedding-cake-tasting").get_data(as_text=True)
    assert f'href="/favourites/{cake}"' in shown
    assert client.get(f"/favourites/{cake}").location.endswith("/signin")
    answer = post(client, "/signin", {"email": "tom@example.com", "password": PASSWORD})
    assert client.get(answer.location).location.endswith(f"/favourites/{cake}")
    assert client.get(f"/favourites/{cake}").location.endswith("/mara-ellis/wedding-cake-tasting")


@pytest.mark.parametrize("how", ["paused", "blocked"])
def test_what_is_gone_is_said_and_can_be_taken_off(app, browser, market, tom, cake, how):
    send(browser, f"/favourites/{cake}")
    with app.app_context(), writing():
        if how == "paused":
            db.session.get_one(Listing, cake).status = "paused"
        else:
            accounts.block(db.session.get_one(Person, tom), by=db.session.get_one(Person, market["Mara Ellis"]))
    shown = page(browser)
    assert "Not here any more" in shown
    assert TITLE not in shown  # whoever hides hides their words too
    send(browser, f"/favourites/{cake}")
    assert "Nothing saved yet" in page(browser)
    assert send(browser, f"/favourites/{cake}").status_code == 404


def test_cards_have_hearts_for_who_is_signed_in(client, browser, cake):
    send(browser, f"/favourites/{cake}")
    shown = page(browser, "/search?q=wedding+cake")
    assert re.findall(rf'action="/favourites/{cake}".*?aria-pressed="(\w+)"', shown, re.S) == ["true"]
    assert "/favourites/" not in page(client, "/search?q=wedding+cake")


def test_elsewhere_nobody_is_sent(browser, cake):
    assert "evil" not in send(browser, f"/favourites/{cake}?back=//evil.example").location


def test_the_database_keeps_one_and_lets_it_go_with_the_listing(app, world, tom, cake):
    with app.app_context():
        with writing():
            db.session.add(Favourite(person_id=tom, listing_id=cake))
        with pytest.raises(IntegrityError), writing():
            db.session.execute(text("insert into favourites select * from favourites"))
        bare = world.listing(db.session.get_one(Listing, cake).practice_id, "Soon gone", prices={})
        with writing():
            db.session.add(Favourite(person_id=tom, listing_id=bare))
        with writing():
            db.session.execute(text("delete from listings where id = :id"), {"id": bare})
        assert db.session.scalars(select(Favourite.listing_id)).all() == [cake]
