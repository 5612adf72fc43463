"""Decisions about what is kept, from values alone. Instants are UTC."""

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import parse_qs

from community.search.rules import Wanted, read

MOST_SEARCHES = 20  # a person's
MAILS_APART = timedelta(days=1)
# How far before the last look one looks again: a listing may be found a while after it was published, where the index
# was being put in order. What was found already is known by its row.
OVERLAP = timedelta(hours=2)


def wanted_of(search: str, currency: str) -> Wanted:
    """The search of an address's query, tidied; its order and page forgotten, for every order finds the same."""
    given = parse_qs(search[:2_000], max_num_fields=60)
    found = read(lambda name: given.get(name, [""])[0], lambda name: given.get(name, []), currency)
    return replace(found, sort="relevance", cursor="")


def look_from(*, since: datetime, looked_at: datetime) -> datetime:
    """The instant after which a listing must have been published to be told of."""
    return max(since, looked_at - OVERLAP)


def mail_at(now: datetime, *, mailed_at: datetime | None, held_back: datetime | None) -> datetime:
    """When a search may write again: a day after its last mail, and when its reader may be disturbed."""
    free = mailed_at + MAILS_APART if mailed_at else now
    return max(now, free, held_back or now)
