"""Words about listings that several pages share: kinds, plans, policies, sizes. In the reader's language."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from community.listings import pricing, rules
from community.listings.models import Listing, Package

ICONS = {
    "session": "calendar",
    "project": "package",
    "workshop": "users",
    "retainer": "rotate-ccw",
    "digital": "download",
    "inquiry": "message-circle",
}


def kind_words(kind: str) -> str:
    """A kind of listing by its name."""
    words = {
        "session": _("Session"),
        "project": _("Project"),
        "workshop": _("Workshop or course"),
        "retainer": _("Retainer"),
        "digital": _("File"),
        "inquiry": _("Inquiry"),
    }
    return words.get(kind, kind)


def kind_lines() -> dict[str, str]:
    """What each kind is, in a line, for those who choose one."""
    return {
        "session": _("Time with you, in one to four lengths. Clients pick a free time."),
        "project": _("A piece of work with a delivery day, in up to three packages, paid at once or in parts."),
        "workshop": _("One or several meetings on dates you set. Each client takes a seat."),
        "retainer": _("Work every month at one price, until either of you ends it."),
        "digital": _("A guide, a template, a recording: paid for, then downloaded."),
        "inquiry": _("For work that has no price yet: clients say what they need, you answer with a quote."),
    }


def unit(listing: Listing) -> str:
    """What its least price is for."""
    if listing.kind == "session":
        least = min(listing.lengths, key=lambda one: (one.price, one.minutes), default=None)
        return ngettext("for %(num)s minute", "for %(num)s minutes", least.minutes) if least else ""
    words = {
        "project": _("for the project"),
        "workshop": _("a seat"),
        "retainer": _("a month"),
        "digital": _("for the file"),
    }
    return words.get(listing.kind, "")


def share_words(per_cent: int) -> str:
    """A share of a price: half, a third where it is one, else per cent."""
    words = {100: _("all"), 50: _("half"), 25: _("a quarter")}
    return words.get(per_cent, _("%(n)s%%", n=per_cent))


def plan_words(plan: Sequence[Mapping[str, Any]]) -> str:
    """How a package is paid, in one sentence."""
    if len(plan) < 2:
        return _("All of it at booking.")
    said = [_part(part) for part in plan]
    last = said.pop()
    sentence = _("%(these)s and %(last)s.", these=", ".join(said), last=last)
    return sentence[:1].upper() + sentence[1:]


def _part(part: Mapping[str, Any]) -> str:
    share = share_words(int(part["per_cent"]))
    if part["due"] == "booking":
        return _("%(share)s at booking", share=share)
    if part["due"] == "date":
        days = int(part["days"])
        ahead = ngettext("%(num)s day after the start", "%(num)s days after the start", days)
        return f"{share} {ahead}"
    return _("%(share)s once you accept “%(title)s”", share=share, title=part["title"])


def package_lines(package: Package) -> list[tuple[str, int]]:
    """The parts of what a client pays for a package: (when it is due, minor units, fee included), in order."""
    terms = pricing.terms_of(package.listing)
    parts = rules.client_parts(
        package.price, package.plan, lambda paid: terms.part_on_top(paid, package.price), terms.step
    )
    return [(_due(part), amount) for part, amount in zip(package.plan or [{"due": "booking"}], parts, strict=True)]


def _due(part: Mapping[str, Any]) -> str:
    if part["due"] == "booking":
        return _("At booking")
    if part["due"] == "date":
        days = int(part["days"])
        return ngettext("%(num)s day after the start", "%(num)s days after the start", days)
    return _("Once you accept “%(title)s”", title=part["title"])


def ahead_words(minutes: int) -> str:
    """How long before the start: "24 hours", "5 days"."""
    hours = minutes // 60
    if hours >= 48 and not hours % 24:
        return ngettext("%(num)s day", "%(num)s days", hours // 24)
    return ngettext("%(num)s hour", "%(num)s hours", hours)


def back_words(per_cent: int) -> str:
    """How much goes back."""
    words = {100: _("All of it goes back to you"), 50: _("Half of it goes back to you"), 0: _("Nothing goes back")}
    return words.get(per_cent, _("%(n)s%% of it goes back to you", n=per_cent))


def policy_lines(listing: Listing) -> list[dict[str, str]]:
    """A listing's cancellation terms, as `components/page.html` draws them."""
    lines = [
        {
            "title": _("Until %(time)s before", time=ahead_words(minutes)) if minutes else _("Until it starts"),
            "text": back_words(per_cent),
            "amount": f"{per_cent}%",
        }
        for minutes, per_cent in rules.tiers_of(listing.policy, listing.tiers)
    ]
    return [*lines, {"title": _("After that"), "text": back_words(0), "amount": "0%"}]


def size_words(count: int) -> str:
    """A number of bytes as people read it: "340 KB", "2.4 MB"."""
    if count < 1_000_000:
        return _("%(n)s KB", n=max(1, round(count / 1_000)))
    return _("%(n)s MB", n=f"{count / 1_000_000:.1f}".removesuffix(".0"))
