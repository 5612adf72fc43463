"""Words without a meaning in Markdown take a short way; it must lead to the same place."""

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.core import text

pytestmark = pytest.mark.once

ALPHABET = "abzAZéßñ中09 ,.;:?!'’…_*`[]()<>#&|~\n\t\\-+=\"/@"


def the_long_way(source: str) -> str:
    html = text._markdown.render(source)
    return nh3.clean(html, tags=text._TAGS, attributes={"a": {"href"}}, link_rel="nofollow noopener noreferrer ugc")


@settings(max_examples=4000, deadline=None)
@given(st.text(ALPHABET, max_size=30))
def test_the_short_way_is_the_same(source: str) -> None:
    if text._WORDS.fullmatch(source):
        assert str(text.markdown(source)) == the_long_way(source)


@settings(max_examples=2000, deadline=None)
@given(st.text(st.characters(categories=("L", "N", "M", "P", "Zs", "Cf")), max_size=20))
def test_also_in_other_scripts(source: str) -> None:
    if text._WORDS.fullmatch(source):
        assert str(text.markdown(source)) == the_long_way(source)


def test_it_is_taken() -> None:
    assert text._WORDS.fullmatch("Hello there, how was the client's first call? Great!")
    for other in ("1. first", "a *b*", "<b>", "a_b_c", "two  spaces", "ends with space ", "- item", "http://x.example"):
        assert not text._WORDS.fullmatch(other) or "_" in other
