"""What the operator shows on the home page: for some days, labelled, and never for money."""

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from community.accounts.models import Person
from community.accounts.queries import Viewer
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound, Refused
from community.listings import queries
from community.listings.models import Listing, Pick

MOST_DAYS, MOST = 30, 8  # of one, and at once


def _live() -> Sequence[Pick]:
    now = clock.now()
    query = select(Pick).where(Pick.since <= now, Pick.until > now).order_by(Pick.id.desc())
    return db.session.scalars(query.limit(MOST)).all()


def shown(viewer: Viewer) -> list[Listing]:
    """What is picked now and the viewer may find, the newest first."""
    return queries.by_ids(viewer, [pick.listing_id for pick in _live()])


def running() -> Sequence[Pick]:
    """The picks that stand now: for operators."""
    return _live()


def pick(listing: Listing, *, days: int, why: str, by: Person) -> Pick:
    """Show a listing on the home page for so many days, 30 at most; it ends by itself.

    Raises `Refused`: "days", "there", "many".
    """
    if not 1 <= days <= MOST_DAYS:
        raise Refused("days", _("From 1 to 30 days: a pick ends by itself."), 422)
    live = _live()
    if any(one.listing_id == listing.id for one in live):
        raise Refused("there", _("It is picked already. End that first."), 422)
    if len(live) >= MOST:
        raise Refused("many", _("Eight picks stand already. End one first."), 422)
    made = Pick(listing_id=listing.id, by_id=by.id, why=why, since=clock.now())
    made.until = made.since + timedelta(days=days)
    db.session.add(made)
    db.session.flush()
    return made


def end(pick_id: int) -> None:
    """Take it down before its time. Raises `NotFound`."""
    found = db.session.get(Pick, pick_id)
    if found is None or found.until <= clock.now():
        raise NotFound
    found.until = max(clock.now(), found.since + timedelta(seconds=1))
