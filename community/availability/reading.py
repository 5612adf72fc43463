"""Reading the feeds: which are due, each fetched and expanded, and what it says put in place of what it said.

The keeper does it beside everything else, a few at a time: a feed that keeps it waiting holds up no mail.
"""

import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from flask import Flask, current_app
from gevent.pool import Pool
from sqlalchemy import and_, or_, select

from community.availability import feed_actions, gateway, queries
from community.availability.models import Feed
from community.core import clock
from community.core.db import db, release, writing
from community.profiles.models import Practice, PracticeRole

log = structlog.get_logger(__name__)

EVERY = timedelta(minutes=15)
MOST_DOUBLED = 5  # so a feed that fails is asked again after 8 hours at the latest
AT_ONCE = 4
BATCH = 40
JITTER_SECONDS = 120
LOOK_SECONDS = 5.0


@dataclass(frozen=True)
class Wanted:
    """One feed to read, and for when."""

    url: str
    validator: str
    zone: str
    first: date
    last: date


def pause(failures: int) -> timedelta:
    """How long after a try the next one is due."""
    return EVERY * int(2 ** min(failures, MOST_DOUBLED))


def jitter(feed_id: int, last: datetime) -> timedelta:
    """A little later, differently for each feed and try, so that those added together spread."""
    return timedelta(seconds=hash((feed_id, int(last.timestamp()))) % JITTER_SECONDS)


def due() -> list[int]:
    """The feeds whose time has come, those that wait longest first."""
    now = clock.now()
    last = [
        and_(Feed.failures == n if n < MOST_DOUBLED else Feed.failures >= n, Feed.checked_at <= now - pause(n))
        for n in range(MOST_DOUBLED + 1)
    ]
    works = select(PracticeRole.person_id).where(
        PracticeRole.practice_id == Feed.practice_id, PracticeRole.left_at.is_(None)
    )
    query = select(Feed.id, Feed.checked_at, Feed.failures).where(or_(Feed.checked_at.is_(None), *last))
    query = query.where(Feed.person_id.in_(works)).order_by(Feed.checked_at.is_not(None), Feed.checked_at, Feed.id)
    rows = db.session.execute(query.limit(BATCH)).all()
    return [
        feed_id
        for feed_id, checked_at, failures in rows
        if checked_at is None or checked_at + pause(failures) + jitter(feed_id, checked_at) <= now
    ]


def read_due() -> int:
    """Read what is due. Returns how many that were."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - for other greenlets
    ids = due()
    release()

    def one(feed_id: int) -> None:
        with app.app_context():
            read(feed_id)

    Pool(AT_ONCE).map(one, ids)
    return len(ids)


def read(feed_id: int) -> None:
    """Read one feed and keep what it says, or why it could not be read. No-op when it is gone."""
    wanted = _wanted(feed_id)
    release()
    if wanted is None:
        return
    try:
        found = gateway.read(
            wanted.url, validator=wanted.validator, zone=wanted.zone, first=wanted.first, last=wanted.last
        )
    except gateway.FeedUnreadable as error:
        log.info("feed_failed", feed=feed_id, code=error.code)
        with writing():
            feed_actions.failed(feed_id, error.code)
        return
    with writing():
        feed_actions.keep(feed_id, found.busy, validator=found.validator, left_out=found.left_out)


def _wanted(feed_id: int) -> Wanted | None:
    feed = db.session.get(Feed, feed_id)
    if feed is None:
        return None
    zone = db.session.get_one(Practice, feed.practice_id).zone
    now = clock.now()
    today = now.astimezone(ZoneInfo(zone)).date()
    # Days pass: "nothing changed" says nothing of those that have come into sight. So the first of a day is read whole.
    same_day = feed.read_at is not None and feed.read_at.astimezone(ZoneInfo(zone)).date() == today
    horizon = queries.terms(feed.practice_id).horizon_days
    return Wanted(
        feed.url,
        feed.etag if same_day else "",
        zone,
        today - timedelta(days=1),
        today + timedelta(days=horizon + 2),
    )


def keep_reading(app: Flask) -> None:
    """Read what is due, for ever. An error is waited out."""
    while True:
        time.sleep(LOOK_SECONDS)
        with app.app_context():
            try:
                read_due()
            except Exception as error:  # noqa: BLE001 - the loop outlives its database
                log.warning("feeds_error", error=repr(error))
            finally:
                db.session.remove()
