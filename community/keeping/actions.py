"""Keeping listings and searches, and letting them go."""

from typing import Literal

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from community.accounts.models import Person
from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.core.site import settings
from community.keeping import queries, rules
from community.keeping.models import Favourite, SavedSearch
from community.listings import queries as listings

Saved = Literal["saved", "known"]


def keep_or_drop(listing_id: int, *, by: Person) -> bool:
    """Put a listing on the person's shortlist, or take it off where it is on it; returns whether it is on it now.

    What can't be found any more can only be taken off. Raises `NotFound`.
    """
    _lock(by)
    found = db.session.get(Favourite, (by.id, listing_id), populate_existing=True)
    if found is not None:
        db.session.delete(found)
        db.session.flush()
        return False
    db.session.add(Favourite(person_id=by.id, listing_id=listings.get_public(by, listing_id).id))
    db.session.flush()
    return True


def save_search(search: str, *, by: Person) -> tuple[SavedSearch, Saved]:
    """Save a search by its address's query, once; one that was paused is taken up again.

    Raises `Refused`: "empty_search", "too_many_searches".
    """
    wanted = rules.wanted_of(search, settings().currency)
    if wanted.is_empty:
        raise Refused("empty_search", _("Say what you look for first, or choose a filter."), 422)
    _lock(by)
    address = wanted.address()
    found = queries.same_search(by, address)
    if found is not None:
        take_up(found)
        return found, "known"
    many = db.session.scalar(select(func.count(SavedSearch.id)).where(SavedSearch.person_id == by.id)) or 0
    if many >= rules.MOST_SEARCHES:
        text = _("You have %(most)s saved searches, which is as many as we keep.", most=rules.MOST_SEARCHES)
        raise Refused(
            "too_many_searches", text + " " + _("Delete one you don’t need any more, then save this one."), 409
        )
    made = SavedSearch(person_id=by.id, search=address)
    db.session.add(made)
    db.session.flush()
    return made, "saved"


def pause(saved: SavedSearch) -> None:
    """Tell of nothing for a while; what waits to be told is let go. Twice is once."""
    now = clock.now()
    if saved.paused_at is None:
        saved.paused_at = now
    for match in saved.matches:
        match.settled_at = match.settled_at or now


def take_up(saved: SavedSearch) -> None:
    """Tell again, of what is published from now on. Nothing for one that is not paused."""
    if saved.paused_at is not None:
        saved.paused_at = None
        saved.since = saved.looked_at = clock.now()


def delete(saved: SavedSearch) -> None:
    """Forget it and what it found."""
    db.session.delete(saved)
    db.session.flush()


def move_niche(was: str, now: str) -> None:
    """Searches in a niche whose address changed look at the other; whoever looked there already keeps one."""
    currency = settings().currency
    some = select(SavedSearch).where(SavedSearch.search.contains(f"niche={was}", autoescape=True))
    for saved in db.session.scalars(some.options(joinedload(SavedSearch.person))).all():
        wanted = rules.wanted_of(saved.search, currency)
        if wanted.niche != was:
            continue
        address = wanted.address(niche=now)
        if queries.same_search(saved.person, address) is not None:
            delete(saved)
        else:
            saved.search = address
            db.session.flush()


def _lock(person: Person) -> None:
    """One thing of a person's at a time: two at once would both count before either is there."""
    db.session.scalars(select(Person.id).where(Person.id == person.id).with_for_update()).one()
