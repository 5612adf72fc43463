"""Looking for what is new in saved searches, and telling it: once for each listing and search, by one mail a day.

Unlike actions these own their transactions: they search in between.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.core import clock
from community.core.db import db, writing
from community.core.events import emit
from community.core.formats import local
from community.core.site import settings
from community.keeping import mails, queries, rules
from community.keeping.facts import MatchesFound
from community.keeping.models import SavedSearch, SearchMatch
from community.listings import queries as listings
from community.niches import queries as niches
from community.notifications.quieting import held_back_until, quiet_of
from community.profiles import queries as profiles
from community.search import queries as search
from community.search.engine import MAX_LIMIT, Near, Query, SearchError
from community.search.rules import Wanted

log = structlog.get_logger(__name__)
_AT_ONCE = 200
_PAGES = 4  # of the newest listings that match: whoever has more to hear has it on the search page
_MINUTE = timedelta(minutes=1)  # the index orders by whole minutes


def look() -> int:
    """Look for listings published since the last look in every saved search that is not paused; how many were found."""
    newest, last, found = queries.newest(), 0, 0
    while some := queries.searches_after(last, _AT_ONCE):
        db.session.rollback()
        for saved_id, since, looked_at in some:
            if newest is not None and newest > rules.look_from(since=since, looked_at=looked_at):
                found += _look_in(saved_id)
        last = some[-1][0]
    db.session.rollback()
    return found


def _look_in(saved_id: int) -> int:
    saved, now = db.session.get(SavedSearch, saved_id), clock.now()
    if saved is None or saved.paused_at is not None or not _may_hear(saved.person):
        db.session.rollback()
        return 0
    try:
        ids = _matching(saved.person, saved, rules.look_from(since=saved.since, looked_at=saved.looked_at))
    except SearchError as error:
        log.info("saved_search_waits", error=str(error)[:200])
        db.session.rollback()
        return 0
    db.session.rollback()
    return _note(saved_id, ids, now)


def _matching(person: Person, saved: SavedSearch, after: datetime) -> list[int]:
    """What the search finds that was published after an instant, the newest first; nothing of the person's own."""
    query = _query(person, rules.wanted_of(saved.search, settings().currency))
    own, ids = profiles.practice_of(person), list[int]()
    for _page in range(_PAGES):
        found = search.search(person, query)
        for hit in found.hits:
            if hit.document.updated_at > after and (own is None or hit.document.practice_slug != own.slug):
                ids.append(int(hit.document.id))
        every = found.results.hits
        if not every or every[-1].document.updated_at < after - _MINUTE or not found.results.cursor:
            break
        query = replace(query, cursor=found.results.cursor)
    return ids


def _query(person: Person, wanted: Wanted) -> Query:
    place = niches.place(wanted.place) if wanted.place else None
    near = Near(place.latitude, place.longitude, float(wanted.km)) if place else None
    today = local(clock.now(), person.zone).date()
    query = replace(wanted, sort="newest").query(near=near, today=today, limit=MAX_LIMIT)
    return replace(query, facets=(), strict=True)


def _note(saved_id: int, ids: list[int], now: datetime) -> int:
    """Write down what was found and not known, and when one looked."""
    with writing():
        saved = _locked(saved_id)
        if saved is None or saved.paused_at is not None:
            return 0
        known = set(db.session.scalars(select(SearchMatch.listing_id).where(SearchMatch.saved_id == saved_id)))
        new = [one for one in dict.fromkeys(ids) if one not in known]
        db.session.add_all(SearchMatch(saved_id=saved_id, listing_id=one, found_at=now) for one in new)
        saved.looked_at = max(saved.looked_at, now)
        if new:
            emit(MatchesFound(saved_id))
    return len(new)


def tell(saved_id: int) -> bool:
    """Write of what waits to be told, if it is time; else look again when it is. True when a mail was written.

    A second call with nothing new writes none.
    """
    with writing():
        saved, now = _locked(saved_id), clock.now()
        waiting = [match for match in saved.matches if match.settled_at is None] if saved else []
        if saved is None or not waiting or saved.paused_at is not None:
            return False
        due = rules.mail_at(now, mailed_at=saved.mailed_at, held_back=_held_back(saved.person, now))
        if due > now:
            emit(MatchesFound(saved_id), due=due)
            return False
        for match in waiting:
            match.settled_at = now
        shown = listings.by_ids(saved.person, [match.listing_id for match in waiting])
        if not shown or not _may_hear(saved.person):
            return False
        saved.mailed_at = now
        mails.write(saved, shown)
    return True


def _locked(saved_id: int) -> SavedSearch | None:
    query = select(SavedSearch).where(SavedSearch.id == saved_id).with_for_update(of=SavedSearch)
    return db.session.scalar(query.execution_options(populate_existing=True))


def _may_hear(person: Person) -> bool:
    return person.confirmed_at is not None and accounts.sanction(person, "suspend", "ban") is None


def _held_back(person: Person, now: datetime) -> datetime | None:
    """The end of the quiet hours or the night that it is for them, or of *do not disturb*."""
    night = quiet_of(person).around(now)
    ends = [end for end in (night[1] if night else None, held_back_until(person, now)) if end is not None]
    return max(ends, default=None)
