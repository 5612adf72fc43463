"""Every mail that the site writes, written about the scene's people."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import or_, select

from community.accounts.models import Person, Report, Sanction
from community.accounts.safety.models import Appeal
from community.availability import feed_actions
from community.availability.models import Feed
from community.bookings import actions as bookings
from community.bookings import facts
from community.bookings.facts import BookingCancelled, BookingConfirmed, PaymentCameTooLate
from community.bookings.models import Booking
from community.bookings.retainers.facts import (
    RetainerEnded,
    RetainerEnding,
    RetainerFailed,
    RetainerRecovered,
    RetainerStarted,
)
from community.bookings.retainers.models import Retainer
from community.core import clock
from community.core import mail as post
from community.core.db import db, writing
from community.core.mail import MailWritten
from community.income.invoices import actions as invoicing
from community.income.invoices import mailing
from community.income.invoices.models import Invoice, InvoiceSeries
from community.moderation import telling
from community.notifications import (
    booking_mails,
    call_mails,
    change_mails,
    payout_mails,
    reminding,
    request_mails,
    retainer_mails,
    session_mails,
    trouble_mails,
    unread_actions,
)
from community.notifications.facts import SessionReminderDue
from community.payments import queries as payments
from community.payments.facts import PayeeReminded
from community.profiles.models import Practice
from community.rooms.gathering.facts import HourGaveWay, HourNears, HouseClosed, SessionCalledOff, SessionOver
from community.rooms.models import Room, Session
from community.rooms.status.facts import CallAgreed, CallAsked
from tests.shape import brief_mails, company_mails, keeping, opening
from tests.shape.scene import Scene

LINKS = {
    "welcome": {"confirmation_link": "https://linchpin.example/confirm/1"},
    "already_registered": {"reset_link": "https://linchpin.example/reset/1"},
    "confirm": {"confirmation_link": "https://linchpin.example/confirm/1"},
    "reset": {"reset_link": "https://linchpin.example/reset/1"},
    "password_changed": {"reset_link": "https://linchpin.example/reset/1"},
    "code": {"code": "123456"},
}


def written(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[MailWritten]]:
    """The mails by the name of their folder."""
    found: dict[str, list[MailWritten]] = {}
    render = post.render_template
    current: list[str] = []

    def named(template: str, **context: Any) -> str:
        current[:] = [template.split("/")[1]]
        return render(template, **context)

    def kept(fact: Any, **_: Any) -> None:
        if isinstance(fact, MailWritten):
            found.setdefault(current[0], []).append(fact)

    monkeypatch.setattr(post, "render_template", named)
    monkeypatch.setattr(post, "emit", kept)
    with scene.attempt():
        _write_all(scene)
    return found


def _write_all(scene: Scene) -> None:
    member = scene.roles["member"]
    with scene.app.test_request_context(), writing():
        person = db.session.get_one(Person, member.id)
        for template, links in LINKS.items():
            post.write_mail(person.email, template, locale=person.locale, person=person, **links)
    with scene.app.app_context():
        for ref in (member.has["confirmed"], member.has["held"]):
            booking_id = db.session.scalars(select(Booking.id).where(Booking.ref == ref)).one()
            db.session.rollback()
            _own_words(booking_id)
            booking_mails.tell_client_confirmed(BookingConfirmed(booking_id))
            booking_mails.tell_practice_booked(BookingConfirmed(booking_id))
            booking_mails.tell_too_late(PaymentCameTooLate(booking_id))
            with contextlib.suppress(Exception), writing():
                bookings.cancel(bookings.lock(booking_id), actor="client", by=None, reason="Told twice")
            booking_mails.tell_cancelled(BookingCancelled(booking_id))
            _steps(booking_id)
    _monthly(scene)
    _payable(scene)
    _unread(scene)
    _papers(scene)
    _sessions(scene)
    _care(scene)
    with scene.app.app_context(), writing():
        feed_id = db.session.scalars(select(Feed.id).where(Feed.person_id == scene.priya)).one()
        for _ in range(feed_actions.TOLD_AFTER):
            feed_actions.failed(feed_id, "no_answer")


def _own_words(booking_id: int) -> None:
    """The practice has words for everything, and the booking's reminder and end are told with them."""
    with writing():
        booking = db.session.get_one(Booking, booking_id)
        texts = dict.fromkeys(("confirmed", "reminder", "follow_up"), "{client}:\n{title} & {place}\n\n{day}")
        reminding.choose(db.session.get_one(Practice, booking.practice_id), leads=[60], texts=texts)
        start, state = booking.starts_at, booking.state
    if state == "confirmed":
        with writing(), clock.frozen(start - timedelta(hours=1)):
            for side in ("client", "practice"):
                assert reminding.remind(booking_id, lead=60, side=side, starts=int(start.timestamp()))
    booking_mails.tell_delivered(facts.BookingDelivered(booking_id))


def _steps(booking_id: int) -> None:
    """What is told of the steps in between, whether or not the booking took them."""
    request_mails.tell_asked(facts.BookingAsked(booking_id))
    request_mails.tell_requested(facts.BookingRequested(booking_id))
    request_mails.tell_declined(facts.BookingDeclined(booking_id))
    request_mails.tell_lapsed(facts.BookingLapsed(booking_id))
    request_mails.tell_capture_failed(facts.CaptureFailed(booking_id))
    change_mails.tell_rescheduled(facts.BookingRescheduled(booking_id))
    change_mails.tell_handed_over(facts.BookingHandedOver(booking_id))
    change_mails.tell_changes(facts.ChangesAsked(booking_id))
    trouble_mails.tell_resolved(facts.BookingResolved(booking_id))
    trouble_mails.tell_stood(facts.NoShowStood(booking_id))


def _monthly(scene: Scene) -> None:
    """What is told of retainers, whether or not they took the steps."""
    with scene.app.app_context():
        for name in ("retainer", "retainer_due", "retainer_over"):
            ref = scene.roles["member"].has[name]
            made = db.session.scalars(select(Retainer).where(Retainer.ref == ref)).one()
            retainer_id, wanted = made.id, made.ends_with_period
            db.session.rollback()
            retainer_mails.tell_started(RetainerStarted(retainer_id))
            retainer_mails.tell_failed(RetainerFailed(retainer_id, 1))
            retainer_mails.tell_recovered(RetainerRecovered(retainer_id))
            retainer_mails.tell_ending(RetainerEnding(retainer_id, 1, wanted))
            retainer_mails.tell_ended(RetainerEnded(retainer_id))


def _payable(scene: Scene) -> None:
    """A practice whose account lost what it takes to be paid."""
    with scene.app.app_context():
        with writing():
            account = payments.account(f"practice:{scene.priyas}")
            assert account is not None
            account.transfers, account.waiting_since = "inactive", clock.now()
            account_id = account.id
        payout_mails.tell_payable_wanted(PayeeReminded(account_id, 1))


def _unread(scene: Scene) -> None:
    """A stranger's request, and a friend's word, both waiting for half an hour."""
    with scene.app.app_context(), writing():
        for ref, reader in (
            (scene.roles["member"].has["request"], scene.roles["member"].id),
            (scene.other["direct"], scene.priya),
        ):
            room = db.session.scalars(select(Room).where(Room.ref == ref)).one()
            with clock.frozen(clock.now() + timedelta(hours=1)):
                assert unread_actions.tell(room.id, reader)


def _papers(scene: Scene) -> None:
    """An invoice, and a credit note on it."""
    with scene.app.test_request_context():
        ref = scene.roles["member"].has["invoice"]
        invoice = db.session.scalars(select(Invoice).where(Invoice.ref == ref)).one()
        with contextlib.suppress(Exception), writing():
            series = db.session.get_one(InvoiceSeries, invoice.series_id)
            invoicing.credit(series, invoice, source="scene:credit", amount=1000)
        about = or_(Invoice.id == invoice.id, Invoice.credits_id == invoice.id)
        ids = list(db.session.scalars(select(Invoice.id).where(about)))
        db.session.rollback()
        for invoice_id in ids:
            mailing.send(invoice_id)


def _care(scene: Scene) -> None:
    """What is told of reports, decisions, second looks and calls."""
    with scene.app.app_context():
        for decision in ("nothing", "warned"):
            with writing():
                report = db.session.get_one(Report, scene.roles["member"].has["report"])
                report.urgent, report.decision, report.said = True, decision, "Told twice"
                telling.on_duty(report)
                telling.closed(report)
        with writing():
            for appeal in db.session.scalars(select(Appeal)):
                telling.appealed(appeal)
                telling.answered(appeal)
            for sanction in db.session.scalars(select(Sanction)):
                telling.sanctioned(sanction)
                telling.over(sanction)
        call_mails.tell_call_asked(CallAsked(scene.other["call"]))
        call_mails.tell_call_agreed(CallAgreed(scene.other["call"]))


def _sessions(scene: Scene) -> None:
    """Everything that is told of a session to which the member comes."""
    session_id, member = scene.roles["member"].has["session"], scene.roles["member"].id
    assert member is not None
    with scene.app.app_context():
        start = db.session.get_one(Session, session_id).starts_at
        db.session.rollback()
        with clock.frozen(start - timedelta(minutes=15)):
            session_mails.remind_of_session(SessionReminderDue(session_id, member))
            session_mails.ask_regulars(HourNears(session_id))
        session_mails.tell_called_off(SessionCalledOff(session_id, scene.priya))
        session_mails.tell_closed(HouseClosed(scene.other["open house"], member))
        for to_id in (0, scene.other["session"]):
            session_mails.tell_gave_way(HourGaveWay(session_id if to_id else scene.other["session"], to_id))
        session_mails.sum_up(SessionOver(session_id))
    company_mails.write_all(scene)
    brief_mails.write_all(scene)
    keeping.write_mail(scene)
    opening.write_mail(scene)


def parts(mails: dict[str, list[MailWritten]]) -> Iterator[tuple[str, MailWritten]]:
    """Each mail with its name."""
    for name, several in mails.items():
        for one in several:
            yield name, one
