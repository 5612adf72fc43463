"""Partners on the pages of rooms."""

from flask import render_template

from community.accounts import queries as accounts
from community.core.auth import viewer
from community.core.regions import fills
from community.matching import page
from community.rooms.models import Room


@fills("room.lead")
def company(room: Room, **_context: object) -> str:
    """In the room of partners: who they are, what to do when one can't come, and *again?* afterwards."""
    me = viewer()
    found = page.company_of(me, room) if room.kind == "pairing" and me is not None else None
    return render_template("partners/_company.html", company=found) if found else ""


@fills("rooms.own", order=10)
def own(**_context: object) -> str:
    """Among the rooms: with whom one works, and the way to ask."""
    me = viewer()
    if not accounts.is_member(me):
        return ""
    return render_template("partners/_rooms.html", page=page.PartnersPage(me))
