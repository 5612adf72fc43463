"""Briefs on other pages."""

from flask import render_template

from community.asking import queries
from community.core.auth import viewer
from community.core.regions import fills


@fills("desk.more", order=10)
def on_desk(**_context: object) -> str:
    """On the desk: how many briefs wait, and the way to them."""
    me = viewer()
    return render_template("asking/_desk.html", waiting=queries.waiting_for(me)) if me is not None else ""


@fills("bookings.ask")
def beside_bookings(**_context: object) -> str:
    """Beside what one has booked: the way to what one asked for."""
    return render_template("asking/_own.html") if viewer() is not None else ""
