"""The matcher: its invariants on any batch, its quality against every possible way on small ones, and its speed."""

import random
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.matching import rules
from community.matching.batch import match
from community.matching.rules import Table, Wish

NOW = datetime(2026, 11, 19, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def wish(number, **given):
    known = {"id": number, "person_id": number, "minutes": 50, "asked_at": NOW - MINUTE}
    known |= {"earliest": NOW + 5 * MINUTE, "latest": NOW + 65 * MINUTE}
    return Wish(**(known | given))


persons = st.integers(1, 9)
few = st.frozensets(st.integers(1, 9), max_size=3)
words = st.frozensets(st.sampled_from("abcd"), max_size=2)


@st.composite
def wishes(draw, most=9):
    found = []
    for number in range(draw(st.integers(0, most))):
        begin = draw(st.sampled_from((5, 10, 35, 65, 240, 1500, 3000)))
        person = draw(persons)
        found.append(
            wish(
                number,
                person_id=person,
                earliest=NOW + begin * MINUTE,
                latest=NOW + (begin + draw(st.sampled_from((0, 30, 60)))) * MINUTE,
                minutes=draw(st.sampled_from((25, 50, 110))),
                asked_at=NOW - draw(st.integers(0, 300)) * MINUTE,
                three=draw(st.booleans()),
                ahead=draw(st.sampled_from((0, 60, 540))),
                stage=draw(st.sampled_from(("", "new", "steady"))),
                niches=draw(few),
                same_niche=draw(st.booleans()),
                needs=draw(words),
                offers=draw(words),
                again=draw(few),
                apart=draw(few) - {person},
                misses=draw(st.integers(0, 3)),
            )
        )
    return found


tables = st.lists(
    st.builds(
        Table,
        id=st.integers(1, 99),
        persons=st.frozensets(st.integers(20, 29), min_size=2, max_size=2),
        starts_at=st.sampled_from([NOW + 30 * MINUTE, NOW + 65 * MINUTE]),
        apart=few,
    ),
    max_size=3,
    unique_by=lambda table: table.id,
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(wishes(), tables)
def test_no_match_breaks_a_promise(batch, two):
    found = match(batch, two, now=NOW)
    used = [each for each_match in found.matches for each in each_match.wishes] + [each for _, each in found.joining]
    assert len({each.id for each in used}) == len(used)
    spans = {}
    for each in used:
        spans.setdefault(each.person_id, []).append((each.earliest, each.latest + each.minutes * MINUTE))
    for mine in spans.values():
        assert all(one[1] <= other[0] for one, other in pairwise(sorted(mine)))
    for made in found.matches:
        assert 2 <= len(made.wishes) <= 3
        assert len(made.wishes) == 2 or all(each.three for each in made.wishes)
        assert made.minutes == min(each.minutes for each in made.wishes)
        assert made.starts_at >= NOW + rules.LEAD
        for one in made.wishes:
            assert one.earliest <= made.starts_at <= one.latest
            assert all(each.person_id not in one.apart for each in made.wishes)
    assert len({table.id for table, _ in found.joining}) == len(found.joining)
    for table, third in found.joining:
        assert third.three
        assert not third.apart & table.persons
        assert third.person_id not in table.apart
        assert third.earliest <= table.starts_at <= third.latest


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(wishes())
def test_the_wait_is_bounded(batch):
    """Whoever is about to lose their chance stays alone only where all who suit went to others who choose first too,
    before them; and nobody stays alone beside somebody who suits and stays alone."""
    found = match(batch, now=NOW)
    partner = {e.id: [o for o in made.wishes if o.id != e.id] for made in found.matches for e in made.wishes}
    there = rules.live(batch, NOW)
    for one in there:
        if one.id in partner:
            continue
        for other in there:
            if other.id == one.id or not rules.weight(one, other, NOW):
                continue
            assert other.id in partner
            if rules.chooses_first(one, NOW):
                rivals = [other, *partner[other.id]]
                assert any(rules.chooses_first(each, NOW) and each.asked_at <= one.asked_at for each in rivals)


def best_of(batch):
    """The heaviest way to pair a batch, by trying all."""
    if len(batch) < 2:
        return 0
    first, rest = batch[0], batch[1:]
    found = best_of(rest)
    for at, other in enumerate(rest):
        if pair := rules.weight(first, other, NOW):
            found = max(found, pair + best_of(rest[:at] + rest[at + 1 :]))
    return found


def reached(batch):
    pairs = [made.wishes[:2] for made in match(batch, now=NOW).matches]
    return sum(rules.weight(*pair, NOW) for pair in pairs)


def small(dice, number):
    begins = [dice.choice((5, 35, 65)) for _ in range(number)]
    return [
        wish(
            n,
            earliest=NOW + begin * MINUTE,
            latest=NOW + (begin + dice.choice((0, 30, 60))) * MINUTE,
            niches=frozenset({dice.randrange(3)}),
            needs=frozenset(dice.choice("abcd")),
            offers=frozenset(dice.choice("abcd")),
            again=frozenset(dice.sample(range(number), 2)),
            apart=frozenset(dice.sample(range(number), 1)) - {n},
            stage=dice.choice(("new", "steady")),
        )
        for n, begin in enumerate(begins)
    ]


def test_it_comes_near_the_best_of_all_ways():
    dice = random.Random(7)
    batches = [small(dice, 8) for _ in range(60)]
    shares = [reached(each) / best for each in batches if (best := best_of(each))]
    assert sum(shares) / len(shares) > 0.985, sum(shares) / len(shares)
    assert min(shares) > 0.8, min(shares)


def test_regulars_come_before_others_and_the_same_niche_after():
    mara, tom, noor = wish(1, again=frozenset({3})), wish(2), wish(3, again=frozenset({1}))
    assert {each.id for each in match([mara, tom, noor], now=NOW).matches[0].wishes} == {1, 3}
    niche = frozenset({7})
    mara, tom, noor = wish(1, niches=niche), wish(2, niches=niche), wish(3, niches=frozenset({8}))
    assert 3 in {each.id for each in match([mara, tom, noor], now=NOW).matches[0].wishes}
    mara, tom = wish(1, niches=niche, same_niche=True), wish(2, niches=niche, same_niche=True)
    assert {each.id for each in match([mara, tom, noor], now=NOW).matches[0].wishes} == {1, 2}


def test_an_odd_one_becomes_a_third_only_where_all_like_that():
    three = [wish(n, three=True) for n in range(3)]
    assert [len(made.wishes) for made in match(three, now=NOW).matches] == [3]
    two_only = [wish(0), *three[1:]]
    assert [len(made.wishes) for made in match(two_only, now=NOW).matches] == [2]
    table = Table(5, frozenset({21, 22}), NOW + 30 * MINUTE)
    assert match([three[0]], [table], now=NOW).joining == [(table, three[0])]
    assert match([wish(0)], [table], now=NOW).joining == []


def test_who_did_not_come_is_matched_later_but_is_matched():
    """Days ahead somebody else is looked for; on the day they have their partner as everybody."""
    ahead = {"earliest": NOW + timedelta(days=2), "latest": NOW + timedelta(days=2, hours=1)}
    pair = [wish(1, misses=2, **ahead), wish(2, **ahead)]
    assert match(pair, now=NOW).matches == []
    assert len(match(pair, now=NOW + timedelta(hours=40)).matches) == 1


def crowd(dice, number):
    """So many who would all begin in the next hour or tomorrow morning."""
    found = []
    for n in range(number):
        begin = dice.choice((5, 5, 5, 10, 15, 35, 1440))
        found.append(
            wish(
                n,
                earliest=NOW + begin * MINUTE,
                latest=NOW + (begin + dice.choice((0, 30, 60))) * MINUTE,
                minutes=dice.choice((25, 50, 50, 110)),
                asked_at=NOW - dice.randrange(30) * MINUTE,
                three=dice.random() < 0.6,
                ahead=dice.choice((0, 0, 60, -300)),
                stage=dice.choice(("new", "steady", "growing")),
                niches=frozenset(dice.sample(range(160), 2)),
                needs=frozenset(map(str, dice.sample(range(60), 3))),
                offers=frozenset(map(str, dice.sample(range(60), 3))),
                again=frozenset(dice.sample(range(number), 4)),
                apart=frozenset(dice.sample(range(number), 2)) - {n},
            )
        )
    return found


def test_two_thousand_at_once_in_well_below_a_second():
    batch = crowd(random.Random(3), 2000)
    begun = time.process_time()
    found = match(batch, now=NOW)
    took = time.process_time() - begun
    placed = sum(len(made.wishes) for made in found.matches)
    print(f"2,000 wishes: {placed} placed in {took:.2f} s of CPU")
    assert took < 1, took
    assert placed >= 0.98 * len(rules.live(batch, NOW))
