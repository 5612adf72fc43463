"""What people found in their post."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from icalendar import Calendar

from community.bookings import actions
from community.bookings import facts as booking_facts
from community.core import events
from community.core.mail import outbox
from tests.bookings.house import House


@dataclass(frozen=True)
class Letter:
    """One mail as it was sent."""

    to: str
    subject: str
    text: str
    html: str
    files: tuple[tuple[str, str, str], ...]

    @property
    def calendar(self) -> Any:
        """What its calendar file says: method, and the event."""
        ((_, content, mimetype),) = self.files
        assert mimetype == "text/calendar"
        found = Calendar.from_ical(content)
        return found["METHOD"], found.walk("VEVENT")[0]


class Post:
    """Runs what is due and hands out the mails that came of it."""

    def __init__(self, app: Flask, drain: Callable[[], int]) -> None:
        self.app, self.drain, self.seen = app, drain, 0

    def read(self) -> list[Letter]:
        """The mails since the last time."""
        self.drain()
        with self.app.app_context():
            new = outbox()[self.seen :]
        self.seen += len(new)
        return [
            Letter(mail.to[0], mail.subject, mail.body, mail.alternatives[0][0], tuple(mail.attachments))
            for mail in new
        ]

    def by_name(self) -> dict[str, Letter]:
        """The same by who they are to: "ada", "noor"; one each."""
        letters = self.read()
        found = {letter.to.partition("@")[0]: letter for letter in letters}
        assert len(found) == len(letters), [(letter.to, letter.subject) for letter in letters]
        return found


def accepts(house: House, booking: int) -> None:
    """Noor says yes to a request."""
    house.do(booking, lambda one: actions.accept(one, by=house.person(house.owner)))


def again(house: House, post: Post, fact: str, **ids: int) -> list[Letter]:
    """The fact once more, as a delivery that is run twice; the mails that came of it."""
    with house.world.writing():
        events.emit(getattr(booking_facts, fact)(**ids))
    return post.read()
