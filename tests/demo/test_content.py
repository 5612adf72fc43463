from collections import Counter

import pytest

from community.demo import content
from community.niches import catalogue, places

pytestmark = pytest.mark.once

STARS = ("Mara Ellis", "Noor Haddad", "Priya Nair", "Tom Okafor", "Yuki Mori", "Ines Duarte", "Adaeze Obi")


def test_the_town_has_its_people():
    names = [person.name for person in content.people()]
    assert len(names) == len(set(names)) == 300
    owners = [practice.owner for practice in content.practices()]
    assert names[: len(owners)] == owners
    assert set(STARS) <= set(owners)
    assert content.CLIENT_WITHOUT_PRACTICE in names
    assert content.CLIENT_WITHOUT_PRACTICE not in owners


def test_practices_point_at_the_catalogue():
    niches, audiences = catalogue.niches_by_slug(), {a.slug for a in catalogue.audiences()}
    towns = {town.name for town in places.towns() if town.country in {"GB", "ES"}}
    assert len(content.practices()) == 60
    for practice in content.practices():
        assert 1 <= len(practice.niches) <= 3
        assert set(practice.niches) <= set(niches)
        assert 1 <= len(practice.audiences) <= 3
        assert set(practice.audiences) <= audiences
        assert practice.place.partition(",")[0] in towns
        assert practice.value.startswith("I help ")
        assert 60 <= len(practice.about.split()) <= 120


def test_listings_are_whole_and_differ():
    listings, slugs = content.listings(), {practice.slug for practice in content.practices()}
    assert len(listings) >= 150
    assert len({listing.niche for listing in listings}) >= 30
    assert {listing.practice for listing in listings} == slugs
    assert len({(listing.practice, listing.slug) for listing in listings}) == len(listings)
    assert len({listing.description for listing in listings}) == len(listings)
    for listing in listings:
        assert listing.niche in catalogue.niches_by_slug()
        assert 80 <= len(listing.description.split()) <= 200
        assert 3 <= len(listing.takeaways) <= 4
        assert 1 <= len(listing.lengths) <= 4
        assert all(length.price == 0 or length.price >= 1000 for length in listing.lengths)
        assert listing.where in {"online", "phone", "on_site", "at_mine"}
    assert sum(listing.lengths[0].price == 0 for listing in listings) >= 20


def test_talk_and_searches():
    lines, kinds = content.chat_lines(), Counter(phrase.kind for phrase in content.search_phrases())
    assert len({line.text for line in lines}) == len(lines) >= 400
    assert {line.where for line in lines} == {"lounge", "room", "booking"}
    assert sum(kinds.values()) >= 200
    assert min(kinds.values()) >= 25
    named = {phrase.niche for phrase in content.search_phrases() if phrase.kind != "unmet"}
    assert named <= set(catalogue.niches_by_slug())
