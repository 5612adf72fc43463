"""What availability puts on other pages."""

from zoneinfo import ZoneInfo

from flask import render_template

from community.availability import queries
from community.core import clock
from community.core.auth import viewer
from community.core.locale import reader_zone
from community.core.regions import fills
from community.listings import queries as listings
from community.profiles.models import Practice


@fills("practice.next")
def next_free(practice: Practice) -> str:
    """When a practice is free next, in the reader's zone; nothing where nothing can be booked."""
    offered = [one for one in listings.of_practice(viewer(), practice) if one.lengths]
    if not offered:
        return ""
    minutes, listing = min(((one.lengths[0].minutes, one) for one in offered), key=lambda pair: pair[0])
    found = queries.next_free(
        practice_id=practice.id,
        members=[practice.owner.id],
        zone=practice.zone,
        minutes=minutes,
        after=clock.now(),
        count=3,
    )
    zone = reader_zone()
    starts = [start.astimezone(ZoneInfo(zone)) for start in found]
    return render_template(
        "availability/_next.html", practice=practice, listing=listing, minutes=minutes, starts=starts, zone=zone
    )
