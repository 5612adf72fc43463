"""Reading wishes and pairings for a viewer, and a whole batch for the site."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from community.accounts.models import Block, Person
from community.accounts.queries import in_good_standing, visible_to
from community.core import clock
from community.core.db import UTCDateTime, db
from community.core.errors import NotFound
from community.matching import keeping, rules
from community.matching.models import Pairing, PairingPlace, PartnerTaste, PartnerWish
from community.profiles.models import PracticeRole, practices_niches
from community.rooms.gathering.models import SessionSeat
from community.rooms.models import Room, Session


def taste(person: Person) -> PartnerTaste | None:
    """What somebody chose last."""
    return db.session.get(PartnerTaste, person.id)


def wish_for(person: Person, wish_id: int) -> PartnerWish:
    """One's own wish, or `NotFound`."""
    found = db.session.get(PartnerWish, wish_id)
    if found is None or found.person_id != person.id:
        raise NotFound
    return found


def waiting_of(person: Person) -> Sequence[PartnerWish]:
    """One's own wishes that still wait, and those for which a chair at a promised hour is kept; by start."""
    query = select(PartnerWish).where(PartnerWish.person_id == person.id, PartnerWish.latest >= clock.now())
    query = query.where(PartnerWish.state.in_(("waiting", "hour", "missed")))
    return db.session.scalars(query.options(joinedload(PartnerWish.hour)).order_by(PartnerWish.earliest)).all()


def place_for(viewer: Person, pairing_id: int) -> PairingPlace:
    """One's own place in a pairing that was not lost, or `NotFound`."""
    found = db.session.get(PairingPlace, (pairing_id, viewer.id))
    if found is None or found.gone is not None:
        raise NotFound
    return found


def coming_of(person: Person) -> Sequence[Pairing]:
    """Where somebody is matched and it is not over; by start."""
    query = select(Pairing).join(PairingPlace).where(PairingPlace.person_id == person.id, PairingPlace.gone.is_(None))
    query = query.join(Session, Session.id == Pairing.session_id).where(Session.ended_at.is_(None))
    query = query.where(Pairing.state != "off").options(selectinload(Pairing.places))
    return db.session.scalars(query.order_by(Pairing.starts_at)).all()


def partners_in(viewer: Person, pairing: Pairing) -> Sequence[PairingPlace]:
    """The others in a pairing whom the viewer may meet, and who did not go."""
    query = select(PairingPlace).where(PairingPlace.pairing_id == pairing.id, PairingPlace.person_id != viewer.id)
    query = query.where(PairingPlace.gone.is_(None), visible_to(viewer, PairingPlace.person_id))
    return db.session.scalars(query.order_by(PairingPlace.taken_at)).all()


def of_room(viewer: Person, room: Room) -> Pairing | None:
    """The pairing of a room, for those in it."""
    query = select(Pairing).join(PairingPlace).where(Pairing.room_id == room.id)
    return db.session.scalar(query.where(PairingPlace.person_id == viewer.id, PairingPlace.gone.is_(None)))


def regulars(viewer: Person) -> Sequence[Person]:
    """With whom somebody said *again* and who said so too, as far as they may meet."""
    both = again([viewer.id]).get(viewer.id, frozenset())
    mutual = [one for one, theirs in again(both).items() if viewer.id in theirs] if both else []
    query = select(Person).where(Person.id.in_(mutual), visible_to(viewer, Person.id))
    return db.session.scalars(query.order_by(Person.name)).all() if mutual else []


def history(person: Person) -> list[tuple[datetime, bool]]:
    """When somebody had a partner of late, and whether they came."""
    return _histories([person.id]).get(person.id, [])


def hour_near(person: Person, earliest: datetime, latest: datetime) -> Session | None:
    """The promised hour nearest to a wish that has a chair free and whose host the person may meet."""
    now = clock.now()
    query = select(Session).where(Session.promised, Session.ended_at.is_(None), Session.phase.is_(None))
    query = query.where(Session.starts_at > now, visible_to(person, Session.host_id))
    query = query.where(Session.starts_at.between(earliest - keeping.HOUR_BEFORE, latest + keeping.HOUR_AFTER))
    found = db.session.scalars(query.where(Session.seats.is_(None) | (Session.taken < Session.seats))).all()
    return min(found, key=lambda hour: (abs(hour.starts_at - earliest), hour.id), default=None)


def company_for(person: Person, wish: PartnerWish, most: int = 8) -> Sequence[Person]:
    """Who may be asked to keep somebody company: with whom they would again first, then who sat with others most often
    lately. Members in good standing whom no block parts from them, and who have no partner around then.
    """
    first = {one.id for one in regulars(person)}
    query = select(SessionSeat.person_id).where(SessionSeat.came_at > clock.now() - keeping.LOOKED_BACK * 2)
    query = query.where(SessionSeat.person_id != person.id, visible_to(person, SessionSeat.person_id))
    at = bindparam("at", clock.now(), type_=UTCDateTime())
    query = query.where(in_good_standing(SessionSeat.person_id.expression, at))
    ends = wish.latest + timedelta(minutes=wish.minutes)
    busy = select(PartnerWish.person_id).where(PartnerWish.state.in_(("waiting", "matched")))
    busy = busy.where(PartnerWish.earliest < ends, PartnerWish.latest > wish.earliest - keeping.LONGEST)
    query = query.where(SessionSeat.person_id.not_in(busy))
    order = (SessionSeat.person_id.in_(first).desc(), func.count().desc(), SessionSeat.person_id)
    ids = db.session.scalars(query.group_by(SessionSeat.person_id).order_by(*order).limit(most)).all()
    found = {one.id: one for one in db.session.scalars(select(Person).where(Person.id.in_(ids)))}
    return [found[one] for one in ids]


def pairing(pairing_id: int) -> Pairing:
    """A pairing that is known to exist: for reactions."""
    return db.session.get_one(Pairing, pairing_id)


def wish(wish_id: int) -> PartnerWish:
    """A wish that is known to exist: for reactions."""
    return db.session.get_one(PartnerWish, wish_id)


def again(person_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """With whom each of these would again, by what they said last of each."""
    mine, theirs = aliased(PairingPlace), aliased(PairingPlace)
    query = select(mine.person_id, theirs.person_id, mine.again).select_from(mine)
    query = query.join(theirs, theirs.pairing_id == mine.pairing_id).where(
        mine.person_id.in_(person_ids), theirs.person_id != mine.person_id, mine.again.is_not(None)
    )
    query = query.where(theirs.gone.is_(None)).order_by(mine.pairing_id)
    said = {(one, other): answer for one, other, answer in db.session.execute(query)}
    found: dict[int, set[int]] = defaultdict(set)
    for (one, other), answer in said.items():
        if answer:
            found[one].add(other)
    return {one: frozenset(others) for one, others in found.items()}


def batch() -> list[rules.Wish]:
    """All wishes that wait, of members in good standing, as the matcher takes them."""
    now = clock.now()
    query = select(PartnerWish).where(PartnerWish.state == "waiting", PartnerWish.latest > now)
    at = bindparam("at", now, type_=UTCDateTime())
    rows = db.session.scalars(query.where(in_good_standing(PartnerWish.person_id.expression, at))).all()
    ids = {row.person_id for row in rows}
    if len(ids) < 1:
        return []
    apart, wanted, niches = _apart(ids), again(ids), _niches(ids)
    histories, stages = _histories(ids), _stages(ids)
    return [
        rules.Wish(
            id=row.id,
            person_id=row.person_id,
            earliest=row.earliest,
            latest=row.latest,
            minutes=row.minutes,
            asked_at=row.asked_at,
            three=row.three,
            ahead=_ahead(row.person.zone, row.earliest),
            languages=frozenset(row.person.languages),
            stage=stages.get(row.person_id, ""),
            niches=niches.get(row.person_id, frozenset()),
            same_niche=row.same_niche,
            needs=keeping.words(row.person.looking_for),
            offers=keeping.words(row.person.can_help_with),
            again=wanted.get(row.person_id, frozenset()),
            apart=apart.get(row.person_id, frozenset()),
            misses=keeping.misses(histories.get(row.person_id, ()), now),
        )
        for row in rows
    ]


def tables() -> list[rules.Table]:
    """Pairs that take a third: all in them said that three is fine, and it has not begun for long."""
    now = clock.now()
    query = select(Pairing).where(Pairing.state == "set", Pairing.starts_at >= now - rules.LATE)
    rows = db.session.scalars(query.options(selectinload(Pairing.places).joinedload(PairingPlace.wish))).all()
    here = {row.id: [place for place in row.places if place.gone is None] for row in rows}
    here = {one: places for one, places in here.items() if len(places) == 2 and all(p.wish.three for p in places)}
    apart = _apart({place.person_id for places in here.values() for place in places})
    return [
        rules.Table(
            id=row.id,
            persons=frozenset(place.person_id for place in here[row.id]),
            starts_at=row.starts_at,
            apart=frozenset().union(*(apart.get(place.person_id, frozenset()) for place in here[row.id])),
        )
        for row in rows
        if row.id in here
    ]


def _ahead(zone: str, at: datetime) -> int:
    offset = at.astimezone(ZoneInfo(zone)).utcoffset()
    return int(offset.total_seconds() // 60) if offset else 0


def _apart(ids: Iterable[int]) -> dict[int, frozenset[int]]:
    given = list(ids)
    query = select(Block.blocker_id, Block.blocked_id)
    query = query.where(or_(Block.blocker_id.in_(given), Block.blocked_id.in_(given)))
    found: dict[int, set[int]] = defaultdict(set)
    for one, other in db.session.execute(query):
        found[one].add(other)
        found[other].add(one)
    return {one: frozenset(others) for one, others in found.items()}


def _niches(ids: Iterable[int]) -> dict[int, frozenset[int]]:
    query = select(PracticeRole.person_id, practices_niches.c.niche_id).select_from(PracticeRole)
    query = query.join(practices_niches, practices_niches.c.practice_id == PracticeRole.practice_id)
    query = query.where(PracticeRole.person_id.in_(list(ids)), PracticeRole.left_at.is_(None))
    found: dict[int, set[int]] = defaultdict(set)
    for person_id, niche_id in db.session.execute(query):
        found[person_id].add(niche_id)
    return {one: frozenset(niches) for one, niches in found.items()}


def _stages(ids: Iterable[int]) -> dict[int, str]:
    query = select(PartnerTaste.person_id, PartnerTaste.stage).where(PartnerTaste.person_id.in_(list(ids)))
    return {row[0]: row[1] for row in db.session.execute(query)}


def _histories(ids: Iterable[int]) -> dict[int, list[tuple[datetime, bool]]]:
    query = select(PairingPlace.person_id, Pairing.starts_at, PairingPlace.came_at, PairingPlace.gone)
    query = query.select_from(PairingPlace).join(Pairing)
    query = query.where(PairingPlace.person_id.in_(list(ids)), Pairing.starts_at > clock.now() - keeping.LOOKED_BACK)
    found: dict[int, list[tuple[datetime, bool]]] = defaultdict(list)
    for person_id, at, came, gone in db.session.execute(query):
        if gone == "no_show" or came is not None:
            found[person_id].append((at, gone != "no_show"))
    return found
