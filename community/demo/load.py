"""Making the town, step by step. Everything is found again by its own name, so a load that was killed goes on."""

from community.core.db import db
from community.core.site import settings
from community.demo import company, kinds, market, offers, past, people, praise, talk, till
from community.demo.progress import Progress, here, showing
from community.demo.quiet import quiet
from community.demo.town import FILE, Town
from community.explorer import keeping
from community.search import actions as search
from community.search import index
from community.search.engine import WriterBusyError


def is_loaded() -> bool:
    """True when a town has been made here to its end."""
    found = here()
    return found is not None and found.is_done


def load(town: Town, listings: int = 0) -> int | None:
    """Make what is not there yet; a market town also gets so many `listings`.

    Returns the delivery that makes the index where that was left to another process.
    """
    size = town.size
    total = (
        len(people.everybody(town))
        + len(offers.offered(town))
        + len(kinds.wanted(town))
        + size.searches
        + 2 * size.past
        + size.coming
        + size.lines
        + company.STEPS
        + 2 * listings
        + 2
    )
    till.open_till()
    with showing(settings().var / FILE, total) as progress, quiet(town.now):
        people.load(town, progress)
        offers.load(town, progress)
        kinds.load(town, progress)
        past.accounts(progress)
        past.searches(town, progress)
        past.booked(town, progress)
        praise.load(town, progress)
        past.coming(town, progress)
        talk.load(town, progress)
        company.load(town, progress)
        if listings:
            market.load(town, listings, progress)
        progress.begin("Figures")
        keeping.count_all()
        progress.add()
        return _index(progress)


def _index(progress: Progress) -> int | None:
    """Let everything be found: here, or by the process that writes the index."""
    progress.begin("Search")
    db.session.rollback()
    left = None
    try:
        index.rebuild(progress.add)
    except WriterBusyError:
        left = search.want_rebuild("the demo town is there")
    progress.end()
    return left
