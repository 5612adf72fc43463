"""Addresses and the one sentence."""

from types import SimpleNamespace

import pytest
from flask import Flask

from community.profiles import rules

pytestmark = pytest.mark.once


def test_no_practice_can_hide_a_page_of_the_site(app: Flask) -> None:
    first = {rule.rule.split("/")[1].partition(".")[0] for rule in app.url_map.iter_rules()}
    wanted = {segment for segment in first if segment and "<" not in segment and len(segment) >= 3}
    assert wanted - rules.RESERVED == set()


@pytest.mark.parametrize("slug", ["noor-haddad", "abc", "a1b", "x" * 60])
def test_addresses_that_are_fine(slug: str) -> None:
    assert rules.is_address(slug)


@pytest.mark.parametrize("slug", ["ab", "desk", "Noor", "-abc", "abc-", "a--b", "a_b", "é-clair", "x" * 61, "a/b", ""])
def test_addresses_that_are_not(slug: str) -> None:
    assert not rules.is_address(slug)


def test_the_first_free_address() -> None:
    assert rules.address_from("noor", frozenset()) == "noor"
    assert rules.address_from("noor", frozenset({"noor", "noor-2"})) == "noor-3"
    assert rules.address_from("desk", frozenset()) == "desk-2"
    assert rules.address_from("ab", frozenset()) == "ab-practice"
    assert rules.is_address(rules.address_from("x" * 80, frozenset({"x" * 56})))


def test_one_sentence() -> None:
    said = SimpleNamespace(help_whom="potters", help_what="get paid", help_how="doing their books")
    assert rules.sentence(said) == "I help potters get paid by doing their books"


def test_names_as_typed() -> None:
    assert rules.names("English,  Spanish ;English,\n,Catalan") == ["English", "Spanish", "Catalan"]
