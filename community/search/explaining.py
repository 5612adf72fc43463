"""Why each result stands where it does: for staff, at `?explain=1`."""

from flask_babel import gettext as _
from flask_babel import ngettext

from community.core.formats import short_day
from community.search import exploring, feed, naming
from community.search.cards import address
from community.search.embedded_schema import title_key
from community.search.queries import Found


def rows(found: Found, asked: str) -> list[dict[str, str]]:
    """One line for each result in its order: its title and page, its score, and what else decided."""
    niches, callings = _meant(asked)
    exact = {hit.document.id for hit in found.exact}
    shown = feed.times_shown([int(hit.document.id) for hit in found.hits])
    lines = []
    for hit in found.hits:
        one, many = hit.document, shown.get(int(hit.document.id), 0)
        why = [_("all words") if one.id in exact else _("some of the words")]
        if one.niche in niches:
            why.append(_("in a niche that the words mean"))
        if title_key(one.title) in callings:
            why.append(_("titled as a calling that the words mean"))
        if one.id in found.lifted:
            why.append(_("new and lifted: it was shown fewer than %(most)s times", most=exploring.ENOUGH))
        elif one.fresh:
            why.append(_("new, where it stands by itself"))
        why.append(ngettext("shown %(num)s time", "shown %(num)s times", many))
        why.append(_("published %(day)s", day=short_day(one.updated_at)))
        lines.append({"title": one.title, "href": address(one), "score": f"{hit.score:.3f}", "why": ", ".join(why)})
    return lines


def _meant(asked: str) -> tuple[set[str], set[str]]:
    """The niches, and the callings by the keys of their names, that lift what is found for some words."""
    meant = naming.fresh().meant_by(asked)
    return {slug for slug, _lift in meant.lifts}, {key for key, _lift in meant.callings}
