"""The score and its parts, where it goes, and which niche fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.explorer import onet
from community.explorer.rules import fit
from community.explorer.rules.score import WEIGHTS, Known, Site, score, trend
from community.niches import catalogue

SITE = Site(searches=1000, practices=100, price=5000, practices_in_middle=4.0)
counts = st.integers(0, 10_000)


def known(**changes: object) -> Known:
    """As the site in everything: half of all but nothing unmet."""
    values: dict[str, object] = {"searches": 100, "practices_there": 10, "demand_level": "niche"}
    values |= {
        "unmet": 0,
        "unmet_of": 100,
        "unmet_level": "niche",
        "practices": 4,
        "price": 5000,
        "price_level": "field",
    }
    return Known(**(values | changes))  # type: ignore[arg-type]


def test_as_the_site_is_half_of_each() -> None:
    found = score(known(), SITE)
    assert {part.name: part.points for part in found.parts} == {"demand": 18, "unmet": 0, "supply": 12, "price": 8}
    assert found.total == round(17.5 + 12.5 + 7.5)


def test_the_most_is_a_hundred_and_the_parts_say_where_they_stand() -> None:
    found = score(known(searches=400, unmet=40, practices=0, price=10_000), SITE)
    assert found.total == 100
    assert [(part.name, part.points, part.weight, part.level) for part in found.parts] == [
        ("demand", 35, 35, "niche"),
        ("unmet", 25, 25, "niche"),
        ("supply", 25, 25, "niche"),
        ("price", 15, 15, "field"),
    ]


def test_what_is_not_known_is_left_out_and_without_demand_there_is_no_score() -> None:
    found = score(known(price=None, price_level=""), SITE)
    assert found.total == round(100 * (17.5 + 12.5) / 85)
    assert next(part for part in found.parts if part.name == "price").level == ""
    assert score(known(searches=None), SITE).total is None
    assert score(Known(), Site()).total is None


@given(counts, counts, st.integers(0, 50), counts, st.integers(0, 50), st.integers(0, 100_000))
def test_it_lies_within_a_hundred_and_more_demand_is_never_less(
    searches: int, more: int, practices: int, unmet: int, here: int, price: int
) -> None:
    one = known(
        searches=searches,
        practices_there=practices,
        unmet=min(unmet, searches),
        unmet_of=searches,
        practices=here,
        price=price,
    )
    found = score(one, SITE)
    assert found.total is not None
    assert 0 <= found.total <= 100
    assert all(0 <= part.points <= part.weight == WEIGHTS[part.name] for part in found.parts)
    demand = [score(known(searches=n, practices_there=practices), SITE).total or 0 for n in (searches, searches + more)]
    assert demand[0] <= demand[1]
    supply = [score(known(practices=n), SITE).total or 0 for n in (here, here + 1)]
    assert supply[0] >= supply[1]


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (50, 40, "up"),
        (45, 40, "steady"),
        (40, 50, "down"),
        (40, 45, "steady"),
        (5, None, ""),
        (None, 5, ""),
        (0, 0, "steady"),
    ],
)
def test_where_it_goes(now: int | None, before: int | None, said: str) -> None:
    assert trend(now, before) == said


@pytest.mark.parametrize(
    ("typed", "job"),
    [
        ("bookkeeper", "Bookkeeping, Accounting, and Auditing Clerks"),
        ("Head chef", "Chefs and Head Cooks"),
        ("acountant", "Accountants and Auditors"),
        ("graphic designer", "Graphic Designers"),
        ("carpenter", "Carpenters"),
    ],
)
def test_the_job_somebody_means_comes_first(typed: str, job: str) -> None:
    assert onet.occupations()[onet.titles().nearest(typed)[0]] == job


@given(st.text(max_size=60))
def test_whatever_is_typed_is_looked_up(typed: str) -> None:
    found = onet.titles().nearest(typed)
    assert len(found) == len(set(found)) <= 6
    assert set(found) <= set(onet.occupations())


def test_every_job_has_tasks_and_a_niche() -> None:
    slugs = {one.slug for one in catalogue.niches()}
    for code in onet.occupations():
        assert 1 <= len(onet.tasks(code)) <= 10
        assert onet.niches_of(code).keys() <= slugs
        assert sum(onet.niches_of(code).values()) == pytest.approx(1)
    assert onet.tasks("gone") == {}


def test_what_one_likes_speaks_for_a_niche_and_never_again_against() -> None:
    tasks = {1: "Bake bread and rolls", 2: "Repair bicycles and wheels", 3: "Write letters to customers"}
    niches = fit.Niches(
        {"bread": ["Bake bread, rolls and pastry"], "bikes": ["Repair bicycles, wheels"], "words": ["Write letters"]}
    )
    found = fit.fitting(tasks, {}, niches, liked=[1], good=[1, 2], never=[3])
    assert [(one.niche, one.tasks) for one in found] == [("bread", (1,)), ("bikes", (2,))]
    assert fit.fitting(tasks, {}, niches, liked=[], good=[], never=[1, 2, 3]) == []
    everything = fit.fitting(tasks, {}, niches, liked=[], good=[], never=[])
    assert {one.niche for one in everything} == {"bread", "bikes", "words"}


@given(st.sampled_from(sorted(onet.occupations())), st.data())
def test_a_fit_names_only_tasks_that_were_ticked(code: str, data: st.DataObject) -> None:
    ids = sorted(onet.tasks(code))
    liked, good, never = (data.draw(st.sets(st.sampled_from(ids))) for _ in range(3))
    found = fit.fitting(onet.tasks(code), onet.niches_of(code), onet.niches(), liked=liked, good=good, never=never)
    speaks = (liked | good) - never or set(ids) - never
    for one in found:
        assert one.worth > 0
        assert one.tasks
        assert set(one.tasks) <= speaks
    assert len(found) <= 6
