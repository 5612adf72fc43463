"""Others like a listing, and who is free on the day that it is not."""

import pytest

from community.accounts import actions as accounts
from community.accounts.models import Person
from community.availability import actions as availability
from community.availability.rules import OpenRange
from community.core.db import db, writing
from community.core.events import emit
from community.listings.facts import ListingChanged
from community.niches import queries as niches
from community.profiles.models import Practice

OURS = "/mara-ellis/wedding-cake-tasting"


@pytest.fixture
def rival(app, world, market, drain):
    """Cleo makes wedding cakes too, on Saturdays."""
    practice = world.practice(world.person("Cleo Park"), "Cleo Park")
    with app.app_context():
        niche = niches.niche("wedding-cakes").id
        made = world.listing(practice, "Wedding cake for a crowd", prices={45: 2500}, niche_id=niche)
        with writing():
            found = db.session.get_one(Practice, practice)
            saturday = [OpenRange(5, 9 * 60, 17 * 60)]
            availability.set_hours(found, found.owner, saturday)
            emit(ListingChanged(made))
    drain()
    return made


def read(client, query=""):
    return client.get(OURS + query).get_data(as_text=True)


def test_others_like_it_without_itself_and_its_own(client, rival):
    page = read(client)
    assert "Others like this" in page
    shown = page.partition("Others like this")[2]
    assert "Wedding cake for a crowd" in shown
    assert "Free first call" not in shown
    assert "Others like this" not in client.get("/noor-haddad/a-brand-identity-for-hot-sauce").get_data(as_text=True)


def test_who_is_free_on_the_day_that_was_asked_for(client, rival):
    assert "Free Sat 21 Nov, elsewhere" in read(client, "?day=2026-11-21")
    for other in ("2026-11-20", "2026-11-01", "nonsense", "2026-11-22"):
        assert "elsewhere</h2>" not in read(client, f"?day={other}")


def test_whoever_blocked_the_reader_is_no_alternative(app, world, rival):
    tom = world.person("Tom Reed")
    browser = world.signed_in(tom)
    assert "Wedding cake for a crowd" in read(browser)
    with app.app_context(), writing():
        cleo = db.session.query(Person).filter_by(email="cleo@example.com").one()
        accounts.block(db.session.get_one(Person, tom), by=cleo)
    assert "Wedding cake for a crowd" not in read(browser)
