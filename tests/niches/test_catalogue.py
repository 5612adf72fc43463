from zoneinfo import available_timezones

from community.niches import catalogue, places
from community.search.titles import shipped


def test_every_row_points_at_something_real():
    fields = {field.slug for field in catalogue.fields()}
    assert len(fields) == 16
    assert all(1 <= field.tone <= 8 for field in catalogue.fields())
    slugs = [niche.slug for niche in catalogue.niches()]
    assert len(slugs) == len(set(slugs))
    assert {niche.field for niche in catalogue.niches()} == fields
    assert all(0 < niche.price_low <= niche.price_high for niche in catalogue.niches())
    assert all(15 <= niche.minutes <= 480 for niche in catalogue.niches())


def test_all_occupations_have_a_niche():
    rows = list(catalogue.synonyms())
    slugs = {niche.slug for niche in catalogue.niches()}
    assert {row.niche for row in rows} == slugs
    assert len({row.onet_code for row in rows if row.onet_code}) == 1016
    assert (catalogue.DATA / "synonyms.tsv").stat().st_size <= 2_500_000


def test_titles_name_their_niche():
    for words, niche in (
        ("bookkeeper", "bookkeeping"),
        ("florist", "wedding-flowers"),
        ("wedding cakes", "wedding-cakes"),
    ):
        meant = shipped().meant(words.split(), [[(word, 1.0)] for word in words.split()], text=words)
        assert meant.lifts[0][0] == niche
        assert all(niche in having for having in meant.having)
    assert shipped().meant([], [], text="").lifts == ()


def test_towns_are_complete():
    towns = {town.geoname_id: town for town in places.towns()}
    assert len(towns) > 20_000
    bristol = next(t for t in towns.values() if t.name == "Bristol" and t.country == "GB")
    assert bristol.zone == "Europe/London"
    assert bristol.population > 400_000
    assert abs(bristol.latitude - 51.45) < 0.05
    assert {town.zone for town in towns.values()} <= available_timezones()


def test_accents_fold():
    assert places.ascii_name("Łódź") == "Lodz"
    assert places.ascii_name("Åre") == "Are"
    assert places.ascii_name("東京") == "東京"
