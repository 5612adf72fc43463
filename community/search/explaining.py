"""Why each result stands where it does: for staff, at `?explain=1`."""

from flask_babel import gettext as _
from flask_babel import ngettext

from community.core.formats import short_day
from community.search import exploring, feed
from community.search.page import address
from community.search.queries import Found


def rows(found: Found) -> list[dict[str, str]]:
    """One line for each result in its order: its title and page, its score, and what else decided."""
    exact = {hit.document.id for hit in found.exact}
    shown = feed.times_shown([int(hit.document.id) for hit in found.hits])
    lines = []
    for hit in found.hits:
        one, many = hit.document, shown.get(int(hit.document.id), 0)
        why = [_("all words") if one.id in exact else _("some of the words")]
        if one.id in found.lifted:
            why.append(_("new and lifted: it was shown fewer than %(most)s times", most=exploring.ENOUGH))
        elif one.fresh:
            why.append(_("new, where it stands by itself"))
        why.append(ngettext("shown %(num)s time", "shown %(num)s times", many))
        why.append(_("published %(day)s", day=short_day(one.updated_at)))
        lines.append({"title": one.title, "href": address(one), "score": f"{hit.score:.3f}", "why": ", ".join(why)})
    return lines
