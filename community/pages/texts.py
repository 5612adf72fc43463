"""Which versions of the site's own texts there are. A version is the day from which it holds; none is ever changed."""

from datetime import date

from community.core.errors import NotFound

VERSIONS: dict[str, tuple[date, ...]] = {
    "terms": (date(2026, 11, 22),),
    "privacy": (date(2026, 11, 22),),
    "rules": (date(2026, 11, 22),),
}


def version(name: str, day: str | None = None) -> date:
    """The version of a text that began on `day` (ISO), the latest without one; raises `NotFound`."""
    known = VERSIONS[name]
    if day is None:
        return known[-1]
    found = next((one for one in known if one.isoformat() == day), None)
    if found is None:
        raise NotFound
    return found
