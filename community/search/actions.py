"""Keeping the index whole and the log written. Unlike other actions these own their transactions: nobody calls them
from within a write.
"""

import structlog
from sqlalchemy import select

from community.core.db import db, writing
from community.core.deliveries import Delivery
from community.core.events import emit
from community.search import feed, index
from community.search import log as searches
from community.search.facts import ReindexWanted

log = structlog.get_logger(__name__)
REINDEX = "search.reactions.reindex"
_REBUILDS = select(Delivery.id).where(Delivery.handler == REINDEX, Delivery.dead_at.is_(None)).limit(1)


def check_index() -> bool:
    """Ask for a rebuild where the index is missing, damaged or of another size; True when one was asked for."""
    health, wanted = index.engine().health(), feed.count()
    db.session.rollback()
    if not health.needs_rebuild and health.documents == wanted:
        return False
    want_rebuild(f"{health.documents} documents of {wanted}")
    return True


def want_rebuild(reason: str) -> int:
    """Leave a rebuild to the process that writes the index; returns the number of the delivery. One is enough."""
    with writing() as session:
        waiting = session.scalar(_REBUILDS)
        if waiting is None:
            emit(ReindexWanted(reason))
            session.flush()
            waiting = session.scalar(select(Delivery.id).where(Delivery.handler == REINDEX).order_by(-Delivery.id))
    return waiting or 0


def filling() -> tuple[int, int] | None:
    """How many listings of how many are in the index that is being built; None while none is wanted."""
    if db.session.scalar(_REBUILDS) is None:
        return None
    return index.progress() or (0, feed.count())


def is_waiting(delivery_id: int) -> bool:
    """True until the delivery is done or dead."""
    row = db.session.get(Delivery, delivery_id)
    found = row is not None and row.dead_at is None
    db.session.rollback()
    db.session.expunge_all()
    return found


def write_log() -> None:
    """Write what was searched and shown. An error of the database loses this second's figures, never the server."""
    if searches.is_empty():
        return
    try:
        with writing():
            searches.write()
    except Exception as error:  # noqa: BLE001 - figures only
        log.warning("search_log_lost", error=repr(error))
    finally:
        db.session.remove()
