"""What a process makes of its line to the others: a cut loses something, lateness does not."""

import json
from typing import Any

import pytest

from community.core import bus as module
from community.core.bus import DEAF_SECONDS, MUTE_SECONDS, Bus
from community.core.leases import this_process


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    at = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: at[0])
    return at


def _hears_itself(bus: Bus, app: Any) -> bool:
    """Whether there is something to make good since."""
    bus._hear(app, json.dumps({"by": this_process(), "kind": "beat"}))
    owing, bus._owing = bus._owing, False
    assert bus.take_missed() == owing
    return owing


def test_only_a_line_that_was_cut_has_lost_something(app, now):
    bus = Bus(None)
    bus._anew = True
    assert not _hears_itself(bus, app)  # the first line of all
    now[0] += DEAF_SECONDS * 2
    assert not _hears_itself(bus, app)  # behind a backlog: late, and nothing is lost
    bus._anew = True
    assert _hears_itself(bus, app)  # however soon it came back
    assert not _hears_itself(bus, app)


def test_a_line_that_brings_others_but_never_ourselves_is_of_no_use(app, now):
    bus, began = Bus(None), now[0]
    while now[0] - began < MUTE_SECONDS:
        assert bus._carries(began)
        bus._hear(app, json.dumps({"by": "another", "kind": "beat"}))
        now[0] += 1
    assert not bus._carries(began)


def test_others_are_heard_for_as_long_as_anything_is(app, now):
    bus = Bus(None)
    bus._hear(app, json.dumps({"by": "another", "kind": "beat"}))
    began = now[0]
    now[0] += DEAF_SECONDS - 0.1
    assert bus._carries(began)
    now[0] += 0.1
    assert not bus._carries(began)
    assert bus._carries(began=now[0])
    bus._hear(app, json.dumps({"by": "another", "kind": "missed"}))
    assert bus.take_missed()
