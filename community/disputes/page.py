"""A dispute's page, the same for the practice and for staff, and answering it."""

from typing import Any

from flask import flash, make_response, render_template
from flask_babel import gettext as _

from community.core.db import release, writing
from community.core.errors import Refused
from community.disputes import evidence, queries, words
from community.disputes.forms import WordsForm
from community.payments import actions, contesting
from community.payments.models import Dispute
from community.payments.terms import GatewayRefused, GatewayUnavailable


def show(dispute: Dispute, form: WordsForm, template: str, **more: Any) -> Any:
    """The page; 422 where something typed was refused."""
    sent = dispute.evidence.get("sent") or dispute.evidence.get("sending")
    parts = evidence.gather(dispute)
    if sent:
        titles = {part.name: part.title for part in parts}
        parts = [evidence.Part(name, titles.get(name, name), text) for name, text in sent.items()]
    html = render_template(
        template,
        dispute=dispute,
        bookings=queries.bookings_of(dispute),
        parts=parts,
        form=form,
        words=words,
        can_answer=dispute.is_open and "sending" not in dispute.evidence and not words.is_late(dispute),
        **more,
    )
    failed = form.errors or any(getattr(one, "errors", None) for one in more.values())
    return make_response(html, 422 if failed else 200)


def form_of(dispute: Dispute) -> WordsForm:
    """With what was typed before."""
    return WordsForm(words=dispute.evidence.get("words", ""))


def keep(dispute: Dispute, form: WordsForm) -> None:
    """Keep what was typed. Raises `Refused`: "answered", "too_late"."""
    with writing():
        actions.word_evidence(dispute, (form.words.data or "").strip())
    flash(_("Saved. Below is what the bank will read; nothing is sent yet."))


def send(dispute: Dispute, by: int, **noted: Any) -> None:
    """Send it, for good. `noted` is what the log keeps of it where staff do it. Raises `Refused`."""
    payment_id, dispute_id = dispute.payment_id, dispute.id
    parts = evidence.gather(dispute)
    if not any(part.name == evidence.OWN_WORDS for part in parts):
        text = _("Write some words of your own first: the bank wants to know what happened.")
        raise Refused("no_words", text, 422)
    with writing():
        actions.want_evidence(payment_id, dispute_id, evidence.fields(parts), by=by)
        if noted:
            actions.note_action(by, subject=f"dispute:{dispute.stripe_id}", **noted)
    release()
    try:
        contesting.send_evidence(dispute_id)
    except (GatewayUnavailable, GatewayRefused):
        release()
        flash(_("Stripe does not answer at the moment. Your answer is kept and goes out by itself."), "warn")
        return
    flash(_("Sent. The bank decides; we tell you as soon as it has."))
