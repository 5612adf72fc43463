"""A running site reads feeds by itself: soon after one is added, beside everything else."""

import time
from pathlib import Path

import pytest

from community import create_app
from community.availability.models import Feed
from community.config import load
from community.core.db import db
from tests.services.seed import copied
from tests.services.server import Server

pytestmark = pytest.mark.server


def test_a_feed_is_read_within_seconds(tmp_path: Path) -> None:
    """One whose address leads inward: that it was tried, and refused, is what there is to see."""
    copied(tmp_path)
    app = create_app(load({"VAR": str(tmp_path)}))
    with app.app_context():
        db.session.add(Feed(practice_id=1, person_id=1, name="Family", url="https://127.0.0.1:9/x.ics"))
        db.session.commit()
    with Server(tmp_path):
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            with app.app_context():
                feed = db.session.get_one(Feed, 1)
                if feed.checked_at is not None:
                    break
            time.sleep(0.3)
    assert (feed.error, feed.failures) == ("bad_address", 1)
