"""Words about briefs that pages and mails share, in the reader's language."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from community.asking.models import Brief
from community.core import formats


def budget(brief: Brief) -> str:
    """The band, or that none was said."""
    low, high = brief.budget_low, brief.budget_high
    if high is None:
        return _("from %(low)s", low=formats.price(low, brief.currency)) if low else _("not known yet")
    if not low:
        return _("up to %(high)s", high=formats.price(high, brief.currency))
    if low == high:
        return formats.price(low, brief.currency)
    return f"{formats.price(low, brief.currency)} – {formats.price(high, brief.currency)}"


def when(brief: Brief) -> str:
    """By when it is needed."""
    return _("by %(day)s", day=formats.long_day(brief.due_day)) if brief.due_day else _("flexible")


def where(brief: Brief) -> str:
    """Where it is done."""
    if brief.place is None:
        return _("online")
    return _("within %(km)s km of %(town)s", km=brief.km, town=brief.place.name)


def pairs(brief: Brief) -> Sequence[tuple[str, str]]:
    """A brief in short: (what, how it is)."""
    found = [
        (_("Niche"), brief.niche.name),
        (_("Budget"), budget(brief)),
        (_("When"), when(brief)),
        (_("Where"), where(brief)),
    ]
    if brief.audience:
        found.insert(1, (_("For whom"), brief.audience.name))
    if brief.languages:
        found.append((_("Languages"), ", ".join(formats.language_name(one) for one in brief.languages)))
    return found


def state(brief: Brief) -> tuple[str, str]:
    """Where it stands: (words, kind of the tag)."""
    words = {
        "open": (_("Open"), "brand"),
        "filled": (_("Found somebody"), "brass"),
        "closed": (_("Closed"), ""),
        "lapsed": (_("Time is over"), ""),
    }
    return words[brief.status]


def reply_state(status: str) -> tuple[str, str]:
    """Where a reply stands: (words, kind of the tag)."""
    words = {
        "open": (_("Waits for an answer"), "brand"),
        "accepted": (_("Accepted"), "brass"),
        "declined": (_("Declined, with thanks"), ""),
        "passed": (_("It ended without this one"), ""),
    }
    return words[status]


def passes() -> dict[str, str]:
    """Kind reasons for *no thanks*."""
    return {
        "time": _("No time at the moment"),
        "fit": _("Not quite what I do"),
        "budget": _("It would cost more"),
        "place": _("Too far away"),
    }


def count(replies: int) -> str:
    """How many replied."""
    return ngettext("%(num)s reply", "%(num)s replies", replies) if replies else _("No reply yet")
