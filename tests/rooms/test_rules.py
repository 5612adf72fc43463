"""Decisions from values alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.rooms import rules

pytestmark = pytest.mark.once

START = datetime(2026, 11, 19, 10, 0, tzinfo=UTC)
LONG = rules.plan_of(rules.TEMPLATES[0])


def test_a_plan_begins_and_ends_with_focus():
    assert [p["kind"] for p in LONG] == ["focus", "break"] * 3 + ["focus"]
    assert rules.length(LONG) == timedelta(minutes=4 * 50 + 3 * 10)


def test_phases_follow_each_other():
    assert [rules.next_phase(LONG, p) for p in (None, 0, 5, 6)] == [0, 1, 6, None]
    assert [rules.round_of(LONG, p) for p in (0, 1, 2, 6)] == [(1, 4), (1, 4), (2, 4), (4, 4)]


@given(count=st.integers(0, 50), read=st.integers(0, 50), said=st.integers(0, 99))
def test_reading_never_goes_back_and_never_past_the_end(count, read, said):
    read = min(read, count)
    assert read <= rules.read_to(count, read, said) <= count


@pytest.mark.parametrize(
    "text",
    [
        "https://x.example",
        "see HTTP : //x",
        "www.x.y",
        "[a](b)",
        "write me@x.io",
        "go to evil.com now",
        "x.shop/y",
        "t.me",
    ],
)
def test_links_are_seen(text):
    assert rules.has_link(text)


@pytest.mark.parametrize(
    "text", ["Hello. How are you?", "£99.75, at 14.30", "Yes...no", "Dr. Ellis (me)", "a/b", "1.5 h"]
)
def test_plain_words_are_not_links(text):
    assert not rules.has_link(text)


@pytest.mark.parametrize("known", ["shares_booking", "shares_room", "both_let_in"])
def test_one_way_of_knowing_each_other_is_enough(known):
    ways = dict.fromkeys(("shares_booking", "shares_room", "both_let_in"), False)
    assert rules.is_stranger(**ways)
    assert not rules.is_stranger(**(ways | {known: True}))


def test_messages_are_cleaned():
    assert rules.clean(" a\x00b\r\nc\u202e ") == "ab\nc"
    assert rules.clean("👩‍🎨") == "👩‍🎨"


def test_visits():
    assert rules.same_visit(START, None, START + timedelta(hours=1))
    assert not rules.same_visit(START, None, START + timedelta(hours=13))
    assert rules.same_visit(START, START, START + timedelta(seconds=15))
    assert not rules.same_visit(START, START, START + timedelta(seconds=16))
