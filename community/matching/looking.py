"""Looking for matches: read, reckon with no transaction open, and make each true in one of its own."""

from collections.abc import Callable
from functools import partial

import structlog

from community.core import clock
from community.core.db import release, writing
from community.core.errors import Refused
from community.matching import pairing, queries
from community.matching.batch import match

log = structlog.get_logger(__name__)


def look() -> int:
    """Match all who wait. Returns how many matches came true."""
    wishes = queries.batch()
    tables = queries.tables() if wishes else []
    release()
    if not wishes:
        return 0
    found = match(wishes, tables, now=clock.now())
    done = sum(_tried(partial(pairing.settle, each)) for each in found.matches)
    return done + sum(_tried(partial(pairing.join, table.id, wish.id)) for table, wish in found.joining)


def _tried(make: Callable[[], object]) -> bool:
    try:
        with writing():
            return make() is not None
    except Refused as refusal:  # somebody may not come any more: the next look knows
        log.info("match_refused", code=refusal.code)
        return False
