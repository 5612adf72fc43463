import base64
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Event, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.niches.distance import EARTH_KM
from community.search import distance
from community.search.engine import SPANS, Document, Near, Query, SearchError

NOW = datetime(2026, 11, 19, 9, tzinfo=UTC)
NICHES = {
    "wedding-cakes": "Wedding cakes",
    "bookkeeping": "Bookkeeping",
    "brand-identity": "Brand identity",
    "bike-repair": "Bike repair",
    "translation": "Translation",
}
TITLES = {
    "wedding-cakes": "A tiered cake for your day",
    "bookkeeping": "Receipts in, books straight",
    "brand-identity": "A mark for your food stall",
    "bike-repair": "Cargo cycles serviced at your door",
    "translation": "Labels in Welsh & <b>Spanish</b>",
}


def make(slug, number=1, **changes):
    plain = Document(
        id=f"{slug}-practice/{number}", title=TITLES[slug],
        text="Plain work, done on time, with a café nearby.",
        practice=f"Practice of {slug}", practice_slug=f"{slug}-practice", niche=slug, niche_name=NICHES[slug],
        updated_at=NOW - timedelta(hours=number), price=1000 * number, audiences=("makers",),
        audience_names=("Makers and craft",), free_days=("2026-12-01",), payload={"tone": 3},
    )  # fmt: skip
    return replace(plain, **changes)


@pytest.fixture
def engine(make_engine):
    found = make_engine()
    found.apply([make(slug, number) for slug in NICHES for number in range(1, 7)])
    return found


def niches(engine, words, **filters):
    return [hit.document.niche for hit in engine.search(Query(words=words, **filters)).hits]


@pytest.mark.parametrize(
    ("words", "niche"),
    [
        ("wedding cakes", "wedding-cakes"), ("weding caks", "wedding-cakes"), ("bookeeper", "bookkeeping"),
        ("accounts clerk", "bookkeeping"), ("book keeping", "bookkeeping"), ("translat", "translation"),
        ("tranlsator", "translation"), ("bicycle", "bike-repair"), ("cargocycles", "bike-repair"),
        ("art directors", "brand-identity"), ("kogo designer", "brand-identity"),
        ("i need a CAKE", "wedding-cakes"),
        ("cake person", "wedding-cakes"), ("SPÁNISH", "translation"),
    ],
)  # fmt: skip
def test_words_find_their_niche(engine, words, niche):
    assert niches(engine, words)[0] == niche


def test_exact_beats_fuzzy(engine):
    engine.apply([make("bike-repair", 9, id="a/cave", title="A cave for bikes")])
    engine.apply([make("bike-repair", 9, id="a/cane", title="A cane for bikes")])
    assert engine.search(Query(words="cave")).hits[0].document.id == "a/cave"
    assert engine.search(Query(words="cane")).hits[0].document.id == "a/cane"


@pytest.mark.parametrize("sort", ["relevance", "price", "soonest", "newest", "rating"])
def test_pages_hold_every_hit_once(engine, sort):
    engine.apply([make("bookkeeping", 1, id=f"twin/{n}", title="The very same", price=500) for n in range(40)])
    seen, cursor = [], None
    for _ in range(20):
        page = engine.search(Query(sort=sort, cursor=cursor, limit=7))
        assert page.total == 70
        seen += [hit.document.id for hit in page.hits]
        cursor = page.cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 70


def test_price_sort_is_in_order_and_inquiries_come_last(engine):
    engine.apply([make("bookkeeping", 1, id="ask/first", price=None)])
    hits = engine.search(Query(sort="price", limit=50)).hits
    prices = [hit.document.price for hit in hits]
    assert prices[-1] is None
    assert prices[:-1] == sorted(prices[:-1])


def test_facets_count_with_the_other_filters(engine):
    engine.apply([make("bookkeeping", 8, where="on_site", free_days=("2026-12-02",))])
    facets = engine.search(Query(niche="bookkeeping", where=("on_site",), today=date(2026, 12, 1))).facets
    assert {b.value: b.count for b in facets["niche"].buckets} == {"bookkeeping": 1}
    assert {b.value: b.count for b in facets["where"].buckets} == {"online": 6, "on_site": 1}
    assert [(b.value, b.count) for b in facets["free"].buckets] == [("today", 0), ("week", 1), ("month", 1), ("any", 1)]
    assert [(b.value, b.count) for b in facets["price"].buckets] == [("5000-9999", 1)]


def test_spans_count_what_their_filter_finds(engine):
    days = ("2026-11-30", "2026-12-02", "2026-12-07", "2026-12-08", "2026-12-30", "2026-12-31")
    engine.apply([make("translation", 9, id=f"free/{day}", free_days=(day,)) for day in days])
    engine.apply([make("translation", 9, id="free/never", free_days=())])
    today, asked = date(2026, 12, 1), Query(niche="translation", today=date(2026, 12, 1))
    counts = {b.value: b.count for b in engine.search(asked).facets["free"].buckets}
    assert counts == {"today": 7, "week": 9, "month": 11, "any": 13}  # yesterday's has not been renewed yet
    for name, days_after in SPANS.items():
        page = engine.search(replace(asked, free_from=today, free_to=today + timedelta(days=days_after)))
        assert page.total == counts[name]
        assert {b.value: b.count for b in page.facets["free"].buckets} == counts


def test_stars_filter_count_and_order_and_who_is_new_stands_in_between(engine):
    stars = {"best": 490, "good": 455, "fair": 405, "poor": 320}
    rows = [make("translation", 9, id=name, title="Rated", rating=n, stands_at=n) for name, n in stars.items()]
    engine.apply([*rows, make("translation", 9, id="new", title="Rated", rating=None, stands_at=440)])
    asked = Query(words="rated", sort="rating")
    found = engine.search(asked)
    assert [hit.document.id for hit in found.hits] == ["best", "good", "new", "fair", "poor"]
    counts = {b.value: b.count for b in found.facets["rating"].buckets}
    assert counts == {"450": 2, "400": 3}
    for least, count in counts.items():
        page = engine.search(replace(asked, rating_min=int(least)))
        assert page.total == count
        assert {b.value: b.count for b in page.facets["rating"].buckets} == counts


def test_filters_narrow(engine):
    assert engine.search(Query(price_max=1000)).total == 5
    assert engine.search(Query(price_min=2000, price_max=3000, niche="translation")).total == 2
    assert engine.search(Query(free_from=date(2026, 11, 30), free_to=date(2026, 12, 2))).total == 30
    assert engine.search(Query(free_from=date(2026, 12, 2))).total == 0
    assert engine.search(Query(kinds=("workshop",))).total == 0


def test_near_keeps_to_the_circle(engine):
    engine.apply([make("bike-repair", 1, id="a/bath", latitude=51.38, longitude=-2.36)])
    engine.apply([make("bike-repair", 1, id="a/leeds", latitude=53.8, longitude=-1.55)])
    page = engine.search(Query(near=Near(51.455, -2.588, 25)))
    assert [hit.document.id for hit in page.hits] == ["a/bath"]
    assert page.hits[0].distance_km == pytest.approx(17.8, abs=0.5)
    assert engine.search(Query(near=Near(51.455, -2.588, 12))).total == 0


@given(st.floats(-80, 80), st.floats(-180, 180), st.floats(1, 400), st.floats(0, 360), st.floats(0.05, 0.99))
def test_spots_keep_to_the_circle(lat, lon, km, bearing, share):
    import math

    angle, turn, start = km * share / EARTH_KM, math.radians(bearing), math.radians(lat)
    there = math.asin(math.sin(start) * math.cos(angle) + math.cos(start) * math.sin(angle) * math.cos(turn))
    east = math.atan2(
        math.sin(turn) * math.sin(angle) * math.cos(start),
        math.cos(angle) - math.sin(start) * math.sin(there),
    )
    other = (lon + math.degrees(east) + 540) % 360 - 180
    name = distance.spot(math.degrees(there), other)
    found = distance.Spots([name, distance.spot(-lat, lon)])
    assert name in found.within(lat, lon, km)
    assert name not in found.within(lat, lon, km * share * 0.99)


def test_highlights_are_runs_not_markup(engine):
    hit = engine.search(Query(words="spanish")).hits[0]
    assert "".join(text for text, _ in hit.marks.title) == "Labels in Welsh & <b>Spanish</b>"
    assert [text for text, match in hit.marks.title if match] == ["Spanish"]
    assert hit.marks.snippet == ()
    cafe = engine.search(Query(words="cafes")).hits[0]
    assert [text for text, match in cafe.marks.snippet if match] == ["café"]


def test_upserts_replace_and_deletes_remove(engine):
    engine.apply([make("translation", 1, title="Renamed")], ["bookkeeping-practice/1"])
    assert engine.count() == 29
    assert engine.search(Query(words="renamed")).hits[0].document.payload == {"tone": 3}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(st.text(), st.text(), st.integers(), st.text(max_size=40))
def test_hostile_input_never_raises(engine, words, slug, price, cursor):
    query = Query(words=words, niche=slug or None, audience=words, price_min=price, cursor=cursor, limit=price)
    assert engine.search(query).total >= 0
    assert engine.search(Query(words=words, where=(slug,), facets=())).total >= 0


@pytest.mark.parametrize("words", ["\x00", "\ud800", "a" * 5000, "(*:*) AND [", '"', "-", "x " * 400, "%' OR 1=1"])
def test_odd_words_are_only_words(engine, words):
    assert len(Query(words=words).words) <= 200
    assert engine.search(Query(words=words)).took_ms >= 0


def test_rebuild_swaps_under_a_reader(engine, make_engine):
    reader, stop, totals, errors = make_engine(), Event(), set(), []

    def read():
        while not stop.is_set():
            try:
                totals.add(reader.search(Query()).total)
            except SearchError as error:
                errors.append(error)

    thread = Thread(target=read)
    thread.start()
    assert engine.rebuild(make("bookkeeping", n) for n in range(100)) == 100
    while 100 not in totals and thread.is_alive():
        pass
    stop.set()
    thread.join(10)
    assert not errors
    assert totals == {30, 100}
    engine.apply([make("translation", 1)])
    assert engine.count() == 101


def test_a_rebuild_that_fails_leaves_the_old_index(engine):
    def broken():
        yield make("bookkeeping", 1)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        engine.rebuild(broken())
    assert engine.search(Query()).total == 30
    assert engine.rebuild([make("bookkeeping", 1)]) == 1


def test_what_changes_during_a_rebuild_is_in_the_new_index(engine, make_engine):
    other = make_engine()
    with engine.rebuilding() as new:
        old = [make(slug, number) for slug in NICHES for number in range(1, 7)]
        other.apply([make("translation", 1, title="Renamed before it was read")], ["bookkeeping-practice/1"])
        new.add(old)
        other.apply([make("translation", 2, title="Renamed after it was read")], ["bookkeeping-practice/2"])
        other.apply([make("translation", 99)])
        assert engine.count() == 29
    assert engine.count() == 29
    assert {hit.document.id for hit in engine.search(Query("renamed")).hits} == {
        "translation-practice/1",
        "translation-practice/2",
    }
    assert engine.search(Query(niche="bookkeeping")).total == 4
    assert engine.search(Query(niche="translation")).total == 7


@pytest.mark.parametrize("words", ["", "cake"])
def test_a_page_goes_on_after_any_of_its_hits(engine, words):
    engine.rebuild([make("wedding-cakes", number) for number in range(1, 9)])
    page = engine.search(Query(words=words, limit=5))
    shorter = engine.search(Query(words=words, limit=3))
    assert shorter.hits == page.hits[:3]
    assert page.cursor_after(3) == shorter.cursor
    assert page.cursor_after(5) == page.cursor


def test_the_cursor_of_another_order_is_not_known(engine):
    cursor = engine.search(Query(limit=5)).cursor
    assert engine.knows_cursor(Query(cursor=cursor))
    assert not engine.knows_cursor(Query(cursor=cursor, sort="price"))
    assert engine.knows_cursor(Query())
    hostile = ("null", "[]", '["es", "relevance", NaN, 1]', '["es", "relevance", "a", 1]', '["relevance", 1, -1]', "1")
    for text in hostile:
        assert not engine.knows_cursor(Query(cursor=base64.urlsafe_b64encode(text.encode()).decode()))


def test_a_form_of_a_known_word_is_no_misspelling(engine):
    page = engine.search(Query("art directors"))
    assert page.corrected == ()
    assert page.hits[0].document.niche == "brand-identity"


def test_a_title_nobody_has_corrects_nothing(engine):
    engine.rebuild([make("translation")])
    assert engine.search(Query("mechenic")).corrected == ()
    engine.apply([make("bike-repair", title="Wheels trued")])
    assert engine.search(Query("mechenic")).corrected == (("mechenic", "mechanic"),)


def test_an_index_begun_by_a_batch_asks_for_the_rest(make_engine):
    engine = make_engine()
    assert engine.health().needs_rebuild
    assert engine.search(Query(words="cake")).total == 0
    assert engine.count() == 0
    engine.apply([make("translation")])
    assert engine.health().needs_rebuild
    engine.rebuild([make("translation")])
    assert engine.health().documents == 1
    assert not engine.health().needs_rebuild


def test_an_index_without_a_document_answers(engine):
    engine.rebuild([])
    found = engine.search(Query(today=date(2026, 11, 19)))
    assert (found.hits, found.total) == ((), 0)
    assert {bucket.count for facet in found.facets.values() for bucket in facet.buckets} <= {0}
