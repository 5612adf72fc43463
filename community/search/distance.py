"""Circles on the ground, for an index that only knows ranges of numbers."""

import math
from itertools import pairwise
from typing import NamedTuple

EARTH_KM = 6371.0088
KM_PER_DEGREE = EARTH_KM * math.pi / 180


class Strip(NamedTuple):
    """A rectangle of latitude and longitude, in degrees."""

    south: float
    north: float
    west: float
    east: float


def kilometres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Return the great-circle distance between two points given in degrees."""
    a, b = math.radians(lat), math.radians(other_lat)
    half = math.sin((b - a) / 2) ** 2
    half += math.cos(a) * math.cos(b) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def strips(lat: float, lon: float, km: float, *, count: int = 12) -> list[Strip]:
    """Return rectangles that together cover the circle and little more.

    A post-filter on exact distance would make totals and facets lie. Twelve strips, each as wide as the
    circle at its widest latitude, hold every point of the circle and reach little past its edge; listings
    sit at the middle of their town, so that slack is below what the data itself knows.
    """
    reach = km / KM_PER_DEGREE
    edges = [lat - reach + 2 * reach * number / count for number in range(count + 1)]
    found: list[Strip] = []
    for south, north in pairwise(edges):
        nearest = min(max(lat, south), north)
        half = math.sqrt(max(0.0, reach**2 - (nearest - lat) ** 2))
        shrink = math.cos(math.radians(min(89.9, max(abs(south), abs(north)))))
        width = half / shrink
        found.extend(_wrapped(max(-90.0, south), min(90.0, north), lon - width, lon + width))
    return found


def _wrapped(south: float, north: float, west: float, east: float) -> list[Strip]:
    """Return the rectangle, cut in two where it crosses the 180th meridian."""
    if south > north:
        return []
    if east - west >= 360:
        return [Strip(south, north, -180.0, 180.0)]
    if west < -180:
        return [Strip(south, north, west + 360, 180.0), Strip(south, north, -180.0, east)]
    if east > 180:
        return [Strip(south, north, west, 180.0), Strip(south, north, -180.0, east - 360)]
    return [Strip(south, north, west, east)]
