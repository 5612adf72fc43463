"""Mails about disputes: that a client's bank asks, that time runs out, and how it ended."""

from flask import url_for
from flask_babel import gettext as _

from community.bookings.models import Booking
from community.core import formats
from community.core.db import writing
from community.core.events import after
from community.core.site import settings
from community.disputes import queries, words
from community.notifications.readers import Reader, client_of, worker
from community.notifications.telling import Fact, News, page_of, tell
from community.payments import queries as payments
from community.payments.facts import DisputeClosed, DisputeOpened, EvidenceReminder
from community.payments.models import Dispute


@after(DisputeOpened)
def tell_opened(fact: DisputeOpened) -> None:
    """Who was paid reads that the money is gone for now, why, and until when they can answer."""
    with writing():
        dispute = payments.dispute_by_id(fact.dispute_id)
        tell(_answering(dispute), f"dispute:{dispute.id}", lambda reader: _opened(dispute, reader))


@after(EvidenceReminder)
def remind_of_evidence(fact: EvidenceReminder) -> None:
    """Some days are left, and nothing was sent yet."""
    with writing():
        dispute = payments.dispute_by_id(fact.dispute_id)
        if dispute.is_open and "sending" not in dispute.evidence:
            key = f"dispute-reminder:{dispute.id}:{fact.days}"
            tell(_answering(dispute), key, lambda reader: _reminder(dispute, reader))


@after(DisputeClosed)
def tell_closed(fact: DisputeClosed) -> None:
    """Both sides read how the bank decided."""
    with writing():
        dispute = payments.dispute_by_id(fact.dispute_id)
        key = f"dispute-closed:{dispute.id}"
        tell(_answering(dispute), key, lambda reader: _closed(dispute, reader))
        bookings = queries.bookings_of(dispute)
        if bookings and dispute.outcome in {"won", "lost"}:
            tell([client_of(bookings[0])], key, lambda _reader: _client_closed(dispute, bookings[0]))


def _answering(dispute: Dispute) -> list[Reader]:
    """The practice's owner, and where the site bears it whoever runs the site."""
    practice, known = queries.practice_of(dispute), settings()
    readers = [worker(practice.owner)] if practice is not None else []
    if dispute.payment.mode == "platform":
        readers.append(Reader("site", "staff", known.operator_mail, known.locale, known.zone))
    return readers


def _page(dispute: Dispute, reader: Reader, text: str) -> tuple[str, str]:
    route = "money_disputes.show" if reader.side == "staff" else "disputes.show"
    return text, url_for(route, ref=dispute.stripe_id, _external=True)


def _amount(dispute: Dispute) -> str:
    return formats.money(dispute.amount, dispute.currency)


def _facts(dispute: Dispute, reader: Reader) -> tuple[Fact, ...]:
    found = [Fact(_("For"), dispute.payment.description), Fact(_("Amount"), _amount(dispute))]
    if dispute.evidence_due_at is not None:
        found.append(Fact(_("Answer by"), reader.moment(dispute.evidence_due_at)))
    return tuple(found)


def _opened(dispute: Dispute, reader: Reader) -> News:
    why = words.reason(dispute.reason)
    return News(
        subject=_("A bank asks for %(amount)s back", amount=_amount(dispute)),
        heading=_("A client’s bank asks for a payment back"),
        intro=why[0],
        facts=_facts(dispute, reader),
        lines=(
            _("The bank has taken the money for now. If nobody answers, it keeps it."),
            _("What the booking says is gathered already; add what only you know. %(tip)s", tip=why[1]),
        ),
        button=_page(dispute, reader, _("Answer it")),
    )


def _reminder(dispute: Dispute, reader: Reader) -> News:
    return News(
        subject=_("Not answered yet: the bank asks for %(amount)s", amount=_amount(dispute)),
        heading=_("The bank still waits for your answer"),
        intro=_("Nothing has been sent yet. Without an answer the bank keeps the money."),
        facts=_facts(dispute, reader),
        button=_page(dispute, reader, _("Answer it")),
    )


def _closed(dispute: Dispute, reader: Reader) -> News:
    return News(
        subject=_("The bank has decided: %(title)s", title=dispute.payment.description),
        heading=_("The bank has decided"),
        intro=words.standing(dispute)[1],
        facts=_facts(dispute, reader)[:2],
        button=_page(dispute, reader, _("See how it stands")),
    )


def _client_closed(dispute: Dispute, booking: Booking) -> News:
    amount, name = _amount(dispute), booking.practice.name
    lost = _("Your bank gave you %(amount)s back. There is nothing more to pay or to do.", amount=amount)
    won = _("Your bank decided that the payment of %(amount)s to %(name)s stands.", amount=amount, name=name)
    return News(
        subject=_("Your bank has decided: %(title)s", title=dispute.payment.description),
        heading=_("Your bank has decided"),
        intro=lost if dispute.outcome == "lost" else won,
        button=page_of(booking, _("See the booking")),
    )
