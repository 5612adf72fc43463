"""The weighted rating."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.reviews import rules
from community.reviews.rules import Vote, mean

pytestmark = pytest.mark.once
votes = st.lists(
    st.builds(Vote, st.integers(1, 9), st.integers(1, 5), st.floats(0, 4000), st.booleans()), min_size=1, max_size=12
)


def test_few_reviews_lean_on_the_site_and_many_speak_for_themselves() -> None:
    one = mean([Vote(1, 5, 0)], prior=420)
    many = mean([Vote(n, 5, 0) for n in range(200)], prior=420)
    assert one == round(100 * (5 * 4.2 + 5) / 6) == 433
    assert many is not None
    assert many >= 497
    assert mean([], prior=420) is None


def test_a_regular_counts_once() -> None:
    friend = [Vote(1, 5, 0) for _ in range(50)]
    assert mean(friend, 300) == mean(friend[:1], 300)
    assert mean([*friend, Vote(2, 1, 0)], 300) == mean([friend[0], Vote(2, 1, 0)], 300)


def test_what_is_old_or_was_free_counts_less() -> None:
    now = mean([Vote(1, 5, 0), Vote(2, 1, 0)], 300)
    assert now == 300
    old_praise = mean([Vote(1, 5, 1080), Vote(2, 1, 0)], 300)
    free_praise = mean([Vote(1, 5, 0, free=True), Vote(2, 1, 0)], 300)
    assert old_praise is not None
    assert free_praise is not None
    assert old_praise < free_praise < now
    assert rules.weight(Vote(1, 5, rules.HALF_LIFE_DAYS)) == 0.5


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(votes, st.integers(100, 500))
def test_it_lies_between_the_prior_and_what_was_said(said: list[Vote], prior: int) -> None:
    found = mean(said, prior)
    stars = [100 * vote.stars for vote in said]
    assert found is not None
    assert min(prior, *stars) - 1 <= found <= max(prior, *stars) + 1


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(votes, st.integers(100, 500))
def test_one_more_good_review_never_harms(said: list[Vote], prior: int) -> None:
    before, after = mean(said, prior), mean([*said, Vote(99, 5, 0)], prior)
    assert before is not None
    assert after is not None
    assert after >= before


def test_late_is_within_a_day() -> None:
    starts = datetime(2026, 12, 1, 10, tzinfo=UTC)
    assert rules.is_late(starts - timedelta(hours=23), starts)
    assert not rules.is_late(starts - timedelta(hours=24), starts)


@pytest.mark.parametrize(("name", "said"), [("Ada Byron", "Ada B."), ("Plato", "Plato"), ("  ", "")])
def test_signed(name: str, said: str) -> None:
    assert rules.signed_name(name) == said
