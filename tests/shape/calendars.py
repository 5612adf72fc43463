"""Leave, a calendar elsewhere, time kept free, and an address of the own calendar: what the scene's practices have."""

import hashlib
from datetime import timedelta
from typing import Any

from community.accounts.models import Person
from community.availability import actions, blocks
from community.availability.models import Feed
from community.bookings.models import FeedKey
from community.core import clock
from community.core.db import db
from community.profiles.models import Practice


def secret(name: str) -> str:
    """The part of somebody's calendar address that nobody else knows."""
    return f"the-calendar-of-{name}"


def add(scene: Any, **practices: tuple[int, int]) -> None:
    """One of each for (practice, person) by name; the scene knows their ids by name."""
    scene.leaves, scene.feeds, scene.blocks, scene.keys = {}, {}, {}, {}
    with scene.world.writing():
        for name, (practice_id, person_id) in practices.items():
            practice, person = db.session.get_one(Practice, practice_id), db.session.get_one(Person, person_id)
            day = clock.now().date() + timedelta(days=40)
            leave = actions.take_leave(practice, person, first=day, last=day, note="Away")
            url = f"https://calendar.example/{name}.ics"
            feed = Feed(practice_id=practice_id, person_id=person_id, name="Family", url=url)
            key = FeedKey(person_id=person_id, digest=hashlib.sha256(secret(name).encode()).hexdigest())
            db.session.add_all([feed, key])
            evening = clock.now().replace(hour=19) + timedelta(days=41)
            block = blocks.draw(
                practice, person, starts_at=evening, ends_at=evening + timedelta(hours=1), note="Dentist"
            )
            db.session.flush()
            scene.leaves[name], scene.feeds[name], scene.blocks[name] = leave.id, feed.id, block.id
            scene.keys[name] = key.id
