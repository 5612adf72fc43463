"""What words say of callings, and how well search finds by it."""

from pathlib import Path

import pytest
from flask import Flask

from community.niches import catalogue
from community.search import callings, evaluating
from community.search.callings import Callings, Said, stems_of
from community.search.embedded import EmbeddedEngine
from community.search.engine import Query
from community.search.titles import Titles, shipped

TITLES = (
    Said("Bakers", "cakes", "pastry cook"),
    Said("Bakers", "cakes", "bread baker"),
    Said("Bakers", "cakes", "cake decorator"),
    Said("Cooks", "catering", "line cook"),
    Said("Cooks", "catering", "short order cook"),
    Said("Interior Designers", "interiors", "home decorator"),
    Said("Welders", "metalwork", "pipe welder"),
)


def asked(words: str, known: Callings | None = None) -> tuple[list[str], list[str]]:
    named, niches = (known or Callings(TITLES)).meant(stems_of(words))
    return [key for key, _ in named], [slug for slug, _ in niches]


@pytest.mark.parametrize(
    ("words", "key", "niche"),
    [
        ("bread cook", "baker", "cakes"),  # in no title; "bread" is only a baker's
        ("order cook", "cook", "catering"),
        ("house decorator", "design interior", "interiors"),  # the first word is unknown, the last one two callings'
        ("cake welder", "welder", "metalwork"),  # the last word says what somebody is
    ],
)
def test_titles_in_no_list(words: str, key: str, niche: str) -> None:
    keys, niches = asked(words)
    assert key in keys[:2]
    assert niche in niches[:2]


def test_the_likeliest_is_worth_one_and_half_known_words_half() -> None:
    known = Callings(TITLES)
    (best, *_), _ = known.meant(stems_of("pipe welder"))
    assert best == ("welder", 1.0)
    (half, *others), niches = known.meant(stems_of("xylophone welder"))
    assert half == ("welder", 0.5)
    assert all(0 < worth <= 0.5 for _, worth in (*others, *niches))
    assert known.meant(stems_of("xylophone")) == known.meant([]) == ([], [])


def test_who_shares_titles_is_kin() -> None:
    """What is said of one is likely said of the other, too."""
    shared = (Said("Cooks", "catering", "kitchen hand"), Said("Helpers", "help", "kitchen hand"))
    apart = (Said("Cooks", "catering", "kitchen chef"), Said("Helpers", "help", "kitchen hand"))
    assert asked("line cook", Callings((*TITLES, *apart)))[0] == ["cook", "baker"]
    assert asked("line cook", Callings((*TITLES, *shared)))[0] == ["cook", "helper", "baker"]


def test_a_title_of_two_niches_and_of_one_s_own() -> None:
    titles = {"cakes": ("Wedding cakes", "tiered cake", "Bakers"), "bread": ("Bread", "Bakers")}
    code = next(one.code for one in catalogue.occupations() if one.title == "Bakers")
    known = callings.of(titles, [catalogue.Synonym("cakes", code, "Bakers")])
    assert asked("tiered", known) == (["cake wed"], ["cakes"])
    keys, niches = asked("baker", known)
    assert (keys[0], sorted(niches)) == ("baker", ["bread", "cakes"])


def test_the_catalogue_finds_what_it_does_not_hold(tmp_path: Path) -> None:
    """Every fiftieth title is kept from the catalogue and asked for, beside plain BM25."""
    rows = [(one.onet_code, one.title) for one in catalogue.synonyms() if one.onet_code][::50][:200]
    documents = list(evaluating.occupations())
    assert len(documents) == 1016
    engine = EmbeddedEngine(tmp_path, titles=evaluating.titles_without(rows))
    engine.rebuild(documents)
    found = evaluating.measured(evaluating.of_engine(engine), rows)
    plain = evaluating.measured(evaluating.bare(documents), rows)
    assert found.hits > max(0.68, plain.hits + 0.1), (found, plain)
    assert found.reciprocal > max(0.42, plain.reciprocal + 0.1), (found, plain)
    known = EmbeddedEngine(tmp_path, titles=shipped())
    assert [hit.document.id for hit in known.search(Query(rows[0][1], limit=5)).hits].count(rows[0][0]) == 1


def test_typos_are_one_slip_a_title_and_the_same_each_time() -> None:
    rows = [("1", "Wedding cake maker"), ("2", "CEO"), ("3", "")]
    slipped = evaluating.misspelt(rows)
    assert slipped == evaluating.misspelt(rows)
    assert slipped[0][1] != rows[0][1]
    assert slipped[0][1].split()[1:] == ["cake", "maker"]
    assert slipped[2] == ("3", "")


def test_the_command_prints_each_engine_beside_the_baseline(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "queries.tsv"
    file.write_text("code\ttitle\n51-3011.00\tBaker\n11-1011.00\tChief Executive Officer (CEO)\n")
    told = app.test_cli_runner().invoke(args=["search", "evaluate", str(file), "--engine", "embedded"])
    assert told.exit_code == 0, told.output
    plain, embedded = told.output.splitlines()
    assert plain.startswith("plain BM25: hit@10 ")
    assert embedded.startswith("embedded: hit@10 1.0000  MRR 1.0000  (2 titles)")
    aside = app.test_cli_runner().invoke(
        args=["search", "evaluate", str(file), "--engine", "embedded", "--aside", "--typos"]
    )
    assert "(2 titles)" in aside.output
    file.write_text("code\ttitle\n")
    assert app.test_cli_runner().invoke(args=["search", "evaluate", str(file)]).exit_code == 2


def test_words_of_many_titles_say_nothing_together():
    titles = Titles({"dresses": ("Dressmaking", "hot presser", "garment labeler"), "labels": ("Label design",)}, ())
    said = {words: titles.meant_by(words).having for words in ("labels", "labels for hot sauce", "hot pressers")}
    assert set(said["labels"][0]) == {"dresses", "labels"}
    assert said["labels for hot sauce"] == ((), (), ())
    assert said["hot pressers"] == (("dresses",), ("dresses",))
    assert titles.meant_by("vegan garment labeler").having == ((), ("dresses",), ("dresses",))
    assert Titles({"bread": ("Baker",)}, ()).meant_by("vegan baker").having == ((), ("bread",))
