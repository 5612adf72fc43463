"""Disputes in plain words."""

from datetime import datetime

from flask_babel import gettext as _

from community.core import clock
from community.payments.models import Dispute


def reason(name: str) -> tuple[str, str]:
    """Why the bank took it back, by Stripe's name: as a sentence, and what helps against it."""
    known = {
        "fraudulent": (
            _("The card’s owner says that they did not pay this."),
            _("Show that they did: that they wrote to you, came, or used what they bought."),
        ),
        "product_not_received": (
            _("The client says that they did not get what they paid for."),
            _("Show that it was delivered, when, and how."),
        ),
        "product_unacceptable": (
            _("The client says that it was not what was agreed."),
            _("Show what was agreed and that you kept to it."),
        ),
        "duplicate": (_("The client says that they paid twice."), _("Show what each payment was for.")),
        "subscription_canceled": (
            _("The client says that they had ended it."),
            _("Show that it was not ended, or that this was due before."),
        ),
        "credit_not_processed": (
            _("The client says that money was to go back and did not."),
            _("Show what was given back, or why nothing was owed by the terms."),
        ),
        "unrecognized": (_("The client does not know this payment."), _("Show who booked, when, and what for.")),
    }
    other = (_("The bank asks for this payment back."), _("Show what was agreed and that you kept to it."))
    return known.get(name, other)


def standing(dispute: Dispute) -> tuple[str, str]:
    """How it stands: a kind of notice, and a sentence."""
    ended = {
        "won": ("ok", _("Won: the bank gave the money back. The payment stands.")),
        "lost": ("bad", _("Lost: the bank keeps the money. It counts as a refund.")),
        "warning_closed": ("ok", _("Closed: the bank only asked, and nothing was taken.")),
        "prevented": ("ok", _("Closed: it was settled before the bank took anything.")),
    }
    if dispute.outcome is not None:
        return ended[dispute.outcome]
    if dispute.submitted_at is not None or dispute.status.endswith("under_review"):
        return "info", _("The bank has your answer and decides. That can take two months.")
    if "sending" in dispute.evidence:
        return "info", _("Your answer is on its way to the bank.")
    if is_late(dispute):
        return "bad", _("The last day for an answer has passed without one. The bank will keep the money.")
    if "refused" in dispute.evidence:
        return "bad", _("Stripe did not take the answer. Make it shorter and send it again.")
    return "warn", _("Nothing has been sent yet. Without an answer the bank keeps the money.")


def is_late(dispute: Dispute) -> bool:
    """True when nobody can answer any more."""
    due: datetime | None = dispute.evidence_due_at
    return due is not None and due <= clock.now()


def short(dispute: Dispute) -> tuple[str, str]:
    """How it stands as a tag: words, and the tag's kind."""
    if dispute.outcome is not None:
        words = {"won": _("Won"), "lost": _("Lost")}.get(dispute.outcome, _("Closed"))
        return words, "bad" if dispute.outcome == "lost" else "brand"
    if dispute.is_open and "sending" not in dispute.evidence:
        return (_("Not answered"), "bad") if is_late(dispute) else (_("Answer it"), "brass")
    return _("The bank decides"), ""
