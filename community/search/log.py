"""What was searched and shown, kept in memory for a moment and written in one go.

Searching is a reading: it must neither wait for the database's write turn nor take it once per visitor. What is
waiting when the process is killed is lost, about a second of it; these are figures, not promises.
"""

import hashlib
import hmac
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from community.core import clock
from community.core.db import db, is_sqlite
from community.core.site import settings
from community.listings.models import Listing
from community.profiles.models import Practice
from community.search.models import Impression, SearchMade

MOST = 5_000
SECONDS = 1.0


@dataclass(frozen=True)
class Made:
    """One search as it will be written."""

    at: datetime
    words: str
    niche: str | None
    audience: str | None
    place_id: int | None
    hits: int
    visitor: str
    took_ms: int = 0


_searches: deque[Made] = deque(maxlen=MOST)
_shown: Counter[tuple[int, date]] = Counter()
_opened: Counter[tuple[str, str, date]] = Counter()


def visitor(address: str, agent: str) -> str:
    """A digest that tells visitors of one day apart and names nobody; the salt changes daily."""
    day = clock.now().date().isoformat()
    salt = hmac.digest(settings().secret_key.encode(), f"visitors of {day}".encode(), "sha256")
    return hashlib.blake2b(f"{address}\n{agent}".encode(errors="replace"), key=salt[:32], digest_size=12).hexdigest()


def note_search(made: Made) -> None:
    """Remember a search."""
    _searches.append(made)


def note_shown(listing_ids: Iterable[int]) -> None:
    """Remember which listings were among the results."""
    if len(_shown) < MOST:
        day = clock.now().date()
        _shown.update((listing_id, day) for listing_id in listing_ids)


def note_opened(practice: str, listing: str) -> None:
    """Remember that a listing's page was opened."""
    if len(_opened) < MOST:
        _opened[(practice, listing, clock.now().date())] += 1


def is_empty() -> bool:
    """True when nothing waits."""
    return not (_searches or _shown or _opened)


def write() -> None:
    """Write everything that waits. Call inside `writing()`; take it again from nowhere if that fails."""
    searches = [_searches.popleft() for _ in range(len(_searches))]
    shown, opened = dict(_shown), dict(_opened)
    _shown.clear()
    _opened.clear()
    db.session.add_all(SearchMade(**vars(made)) for made in searches)
    counts: dict[tuple[int, date], list[int]] = {key: [count, 0] for key, count in shown.items()}
    for (practice, slug, day), count in opened.items():
        query = select(Listing.id).join(Practice).where(Practice.slug == practice, Listing.slug == slug)
        listing_id = db.session.scalar(query)
        if listing_id is not None:
            counts.setdefault((listing_id, day), [0, 0])[1] += count
    known = set(db.session.scalars(select(Listing.id).where(Listing.id.in_({key[0] for key in counts}))))
    # In one order everywhere: two processes that hold what the other wants next would each wait for ever.
    for (listing_id, day), (seen, read) in sorted(counts.items()):
        if listing_id in known:
            _add(listing_id, day, seen, read)


def _add(listing_id: int, day: date, shown: int, opened: int) -> None:
    insert = sqlite_insert if is_sqlite() else pg_insert
    row = insert(Impression).values(listing_id=listing_id, day=day, shown=shown, opened=opened)
    db.session.execute(
        row.on_conflict_do_update(
            index_elements=["listing_id", "day"],
            set_={"shown": Impression.shown + shown, "opened": Impression.opened + opened},
        )
    )
