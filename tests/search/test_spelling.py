"""What a misspelt word was meant to be, found among many without comparing each letter by letter."""

import random

import pytest

from community.search import spelling


def test_spelling():
    assert spelling.distance("cake", "caek", 2) == 1
    assert spelling.distance("cake", "bicycle", 2) == 3
    assert spelling.nearest("weding", [("wedding", 3), ("welding", 9), ("reading", 1)]) == [
        "welding",
        "wedding",
    ]
    assert spelling.nearest("cat", [("car", 1)]) == []


def edited(word, chance):
    """The word with one letter left out, put in, replaced, or swapped with the next."""
    at = chance.randrange(len(word))
    return chance.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + "e" + word[at:],
            word[:at] + "e" + word[at + 1 :],
            word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
        ]
    )


@pytest.mark.parametrize("word", ["cafe", "bakery", "wedding", "childcare", "translations", "abcabcabcabc"])
def test_whatever_was_misspelt_is_found(word):
    chance = random.Random(word)
    for _ in range(300):
        typed = edited(word, chance) if len(word) < 8 else edited(edited(word, chance), chance)
        if spelling.distance(typed, word, 2) <= spelling.allowed_edits(typed):
            assert spelling.nearest(typed, [(word, 1)]) == [word], typed
