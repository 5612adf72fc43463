"""The record itself: what it must catch, and what it must let pass."""

import pytest

from tests.races.record import Record


@pytest.fixture
def record() -> Record:
    found = Record()
    for key, status in {"kept": 303, "refused": 409, "lost": 0, "broken": 503}.items():
        found.answered("hold", key, status)
    return found


@pytest.mark.parametrize("there", [["kept"], ["kept", "lost"], ["kept", "lost", "broken"]])
def test_unknown_may_be_either(record: Record, there: list[str]) -> None:
    record.check("hold", there)


@pytest.mark.parametrize(
    ("there", "words"),
    [([], "lost"), (["kept", "refused"], "refused and there"), (["kept", "kept"], "more than once")],
)
def test_it_is_caught(record: Record, there: list[str], words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        record.check("hold", there)


def test_only_an_unknown_one_changes(record: Record) -> None:
    for key in ("kept", "refused", "lost"):
        record.answered("hold", key, 409 if key == "kept" else 303)
    assert record.keys("hold", "ok") == ["kept", "lost"]
    assert record.keys("hold", "failed") == ["refused"]
