"""Who is told of a brief: the pure rule, by property."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from community.asking import rules
from community.asking.rules import Candidate, Spoken, Wanted
from community.niches.distance import kilometres

NOW = datetime(2026, 11, 19, tzinfo=UTC)
LONDON, BRISTOL, LEEDS = (51.5, -0.13), (51.45, -2.6), (53.8, -1.55)
spots = st.sampled_from([None, LONDON, BRISTOL, LEEDS])
prices = st.one_of(st.none(), st.integers(0, 100_000))
some = st.frozensets(st.integers(1, 3), max_size=2)
tongues = st.frozensets(st.sampled_from(["english", "spanish", "welsh"]), max_size=2)
listings = st.builds(
    Spoken,
    niche=st.integers(1, 3),
    least=prices,
    online=st.booleans(),
    spot=spots,
    travels=st.sampled_from([0, 50, 500]),
    audiences=some,
)
candidates = st.builds(
    Candidate,
    id=st.integers(1, 10_000),
    niches=some,
    fields=some,
    audiences=some,
    languages=tongues,
    listings=st.lists(listings, max_size=3).map(tuple),
    open_replies=st.integers(0, 6),
    told=st.integers(0, 4),
    last_told=st.one_of(st.none(), st.integers(0, 30).map(lambda days: NOW - timedelta(days=days))),
)
briefs = st.builds(
    Wanted,
    key=st.text("abc", min_size=1, max_size=4),
    niche=st.integers(1, 3),
    field=st.integers(1, 3),
    audience=st.one_of(st.none(), st.integers(1, 3)),
    spot=spots,
    km=st.sampled_from([5, 100]),
    languages=tongues,
    high=prices,
)
crowds = st.lists(candidates, max_size=30, unique_by=lambda one: one.id)


@given(briefs, crowds, st.randoms(use_true_random=False))
def test_at_most_six_twelve_in_all_and_never_twice(wanted, crowd, lot) -> None:
    first = rules.choose(wanted, crowd)
    shuffled = list(crowd)
    lot.shuffle(shuffled)
    assert rules.choose(wanted, shuffled) == first
    second = rules.choose(wanted, crowd, known=first)
    third = rules.choose(wanted, crowd, known=[*first, *second])
    assert len(first) <= 6
    assert len(second) <= 6
    assert not set(first) & set(second)
    assert len(first) + len(second) + len(third) <= 12
    if len(first) < 6:
        assert second == []


@given(briefs, crowds)
def test_who_is_left_out_fits_no_better(wanted, crowd) -> None:
    told = rules.choose(wanted, crowd)
    scores = {one.id: rules.fit(wanted, one) for one in crowd}
    assert all(scores[one] for one in told)
    worst = min((scores[one] for one in told), default=0)
    if len(told) == 6:
        assert all(scores[one.id] <= worst for one in crowd if one.id not in told)
    else:
        assert all(not scores[one.id] for one in crowd if one.id not in told)


@given(briefs, crowds)
def test_among_equals_who_was_told_least_goes_first(wanted, crowd) -> None:
    order = rules.ranked(wanted, crowd)
    for one, after in pairwise(order):
        if rules.fit(wanted, one) == rules.fit(wanted, after):
            assert one.told <= after.told


@given(briefs, candidates)
def test_what_does_not_fit_is_nothing(wanted, one) -> None:
    score = rules.fit(wanted, one)
    assert 0 <= score <= 100
    assert score % 5 == 0
    if one.open_replies >= 5 or not one.listings or (wanted.niche not in one.niches and wanted.field not in one.fields):
        assert score == 0
    if wanted.languages and one.languages and not wanted.languages & one.languages:
        assert score == 0
    if wanted.spot is None and not any(listing.online for listing in one.listings):
        assert score == 0
    if score and wanted.high is not None:
        leasts = [listing.least for listing in one.listings]
        assert None in leasts or min(leasts) <= wanted.high * 1.25


@given(briefs, candidates, st.integers(1, 50_000))
def test_a_lower_price_never_fits_worse(wanted, one, less) -> None:
    cheaper = tuple(
        Spoken(**vars_of(own) | {"least": None if own.least is None else max(0, own.least - less)})
        for own in one.listings
    )
    assert rules.fit(wanted, Candidate(**vars_of(one) | {"listings": cheaper})) >= rules.fit(wanted, one)


def vars_of(row: object) -> dict[str, object]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}  # type: ignore[attr-defined]


def test_room_is_asked_for_best_first_and_no_more_than_needed() -> None:
    crowd = [Candidate(n, niches=frozenset([1]), listings=(Spoken(1),)) for n in range(1, 40)]
    asked: list[int] = []

    def has_room(practice: int) -> bool:
        asked.append(practice)
        return practice % 2 == 0

    told = rules.choose(Wanted("x", 1, 1), crowd, has_room=has_room)
    assert len(told) == 6
    assert all(one % 2 == 0 for one in told)
    assert len(asked) < 30
    assert asked[-1] == told[-1]


def test_places_are_measured_on_the_ground() -> None:
    assert 168 < kilometres(*LONDON, *BRISTOL) < 175
    there = Wanted("x", 1, 1, spot=BRISTOL, km=25)
    assert not rules.reaches(Spoken(1, online=True), there)
    assert not rules.reaches(Spoken(1, spot=LONDON, travels=100), there)
    assert rules.reaches(Spoken(1, spot=LONDON, travels=200), there)
    assert rules.reaches(Spoken(1, spot=(51.4, -2.5)), there)
