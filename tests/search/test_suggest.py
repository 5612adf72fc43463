"""Suggestions while somebody types: what both engines give, and what a viewer may see of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.accounts import actions as accounts
from community.accounts.models import Person
from community.core.db import db, writing
from community.search.beginnings import Beginnings, begins_nearly
from community.search.engine import Suggested
from tests.search.test_engine import NICHES, make


@pytest.fixture
def filled(make_engine):
    found = make_engine()
    found.apply([make(slug, number) for slug in NICHES for number in range(1, 4)])
    return found


@pytest.mark.parametrize(
    ("typed", "niche"),
    [
        ("wed", "wedding-cakes"), ("CAK", "wedding-cakes"), ("wedding c", "wedding-cakes"), ("xero", "bookkeeping"),
        ("weding", "wedding-cakes"), ("bokkeep", "bookkeeping"), ("trnas", "translation"), ("Ídent", "brand-identity"),
    ],
)  # fmt: skip
def test_niches(filled, typed, niche):
    """By their names from any word on, by what else they are called, folded, and in spite of one slip."""
    assert niche in filled.suggest(typed, 8).niches


def test_listings_and_practices_by_name(filled):
    found = filled.suggest("tiered ca", 8)
    assert [(one.title, one.niche) for one in found.listings] == [("A tiered cake for your day", "wedding-cakes")]
    assert not found.practices  # what it is called, not what it sells
    named = filled.suggest("practice of bo", 8)
    assert [one.practice for one in named.practices] == ["Practice of bookkeeping"]
    assert filled.suggest("labels in wlesh", 8).listings[0].niche == "translation"
    assert filled.suggest("done on time", 8) == Suggested()  # texts are searched, not suggested


def test_only_niches_that_have_something(filled):
    filled.apply([], [make("bookkeeping", number).id for number in range(1, 4)])
    assert "bookkeeping" not in filled.suggest("book", 8).niches


@pytest.mark.parametrize("typed", ["", " ", "\x00", "*", "a" * 500, "'\"\\(", "🐝", "and the"])
def test_anything_may_be_typed(filled, typed):
    assert isinstance(filled.suggest(typed, 8), Suggested)


def test_no_more_than_asked_for(filled):
    found = filled.suggest("practice of", 2)
    assert len(found.practices) == len(found.listings) == 2


@given(st.text("abcd ", min_size=4, max_size=9), st.text("abcd ", max_size=4), st.data())
def test_one_slip_is_forgiven_wherever_it_is(typed, rest, data):
    at = data.draw(st.integers(1, len(typed) - 1))
    letter = data.draw(st.sampled_from("abcde"))
    slips = [typed[:at] + typed[at + 1 :], typed[:at] + letter + typed[at + 1 :], typed[:at] + letter + typed[at:]]
    assert all(begins_nearly(typed + rest, slip) for slip in slips)


def test_two_slips_are_not_forgiven():
    assert not begins_nearly("bookkeeping", "bokkeping x")
    assert Beginnings({"b": "Bookkeeping"}).nearly("boxxk") == []


def _suggested(client, typed):
    answer = client.get("/search/suggest", query_string={"q": typed})
    assert answer.status_code == 200
    return answer, [(row["kind"], row["text"]) for row in answer.get_json()["suggestions"]]


@pytest.mark.usefixtures("market")
class TestOnTheSite:
    def test_a_visitor_gets_what_everybody_sees_and_no_cookie(self, client):
        answer, rows = _suggested(client, "wed")
        assert ("niche", "Wedding cakes") in rows
        assert ("listing", "Wedding cake tasting") in rows
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        assert "Set-Cookie" not in answer.headers
        assert ("practice", "Mara Ellis") in _suggested(client, "mar")[1]
        assert _suggested(client, "w")[1] == []
        for row in answer.get_json()["suggestions"]:
            assert client.get(row["href"]).status_code == 200

    @pytest.mark.parametrize("blocks", ["reader", "owner"])
    def test_a_block_hides_both_ways(self, app, world, market, blocks):
        reader = world.person("Tom Reed")
        client = world.signed_in(reader)
        answer, rows = _suggested(client, "wed")
        assert ("listing", "Wedding cake tasting") in rows
        assert "private" in answer.headers["Cache-Control"]
        with app.app_context(), writing():
            tom, mara = (db.session.get_one(Person, one) for one in (reader, market["Mara Ellis"]))
            accounts.block(tom, by=mara) if blocks == "owner" else accounts.block(mara, by=tom)
        assert not [text for _, text in _suggested(client, "wed")[1] if text == "Wedding cake tasting"]
        assert ("practice", "Mara Ellis") not in _suggested(client, "mara")[1]
