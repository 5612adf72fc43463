"""Loading quietly: what happened weeks ago in a made-up town is mailed to nobody.

While the block runs, deliveries are not written: no mail, no notice, no webhook, no search update for each of ten
thousand happenings (one rebuild follows at the end). Kept are the timers of bookings and meetings that are yet to come.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import event
from sqlalchemy.orm import Session

from community.core.deliveries import Delivery

KEPT = frozenset(
    {"bookings.reactions.deliver", "bookings.reactions.complete", "bookings.reactions.decide_date"}
    | {"reviews.reactions.end", "circles.reactions.meet_again"},
)


@contextmanager
def quiet(now: datetime) -> Iterator[None]:
    """Drop the deliveries that this process writes, save timers of bookings that ring after `now`."""

    def drop(session: Session, _context: object, _instances: object) -> None:
        for row in list(session.new):
            if isinstance(row, Delivery) and not (row.handler in KEPT and row.due_at > now):
                session.expunge(row)

    event.listen(Session, "before_flush", drop)
    try:
        yield
    finally:
        event.remove(Session, "before_flush", drop)
