"""Splitting a niche: a new one beside it takes chosen listings along, and the practices that have them."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from community.accounts.models import Person
from community.core.db import db
from community.core.errors import Refused
from community.core.events import emit
from community.listings import actions as listings
from community.listings.models import Listing
from community.niches import editing
from community.niches.facts import NicheChanged
from community.niches.models import Niche
from community.profiles.models import Practice


def listed(niche: Niche) -> Sequence[Listing]:
    """All listings of a niche in any state, by practice: for operators."""
    query = select(Listing).join(Listing.practice).where(Listing.niche_id == niche.id)
    return db.session.scalars(query.order_by(Practice.name, Listing.title).limit(500)).all()


def split(niche: Niche, chosen: Sequence[int], *, by: Person, **values: Any) -> Niche:
    """A new niche of `values` (see `editing.add`) with the chosen listings of `niche`. Their practices have it then,
    too; those with nothing left in the old one leave it.

    Raises `Refused`: "none", and what `editing.add` raises.
    """
    moved = [one for one in listed(niche) if one.id in set(chosen)]
    if not moved:
        raise Refused("none", _("Choose at least one listing that goes."), 422)
    made = editing.add(by=by, **values)
    listings.classify(moved, made)
    for practice in {one.practice for one in moved}:
        left = select(Listing.id).where(Listing.practice_id == practice.id, Listing.niche_id == niche.id).limit(1)
        kept = [one for one in practice.niches if one.id != niche.id or db.session.scalar(left) is not None]
        practice.niches = [*kept, made]
    editing.note("split", niche.name, by=by, into=made.name, listings=len(moved))
    emit(NicheChanged(niche.id))
    return made
