"""The table of a session in its room, and on one's own page how often one sat down with others."""

from flask import render_template

from community.accounts.models import Person
from community.core.auth import viewer
from community.core.regions import fills
from community.rooms.gathering import page, rules
from community.rooms.models import Room


@fills("room.table")
def table(room: Room, **_context: object) -> str:
    """Goals, who comes, wins: while a session is near, runs, or has just ended."""
    found = page.table(viewer(), room)
    # An empty place, so that the lobby can come into an open page.
    return render_template("rooms/sessions/_table.html", table=found, room=room)


@fills("person.body", order=50)
def weeks(person: Person, **_context: object) -> str:
    """For oneself alone; nothing where there is nothing to be glad of."""
    me = viewer()
    shown = page.weeks(person) if me is not None and me.id == person.id else 0
    if not shown:
        return ""
    return render_template("rooms/sessions/_weeks.html", shown=shown, weeks=rules.WEEKS)
