"""Retainers in words: how they stand, what happened."""

from flask_babel import gettext as _

from community.bookings.retainers.models import Retainer, RetainerEvent
from community.core import formats

Said = tuple[str, str, str]


def state_words(retainer: Retainer) -> Said:
    """The state as (text, kind of tag, icon)."""
    if retainer.state == "active" and retainer.ends_with_period:
        return (_("Ends with the month"), "brass", "clock")
    words: dict[str, Said] = {
        "held": (_("Not paid yet"), "", "clock"),
        "expired": (_("Time ran out"), "", "clock"),
        "active": (_("Running"), "brand", "circle-check"),
        "past_due": (_("Payment failed"), "bad", "circle-alert"),
        "ended": (_("Ended"), "", "x"),
    }
    return words[retainer.state]


def step_words(event: RetainerEvent) -> str:
    """One line of the log."""
    words = {
        "hold": _("Chosen"),
        "start": _("Begun"),
        "expire": _("Time ran out"),
        "fail": _("A payment failed"),
        "recover": _("Paid after all"),
        "ending": _("Ends with the month"),
        "going_on": _("Goes on after all"),
        "end": _("Ended"),
    }
    return words[event.step]


def step_detail(event: RetainerEvent, retainer: Retainer) -> str:
    """What more there is to it."""
    said = str(event.detail.get("reason") or "")
    if event.step == "end" and event.actor == "payment":
        said = _("The last try to charge the card failed.")
    if event.step == "fail":
        said = _("Try %(n)s.", n=event.detail.get("nth") or 1)
    if back := event.detail.get("back"):
        said = f"{said} " + _("%(amount)s back", amount=formats.money(back, retainer.currency))
    return said.strip() or who(event.actor, retainer)


def who(actor: str, retainer: Retainer) -> str:
    """Who took a step."""
    names = {
        "client": retainer.client_name,
        "practice": retainer.practice.name,
        "moderator": _("the people who run this site"),
    }
    return names.get(actor, "")
