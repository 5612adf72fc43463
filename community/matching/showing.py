"""Who came, what is kept for who has nobody, and what is over: by timers and every minute."""

from datetime import timedelta

from sqlalchemy import or_, select

from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.core.events import emit
from community.matching import keeping, pairing, queries, rules
from community.matching.facts import HourKept, PartnerMissed, WishMissed
from community.matching.models import Pairing, PairingPlace, PartnerWish
from community.rooms import actions as rooms
from community.rooms.gathering import queries as gathering
from community.rooms.gathering import seating
from community.rooms.models import Session
from community.rooms.presence import presence

_AT_ONCE = 100


def look(pairing_id: int) -> bool:
    """See who is there: whoever is not gives up their place. True when somebody sits there alone by it."""
    found, now = pairing.lock(pairing_id), clock.now()
    if found.state != "set":
        return False
    found.looked_at = now
    present = presence.here(found.room_id, now)
    for place in pairing.here_in(found):
        if _came(place, found, present):
            place.came_at = place.came_at or now
        elif place.taken_at <= now - keeping.SHOW_TIME or found.starts_at > place.taken_at:
            _miss(found, place)
    rest = pairing.here_in(found)
    if len(rest) == 1:
        pairing.leave_alone(found, rest[0])
    elif not rest:
        found.state = "off"
        pairing.stop(found)
    return len(rest) == 1


def _came(place: PairingPlace, found: Pairing, present: frozenset[int] | set[int]) -> bool:
    seat = gathering.seat(place.person, found.session_id)
    return place.came_at is not None or place.person_id in present or (seat is not None and seat.came_at is not None)


def _miss(found: Pairing, place: PairingPlace) -> None:
    pairing.mark(found, place, "no_show")
    place.wish.state = "missed"
    emit(PartnerMissed(found.id, place.person_id))


def keep_hours() -> int:
    """For those whose time comes and who have nobody: ask who often sits with others, once, and keep a chair at a
    promised hour near by. How many got one.
    """
    now = clock.now()
    query = select(PartnerWish).where(PartnerWish.state == "waiting", PartnerWish.hour_id.is_(None))
    query = query.where(PartnerWish.latest > now, PartnerWish.earliest <= now + keeping.FALLBACK_LEAD)
    query = query.where(PartnerWish.asked_at <= now - rules.PATIENCE).order_by(PartnerWish.id).limit(_AT_ONCE)
    found = db.session.scalars(query).all()
    for wish in found:
        pairing.want(wish)
    return sum(keep_hour(wish) for wish in found)


def keep_hour(wish: PartnerWish) -> bool:
    """The same of one. False: no promised hour with a chair is near."""
    hour = queries.hour_near(wish.person, wish.earliest, wish.latest)
    if hour is None or gathering.seat(wish.person, hour.id) is not None:
        return False
    try:
        seating.take(hour, by=wish.person)
    except Refused:
        return False
    wish.hour_id = hour.id
    emit(HourKept(wish.id))
    return True


def comfort(pairing_id: int) -> None:
    """Two minutes alone, and nobody was free: a chair at a promised hour is kept, if one is near."""
    query = select(PartnerWish).where(PartnerWish.pairing_id == pairing_id, PartnerWish.state == "waiting")
    for wish in db.session.scalars(query):
        if wish.hour_id is None:
            keep_hour(wish)


def expire() -> int:
    """What can't come true any more ends: in the promised hour that was kept, or with word of the next one."""
    now = clock.now()
    hour = select(Session.id).where(Session.id == PartnerWish.hour_id, Session.phase.is_not(None)).exists()
    query = select(PartnerWish.id).where(PartnerWish.state == "waiting")
    query = query.where(or_(PartnerWish.latest < now + rules.LEAD + rules.STEP, hour))
    ids = db.session.scalars(query.order_by(PartnerWish.id).limit(_AT_ONCE)).all()
    for wish in pairing.lock_wishes(ids):
        begun = wish.hour is not None and wish.hour.phase is not None
        if wish.state != "waiting" or (rules.next_step(now + rules.LEAD) <= wish.latest and not begun):
            continue
        if wish.pairing is not None and wish.pairing.state == "alone":
            wish.pairing.state = "off"
        wish.state = "hour" if wish.hour_id is not None else "missed"
        if wish.state == "missed":
            emit(WishMissed(wish.id))
    return len(ids)


def close_rooms() -> int:
    """The room of partners stays for a day; who would talk on writes to the other."""
    over = clock.now() - keeping.ROOM_STAYS - timedelta(minutes=max(keeping.LENGTHS))
    query = select(Pairing).where(Pairing.closed_at.is_(None), Pairing.starts_at < over)
    rows = db.session.scalars(query.order_by(Pairing.id).limit(_AT_ONCE)).all()
    for found in rows:
        for place in found.places:
            rooms.put_out(found.room, place.person_id)
        found.closed_at = clock.now()
    return len(rows)
