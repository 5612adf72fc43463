"""Price guidance: by niche, else field, else site, and never from fewer than five other practices."""

import pytest
from flask.testing import FlaskClient

from community.core.db import db
from community.listings import prices
from community.niches import queries as niches
from community.niches.models import Niche
from community.profiles.models import Practice
from tests.world import World

NICHE = "brand-identity-food"


@pytest.fixture
def noor(world: World) -> tuple[int, int, int]:
    """Noor, her practice and listing, and four more practices."""
    own = world.bookable()
    for number in range(1, 5):
        person = world.person(f"Maker{number} Lyle")
        made = world.practice(person, f"Maker {number}")
        world.listing(made, f"An hour {number}", prices={60: number * 1000, 30: 100})
        world.listing(made, f"A call {number}", prices={30: 0})
    return own


def guide(world: World, besides: int, slug: str = NICHE) -> prices.Guide | None:
    with world.app.app_context():
        return prices.guide(None, niches.niche(slug), besides=besides)


def test_four_others_are_too_few(world: World, noor: tuple[int, int, int]) -> None:
    assert guide(world, noor[1]) is None


def test_a_fifth_makes_it_whole_one_price_a_practice(world: World, noor: tuple[int, int, int]) -> None:
    fifth = world.practice(world.person("Maker5 Lyle"), "Maker 5")
    for number in range(20):  # many listings weigh no more than one
        world.listing(fifth, f"A dear hour {number}", prices={60: 5000})
    found = guide(world, noor[1])
    assert found is not None
    assert (found.level, found.practices) == ("niche", 5)
    assert (found.low, found.middle, found.high) == (2000, 3000, 4000)
    with world.writing():
        db.session.get_one(Practice, fifth).suspended_at = db.session.get_one(Practice, fifth).created_at
    assert guide(world, noor[1]) is None


def test_it_steps_up_to_field_and_site_and_says_so(world: World, noor: tuple[int, int, int]) -> None:
    with world.app.app_context():
        own = niches.niche(NICHE)
        sister = db.session.query(Niche).filter(Niche.field_id == own.field_id, Niche.id != own.id).first()
        stranger = db.session.query(Niche).filter(Niche.field_id != own.field_id).first()
        assert sister
        assert stranger
        slugs = (sister.slug, stranger.slug)
    levels = [found.level for slug in slugs if (found := guide(world, 0, slug))]
    assert levels == ["field", "site"]


def test_on_the_desk(world: World, noor: tuple[int, int, int]) -> None:
    browser = world.signed_in(noor[0])
    page = _desk(browser, noor[2])
    assert "Fewer than five others are here" in page
    fifth = world.practice(world.person("Maker5 Lyle"), "Maker 5")
    world.listing(fifth, "A dear hour", prices={60: 5000})
    page = _desk(browser, noor[2])
    assert "5 other practices in Brand identity" in page
    assert "£30" in page
    assert "Your hour" in page
    assert 'aria-label="Your page is' in browser.get("/desk").get_data(as_text=True)


def _desk(browser: FlaskClient, listing: int) -> str:
    return browser.get(f"/desk/listings/{listing}").get_data(as_text=True)
