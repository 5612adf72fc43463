"""Newcomers' fair share: the rule, what it costs in a simulation, and pages of the site without doubles."""

import statistics
from datetime import date, timedelta

import pytest

from community.core import clock
from community.core.db import db, writing
from community.core.events import emit
from community.listings.facts import ListingChanged
from community.niches import queries as niches
from community.search import exploring
from community.search.models import Impression
from tests.conftest import NOON
from tests.search import exploration
from tests.search.test_engine import make

DAY = date(2026, 11, 19)


def test_average_newcomers_are_seen_and_hardly_a_click_is_lost():
    """50 impressions within four weeks, under 5 % of clicks, on the mean of ten runs and in each of them."""
    losses = []
    for seed in range(10):
        without, lifting = (exploration.run(seed, lifting=one) for one in (False, True))
        new = [str(exploration.LISTINGS + number) for number in range(exploration.NEW)]
        assert all(lifting.shown[one] >= exploring.ENOUGH for one in new), seed
        assert max(without.shown[one] for one in new) < exploring.ENOUGH, seed  # by itself it would not have been
        losses.append(1 - lifting.clicks / without.clicks)
    assert statistics.mean(losses) < 0.05
    assert max(losses) < 0.05


def test_places_are_bounded_and_the_day_decides():
    page = [str(number) for number in range(11)]
    arranged = exploring.arranged(page, ["a", "b"])
    assert [arranged.index("a"), arranged.index("b")] == list(exploring.SLOTS)
    assert [one for one in arranged if one.isdigit()] == page
    crowd = [f"n{number}" for number in range(9)]
    days = [exploring.chosen(DAY + timedelta(days=number), crowd) for number in range(60)]
    assert days[0] == exploring.chosen(DAY, list(reversed(crowd)))
    assert all(len(one) == len(exploring.SLOTS) for one in days)
    assert {name for one in days for name in one} == set(crowd)


@pytest.mark.parametrize(
    ("days", "shown", "is_one"),
    [(0, 0, True), (55, 49, True), (57, 0, False), (1, 50, False), (None, 0, False)],
)
def test_who_is_a_newcomer(days, shown, is_one):
    at = None if days is None else NOON - timedelta(days=days)
    assert exploring.is_newcomer(published_at=at, shown=shown, now=NOON) is is_one


@pytest.mark.parametrize("cursor", [None, "", "abc=", "abc~x", "~1", "a~b~c", "abc~1.2.3"])
def test_cursors_of_others_stay_as_they_are(cursor):
    assert exploring.parted(cursor) == (cursor, frozenset())
    if cursor:
        assert exploring.parted(exploring.noted("abc=", ["7", "12"])) == ("abc=", frozenset({"7", "12"}))


def test_both_engines_know_them(make_engine):
    from community.search.engine import Query

    engine = make_engine()
    engine.apply([make("bookkeeping", number, fresh=number == 3) for number in range(1, 7)])
    found = engine.search(Query(words="bookkeeping", fresh=True))
    assert [hit.document.id for hit in found.hits] == [make("bookkeeping", 3).id]
    assert engine.search(Query(words="bookkeeping")).total == 6


@pytest.fixture
def crowded(app, world, market, drain):
    """Thirty practices make wedding cakes; the last two are new, the others were shown often."""
    with app.app_context():
        niche = niches.niche("wedding-cakes").id
    made = []
    for number in range(30):
        practice = world.practice(world.person(f"Baker{number} Hill"), f"Baker{number} Hill")
        title = "Wedding cake" if number < 28 else "Cake for a wedding of eighty and more people"
        made.append(world.listing(practice, title, prices={45: 2500}, niche_id=niche))
    with app.app_context(), writing():
        for one in [*made[:28], *(market[name] for name in ("Wedding cake tasting", "Free first call"))]:
            db.session.add(Impression(listing_id=one, day=clock.now().date(), shown=exploring.ENOUGH))
        for one in [*made, market["Wedding cake tasting"], market["Free first call"]]:
            emit(ListingChanged(one))
    drain()
    return made


def test_newcomers_stand_at_their_places_and_nobody_twice(client, world, crowded):
    """From page to page to the end, everybody once; and staff read why."""
    address, seen, pages = "/search?q=wedding+cake", [], 0
    while address:
        found = client.get(address, headers={"Accept": "application/json"}).get_json()
        assert found["results"], "no page is empty"
        if not pages:
            first = [one["url"] for one in found["results"]]
            assert len(first) == 11
            assert {n for n, url in enumerate(first) if "eighty" in url} == set(exploring.SLOTS)
        seen += [one["url"] for one in found["results"]]
        pages += 1
        address = found["next"] and f"/search?q=wedding+cake&cursor={found['next']}"
    assert len(seen) == len(set(seen)) == found["total"] >= 31
    page = client.get("/search?q=wedding+cake&explain=1").get_data(as_text=True)
    assert "Why they stand" not in page
    staff = world.signed_in(world.person("Olga Post", role="moderator"))
    page = staff.get("/search?q=wedding+cake&explain=1").get_data(as_text=True)
    assert "new and lifted" in page
    assert "in a niche that the words mean" in page
    assert "shown 50 times" in page
    assert client.get("/search?q=wedding+cake&cursor=made~1.2").status_code == 400
