"""Mails about circles: somebody asks, somebody is asked in, somebody is in, and a meeting is a day away."""

from flask import url_for
from flask_babel import gettext as _

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.circles import calendar_file
from community.circles import queries as circles
from community.circles.facts import CircleAsked, CircleInvited, CircleJoined, MeetingNears
from community.circles.models import Circle, CircleMeeting
from community.core import clock
from community.core.db import writing
from community.core.events import after
from community.core.mail import Attachment
from community.notifications import queries
from community.notifications.readers import Reader, may_hear, member
from community.notifications.telling import Fact, News, at_time, tell


def _page(circle: Circle, words: str) -> tuple[str, str]:
    return words, url_for("circles.show", circle_id=circle.id, _external=True)


def _times(circle: Circle, person: Person) -> str:
    """Asked and invited again is told again, once a day at most."""
    return f"{circle.id}:{person.id}:{clock.now().date()}"


@after(CircleAsked)
def tell_keeper(fact: CircleAsked) -> None:
    """Who keeps it decides."""
    with writing():
        circle, person = circles.circle(fact.circle_id), queries.person(fact.person_id)
        apart = accounts.are_apart(circle.keeper_id, person.id)
        if circles.standing(person, circle) == "asked" and not apart and may_hear(circle.keeper):
            tell([member(circle.keeper)], f"circle_asked:{_times(circle, person)}", lambda _: _asked(circle, person))


def _asked(circle: Circle, person: Person) -> News:
    return News(
        subject=_("%(name)s would like to join %(circle)s", name=person.name, circle=circle.name),
        heading=_("%(name)s would like to join", name=person.name),
        intro=_("You keep %(circle)s, so you decide. Of a no they are not told.", circle=circle.name),
        button=_page(circle, _("Decide")),
    )


@after(CircleInvited)
def tell_invited(fact: CircleInvited) -> None:
    """Whoever is asked in."""
    with writing():
        circle, person = circles.circle(fact.circle_id), queries.person(fact.person_id)
        if circles.standing(person, circle) == "invited" and may_hear(person):
            key = f"circle_invited:{_times(circle, person)}"
            tell([member(person)], key, lambda reader: _invited(circle, reader))


def _invited(circle: Circle, reader: Reader) -> News:
    coming = circles.next_meeting(circle)
    return News(
        subject=_("You are invited to %(circle)s", circle=circle.name),
        heading=_("You are invited to %(circle)s", circle=circle.name),
        intro=_("A circle is four to six people who meet every month, in confidence."),
        facts=(at_time(_("Next meeting"), coming.starts_at, reader),) if coming else (),
        said=(_("What it is for"), circle.about),
        button=_page(circle, _("Have a look")),
    )


@after(CircleJoined)
def tell_joined(fact: CircleJoined) -> None:
    """Who is in it now, unless they founded it: with the meetings for their calendar."""
    with writing():
        circle, person = circles.circle(fact.circle_id), queries.person(fact.person_id)
        if person.id != circle.keeper_id and circles.standing(person, circle) == "in" and may_hear(person):
            key = f"circle_joined:{_times(circle, person)}"
            tell([member(person)], key, lambda reader: _joined(circle, reader), files=lambda _: _calendar(circle))


def _calendar(circle: Circle) -> tuple[Attachment, ...]:
    coming = circles.next_meeting(circle)
    if coming is None:
        return ()
    return (Attachment("circle.ics", calendar_file.render(circle, coming), "text/calendar"),)


def _joined(circle: Circle, reader: Reader) -> News:
    coming = circles.next_meeting(circle)
    return News(
        subject=_("You are in %(circle)s", circle=circle.name),
        heading=_("You are in %(circle)s", circle=circle.name),
        intro=_("It has a room of its own, an agenda and minutes. Put on the agenda what you bring."),
        facts=(at_time(_("Next meeting"), coming.starts_at, reader),) if coming else (),
        button=_page(circle, _("See the circle")),
    )


@after(MeetingNears)
def remind_of_meeting(fact: MeetingNears) -> None:
    """A day before, unless it was moved."""
    with writing():
        meeting = circles.meeting(fact.meeting_id)
        circle = meeting.circle
        if circle.ended_at is not None or int(meeting.starts_at.timestamp()) != fact.starts:
            return
        if meeting.starts_at <= clock.now():
            return
        readers = [member(person) for person in circles.everybody(circle) if may_hear(person)]
        tell(readers, f"circle_meets:{meeting.id}:{fact.starts}", lambda reader: _nears(meeting, reader))


def _nears(meeting: CircleMeeting, reader: Reader) -> News:
    circle = meeting.circle
    items = circles.items(reader.person, meeting) if reader.person else []
    agenda = tuple(Fact(item.person.first_name, item.text) for item in items[:12])
    return News(
        subject=_("Tomorrow: %(circle)s", circle=circle.name),
        heading=circle.name,
        intro=_("Your circle meets. Put on the agenda what you bring."),
        facts=(at_time(_("When"), meeting.starts_at, reader), *agenda),
        button=(_("Agenda and minutes"), url_for("meetings.show", meeting_id=meeting.id, _external=True)),
    )
