"""Circles on the pages of rooms."""

from flask import render_template

from community.accounts import queries as accounts
from community.circles import queries
from community.circles.page import CirclePage, cards
from community.core.auth import viewer
from community.core.regions import fills
from community.rooms.models import Room


@fills("room.lead", order=10)
def circle(room: Room, **_context: object) -> str:
    """In a circle's room: when it meets, and the way to agenda and minutes."""
    me = viewer()
    found = queries.of_room(me, room) if room.kind == "circle" and me is not None else None
    return render_template("circles/_lead.html", page=CirclePage(me, found)) if found else ""


@fills("rooms.own", order=20)
def own(**_context: object) -> str:
    """Among the rooms: one's own circles, and the way to the others."""
    me = viewer()
    if not accounts.is_member(me):
        return ""
    return render_template("circles/_rooms.html", cards=cards(me, queries.circles_of(me)))
