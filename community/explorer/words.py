"""How figures are said: a number as "25+", a time, a level by its name."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from community.explorer.rules.floor import Cell
from community.explorer.rules.score import Part
from community.niches import names as catalogue
from community.niches import queries as niches
from community.niches.names import Named

_HOUR, _DAY = 60, 1440  # minutes


@dataclass(frozen=True)
class Names:
    """What cells are called: names by slug, and towns by their number."""

    niches: Mapping[str, Named]
    fields: Mapping[str, str]
    audiences: Mapping[str, Named]
    places: Mapping[int, str]

    def of(self, cell: Cell | None) -> str:
        """The name of a level, as it stands beside a figure."""
        if cell is None:
            return ""
        if cell.kind == "site":
            return _("the whole site")
        if cell.kind == "field":
            return _("the field %(name)s", name=self.fields.get(cell.part, cell.part))
        what = self.niches[cell.niche].name if cell.niche in self.niches else cell.niche
        if cell.kind == "niche":
            return _("the niche %(name)s", name=what)
        if cell.kind == "audience":
            whom = self.audiences[cell.part].name if cell.part in self.audiences else cell.part
            return _("%(what)s for %(whom)s", what=what, whom=whom.lower())
        return _("%(what)s in %(town)s", what=what, town=self.places.get(int(cell.part or 0), ""))


def names(places: Mapping[int, str]) -> Names:
    """What everything is called; of the towns those given."""
    fields = {field.slug: field.name for field in niches.fields()}
    known = catalogue.names()
    return Names(known.niches, fields, known.audiences, places)


def at_least(count: int) -> str:
    """A shown number: the fives in it, and that there may be up to four more."""
    return _("%(n)s+", n=f"{count:,}")


def duration(minutes: int) -> str:
    """A usual reply, in words as rough as it is."""
    if minutes < _HOUR:
        return _("within the hour")
    if minutes < _DAY:
        hours = round(minutes / _HOUR)
        return ngettext("about %(num)s hour", "about %(num)s hours", hours)
    days = round(minutes / _DAY)
    return ngettext("about %(num)s day", "about %(num)s days", days)


def trend(where: str) -> str:
    """Where it goes, against the ninety days before."""
    return {"up": _("Rising"), "down": _("Falling"), "steady": _("Steady")}.get(where, "")


def level(kind: str) -> str:
    """The kind of level, short, beside a figure of a table."""
    return {"field": _("in its field"), "site": _("on the site"), "niche": _("in the niche")}.get(kind, "")


def part_title(part: Part) -> str:
    """What a part of the score says."""
    return {
        "demand": _("Searches for each practice"),
        "unmet": _("Searches that found nothing"),
        "supply": _("How few offer it"),
        "price": _("What an hour costs"),
    }[part.name]
