"""Two weeks of the simulated association, small; `python -m tests.matching.simulation` has the full figures."""

import random

from tests.matching.behaviour import Factors
from tests.matching.crowd import crowd
from tests.matching.outcome import told
from tests.matching.town import Town


def test_nobody_is_left_alone_in_a_small_town():
    found = Town(7, Factors(), weeks=2).run()
    print(told("two weeks", found))
    assert found.ahead > 200
    assert found.first_share >= 0.95, told("two weeks", found)
    assert found.ahead_share >= 0.9, told("two weeks", found)
    # The control: the same weeks without greeters, and nobody is asked to keep company.
    alone = Town(7, Factors(), hosted=False, weeks=2).run()
    assert alone.ahead_share < found.ahead_share, told("alone", alone)


def test_a_crowd_is_matched_within_ten_minutes():
    share, _longest, end = crowd(random.Random(7), 400, Factors())
    assert share >= 0.9, share
    assert end >= 0.98, end
