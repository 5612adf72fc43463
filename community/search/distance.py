"""The spots of an index that lie within a distance."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from community.niches.distance import EARTH_KM, kilometres

KM_PER_DEGREE = EARTH_KM * math.pi / 180


def spot(lat: float, lon: float) -> str:
    """Return the name of a point, which has all digits of both."""
    return f"{lat!r},{lon!r}"


class Spots:
    """The points where listings are, few in comparison: listings sit at the middle of their town.

    An index that knows no circles finds them by the names of the spots inside, exactly, so that totals and facets are
    as true as the list. The other ways are slower or lie: ranges of latitude and longitude took 30 ms on 30,000
    listings, and a filter on what was found comes after the counting.
    """

    def __init__(self, names: Iterable[str]) -> None:
        points = (name.split(",") for name in names)
        self._spots = sorted((float(lat), float(lon)) for lat, lon in points)
        self._latitudes = [lat for lat, _ in self._spots]

    def within(self, lat: float, lon: float, km: float) -> list[str]:
        """Return the names of the spots at most so far from a point."""
        reach = km / KM_PER_DEGREE * 1.000001  # a hair more: the circle itself decides
        first = bisect_left(self._latitudes, lat - reach)
        last = bisect_right(self._latitudes, lat + reach)
        return [spot(*one) for one in self._spots[first:last] if kilometres(lat, lon, *one) <= km]
