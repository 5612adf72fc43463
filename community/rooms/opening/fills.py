"""Among the rooms: the ones that one's niches do not have yet."""

from flask import render_template

from community.accounts import queries as accounts
from community.core.auth import viewer
from community.core.regions import fills
from community.rooms.opening import queries
from community.rooms.opening.actions import NEEDED


@fills("rooms.own", order=30)
def askings(**_context: object) -> str:
    """For members whose practice is in a niche without a room."""
    me = viewer()
    found = queries.askings(me) if me is not None and accounts.is_member(me) else []
    return render_template("rooms/opening/_askings.html", askings=found, needed=NEEDED) if found else ""
