"""Status on other pages."""

from collections.abc import Sequence

from flask import render_template

from community.accounts.models import Person
from community.core.auth import viewer
from community.core.regions import fills
from community.profiles.models import Practice
from community.rooms.status import statuses


@fills("person.presence")
def person_status(person: Person, **_context: object) -> str:
    """How they are, and whether they are open for a call: for members."""
    return _status([person])


@fills("practice.presence")
def practice_status(practice: Practice, **_context: object) -> str:
    """The same of a practice's people: who is open for a call."""
    return _status(practice.people)


def _status(people: Sequence[Person]) -> str:
    me = viewer()
    found = statuses.of(me, [person.id for person in people])
    rows = [(person, found[person.id]) for person in people if person.id in found]
    return render_template("rooms/status/fill.html", rows=rows, alone=len(people) == 1) if rows else ""
