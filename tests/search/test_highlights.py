"""What was asked for is told apart in a result's texts, which stay what they were."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.search.highlights import SNIPPET_CHARS, runs, snippet

LONG = "Every jar needs a name. " * 8 + "We draw labels for hot sauce and honey. " + "Then we print. " * 20


def text_of(pieces):
    return "".join(piece for piece, _ in pieces)


def marked_in(pieces):
    return [piece for piece, is_match in pieces if is_match]


@given(st.text(), st.sets(st.text(min_size=1, max_size=4)))
def test_runs_join_back_to_the_text(text, words):
    found = runs(text, words)
    assert text_of(found) == text
    assert all(piece for piece, _ in found)
    assert set(marked_in(found)) <= words


def test_a_snippet_stands_around_the_first_word():
    found = snippet(LONG, {"jar", "labels", "sauce"}, {"sauce"})
    assert marked_in(found) == ["labels", "sauce"]
    assert text_of(found).startswith("… ")
    assert text_of(found).endswith(" …")
    assert text_of(found).strip("… ") in LONG


@pytest.mark.parametrize(("text", "around"), [(LONG, set()), (LONG, {"absent"}), ("", {"jar"})])
def test_no_snippet_where_it_tells_nothing(text, around):
    assert snippet(text, {"jar"}, around) == ()


@given(st.lists(st.sampled_from(["jar", "a", "label", "of", "honey"]), min_size=1, max_size=90).map(" ".join))
def test_a_snippet_is_short_and_whole_words(text):
    found = text_of(snippet(text, {"honey"}, {"honey"})).removeprefix("… ").removesuffix(" …")
    assert len(found) <= SNIPPET_CHARS
    assert ("honey" in found.split()) == ("honey" in text.split())
    assert not found or f" {found} " in f" {text} "


@pytest.mark.usefixtures("market")
def test_the_page_tells_what_was_found_where(client):
    def cards(words):
        page = client.get("/search", query_string={"q": words}).get_data(as_text=True)
        return re.findall(r'<article class="card">.*?</article>', page, re.S)

    first = cards("brand sauces")[0]
    assert "A <mark>brand</mark> identity for hot <mark>sauce</mark></a>" in first
    assert "card__why" not in first
    assert all("<mark>" not in card for card in cards(""))
    why = cards("hour together")[0].partition('<p class="card__why">')[2].partition("</p>")[0]
    assert "<mark>hour</mark> <mark>together</mark>" in why
