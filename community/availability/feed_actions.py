"""Changing feeds: adding, removing, and what reading them came to."""

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select, tuple_, update

from community.accounts.models import Person
from community.availability import rules
from community.availability.facts import HoursChanged
from community.availability.models import Feed, FeedBusy
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound, Refused
from community.core.events import emit
from community.core.mail import write_mail
from community.profiles.models import Practice

MOST_FEEDS = 10
TOLD_AFTER = 3  # failures in a row
TOLD_EVERY = timedelta(days=1)
TOLD_FOR = timedelta(days=7)  # after that only the page says it


def add(practice: Practice, person: Person, *, name: str, url: str) -> Feed:
    """Have a calendar elsewhere close a member's hours; it is read in the background, at once.

    Raises `Refused`: "known_feed", "too_many_feeds".
    """
    own = db.session.scalars(select(Feed.url).where(Feed.person_id == person.id)).all()
    if url in own:
        raise Refused("known_feed", _("You have added this calendar already."), 422)
    if len(own) >= MOST_FEEDS:
        raise Refused("too_many_feeds", _("Ten calendars are the most. Remove one you no longer need."), 422)
    feed = Feed(practice_id=practice.id, person_id=person.id, name=name, url=url)
    db.session.add(feed)
    db.session.flush()
    return feed


def find(person: Person, feed_id: int) -> Feed:
    """A member's feed. Raises `NotFound` for another's."""
    feed = db.session.get(Feed, feed_id)
    if feed is None or feed.person_id != person.id:
        raise NotFound
    return feed


def remove(feed: Feed) -> None:
    """Forget a feed with its busy time."""
    db.session.execute(delete(FeedBusy).where(FeedBusy.feed_id == feed.id))
    db.session.delete(feed)
    emit(HoursChanged(feed.practice_id))


def want(feed: Feed) -> None:
    """Have it read whole within seconds."""
    feed.checked_at, feed.etag = None, ""


def want_all(practice_id: int) -> None:
    """The same for all feeds of a practice: how far ahead they are read has changed."""
    db.session.execute(update(Feed).where(Feed.practice_id == practice_id).values(checked_at=None, etag=""))


def keep(feed_id: int, busy: tuple[rules.Interval, ...] | None, *, validator: str, left_out: int) -> None:
    """What a feed says stands from now on, `None` being what it said before. No-op when it was removed meanwhile."""
    feed = db.session.get(Feed, feed_id)
    if feed is None:
        return
    feed.checked_at = feed.read_at = clock.now()
    feed.failures, feed.etag = 0, validator
    if busy is None:
        return
    feed.error = f"left_out:{left_out}" if left_out else ""
    rows = select(FeedBusy.starts_at, FeedBusy.ends_at).where(FeedBusy.feed_id == feed.id)
    before = {(start, end) for start, end in db.session.execute(rows)}
    after = {(one.start, one.end) for one in busy}
    if before == after:
        return
    gone = [list(span) for span in before - after]
    for n in range(0, len(gone), 200):
        one_of = tuple_(FeedBusy.starts_at, FeedBusy.ends_at).in_(gone[n : n + 200])
        db.session.execute(delete(FeedBusy).where(FeedBusy.feed_id == feed.id, one_of))
    db.session.add_all(
        FeedBusy(feed_id=feed.id, person_id=feed.person_id, starts_at=start, ends_at=end)
        for start, end in sorted(after - before)
    )
    emit(HoursChanged(feed.practice_id))


def failed(feed_id: int, code: str) -> None:
    """It could not be read; what it said before still counts. After three times in a row its owner is told, daily."""
    feed = db.session.get(Feed, feed_id)
    if feed is None:
        return
    now = clock.now()
    feed.checked_at, feed.error = now, code
    feed.failures += 1
    recent = (feed.read_at or feed.created_at) > now - TOLD_FOR
    if feed.failures >= TOLD_AFTER and recent and (feed.told_at is None or feed.told_at <= now - TOLD_EVERY):
        feed.told_at = now
        person = db.session.get_one(Person, feed.person_id)
        write_mail(person.email, "feed_failing", locale=person.locale, person=person, feed=feed)
