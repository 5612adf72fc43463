"""When somebody wants no mails: the quiet hours of their practice, and while they are not to be disturbed."""

from datetime import datetime

from community.accounts.models import Person
from community.availability import queries as times
from community.notifications.rules import Quiet
from community.profiles import queries as profiles
from community.rooms.status import statuses

NIGHT = (21 * 60, 8 * 60)


def own_hours(person: Person) -> Quiet | None:
    """The quiet hours that a person's practice has set."""
    practice = profiles.practice_of(person)
    calendar = times.calendar(practice.id) if practice else None
    if practice and calendar and calendar.quiet_from is not None and calendar.quiet_until is not None:
        return Quiet(practice.zone, calendar.quiet_from, calendar.quiet_until)
    return None


def quiet_of(person: Person) -> Quiet:
    """When not to disturb a member with what can wait: their quiet hours, else the night on their own clock."""
    return own_hours(person) or Quiet(person.zone, *NIGHT)


def held_back_until(person: Person, at: datetime) -> datetime | None:
    """When a mail that would go out at `at` may: at the end of their quiet hours or of *do not disturb*, the
    later of the two. None: now.
    """
    hours = own_hours(person)
    span = hours.around(at) if hours else None
    ends = [end for end in (span[1] if span else None, statuses.undisturbed_until(person)) if end is not None]
    return max(ends, default=None)
