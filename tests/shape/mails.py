"""Every mail that the site writes, written about the scene's people."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from community.accounts.models import Person
from community.bookings import actions as bookings
from community.bookings.facts import BookingCancelled, BookingConfirmed, PaymentCameTooLate
from community.bookings.models import Booking
from community.core import clock
from community.core import mail as post
from community.core.db import db, writing
from community.core.mail import MailWritten
from community.notifications import booking_mails, unread_actions
from community.rooms.models import Room
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
            booking_mails.tell_client_confirmed(BookingConfirmed(booking_id))
            booking_mails.tell_practice_booked(BookingConfirmed(booking_id))
            booking_mails.tell_too_late(PaymentCameTooLate(booking_id))
            with contextlib.suppress(Exception), writing():
                bookings.cancel(bookings.lock(booking_id), actor="client", by=None, reason="Told twice")
            booking_mails.tell_cancelled(BookingCancelled(booking_id))
    _unread(scene)


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


def parts(mails: dict[str, list[MailWritten]]) -> Iterator[tuple[str, MailWritten]]:
    """Each mail with its name."""
    for name, several in mails.items():
        for one in several:
            yield name, one
