"""The figures of issue 7: `python -m tests.matching.simulation [seed]`, also at ± 30 % of the behaviour."""

import random
import sys

from tests.matching.behaviour import WEEKS, Factors
from tests.matching.crowd import crowd
from tests.matching.outcome import told
from tests.matching.town import Town


def main(seed: int = 7) -> None:
    """All the figures."""
    print(f"seed {seed}, {WEEKS} weeks")
    for activity in (1.0, 0.7, 1.3):
        for reliability in (1.0, 0.7, 1.3):
            factors = Factors(activity, reliability)
            for hosted in (True, False) if activity == reliability else (True,):
                words = "" if hosted else ", no greeters"
                name = f"activity {activity}, reliability {reliability}{words}"
                print(told(name, Town(seed, factors, hosted=hosted).run()), flush=True)
    share, longest, end = crowd(random.Random(seed), 2000, Factors())
    print(f"2,000 in an hour: {share:.1%} within 10 minutes, {end:.1%} in all, longest batch {longest:.2f} s of CPU")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
