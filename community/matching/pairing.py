"""Making pairings and undoing them: the room, the session, the chairs. Each in a transaction that looks at all anew."""

from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from flask_babel import gettext as _
from sqlalchemy import select

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.core.events import emit
from community.core.ids import new_ref
from community.core.realtime import push
from community.matching import keeping, rules
from community.matching.facts import (
    LonelyLongEnough,
    PairingJoined,
    PairingLost,
    PairingMade,
    PartnerWanted,
    ShowTimeOver,
)
from community.matching.models import Pairing, PairingPlace, PartnerWish
from community.rooms import actions as rooms
from community.rooms import rules as room_rules
from community.rooms import sessions
from community.rooms.gathering import planning, seating

_LEAST_LEFT = 10  # minutes; for less nobody else is called


def lock(pairing_id: int) -> Pairing:
    """A pairing whose row nobody else changes until the commit."""
    query = select(Pairing).where(Pairing.id == pairing_id).with_for_update(of=Pairing)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def lock_wish(wish_id: int) -> PartnerWish:
    """The same of a wish."""
    return lock_wishes([wish_id])[0]


def lock_wishes(ids: Sequence[int]) -> list[PartnerWish]:
    """Several, in one order everywhere."""
    query = select(PartnerWish).where(PartnerWish.id.in_(ids)).order_by(PartnerWish.id)
    query = query.with_for_update(of=PartnerWish).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def settle(match: rules.Match) -> Pairing | None:
    """Make a match true, in the room of whoever sits alone already if there is one. None: it fits no more."""
    wishes = lock_wishes([wish.id for wish in match.wishes])
    if any(wish.state != "waiting" for wish in wishes) or _apart([wish.person_id for wish in wishes]):
        return None
    alone = next((wish for wish in wishes if wish.pairing is not None and wish.pairing.state == "alone"), None)
    if alone is not None and alone.pairing is not None:
        found = lock(alone.pairing.id)
        alone.state, found.state = "matched", "set"
        for wish in wishes:
            if wish is not alone:
                _come(found, wish)
        return found
    return _make(wishes, match)


def _apart(person_ids: Sequence[int]) -> bool:
    return any(accounts.are_apart(one, other) for one in person_ids for other in person_ids if one < other)


def _make(wishes: Sequence[PartnerWish], match: rules.Match) -> Pairing:
    people = [wish.person for wish in sorted(wishes, key=lambda wish: (wish.asked_at, wish.id))]
    name = _names(people)
    room = rooms.open_quietly("pairing", f"pairing:{new_ref()}", name, _("Said hello? Then to work, side by side."))
    for person in people:
        rooms.admit(room, person)
    plan = cast("room_rules.Plan", keeping.phases(match.minutes))
    session = sessions.schedule_session(room, host=people[0], plan=plan, starts_at=match.starts_at, name=name)
    session.zone, session.mutuality = people[0].zone, "check_in"
    made = Pairing(room_id=room.id, session_id=session.id, starts_at=match.starts_at, minutes=match.minutes)
    db.session.add(made)
    db.session.flush()
    for wish in wishes:
        _take_place(made, wish)
    emit(PairingMade(made.id))
    emit(ShowTimeOver(made.id), due=match.starts_at + keeping.SHOW_TIME)
    return made


def _names(people: Sequence[Person]) -> str:
    first = [person.first_name for person in people]
    return _("%(names)s and %(last)s", names=", ".join(first[:-1]), last=first[-1])[:60]


def _take_place(found: Pairing, wish: PartnerWish) -> None:
    give_up_hour(wish)
    before = wish.pairing
    if before is not None and before.id != found.id and before.state == "alone":
        _move_out(before, wish.person_id)
    seating.take(found.session, by=wish.person)
    wish.state, wish.pairing_id = "matched", found.id
    place = db.session.get(PairingPlace, (found.id, wish.person_id))
    if place is None:
        place = PairingPlace(pairing_id=found.id, person_id=wish.person_id)
        db.session.add(place)
    place.wish_id, place.taken_at, place.gone, place.gone_at = wish.id, clock.now(), None, None
    db.session.flush()
    db.session.expire(found, ["places"])
    push(room_rules.own_channel(wish.person_id), "partner", {"pairing": found.id})


def _move_out(before: Pairing, person_id: int) -> None:
    """Whoever sat alone goes to where the other one sits."""
    before.state = "off"
    place = db.session.get_one(PairingPlace, (before.id, person_id))
    mark(before, place, "moved")
    stop(before)


def join(pairing_id: int, wish_id: int) -> Pairing | None:
    """Somebody becomes the third of two. None: it fits no more."""
    wish = lock_wish(wish_id)
    found = lock(pairing_id)
    here = here_in(found)
    fits = found.state == "set" and wish.state == "waiting" and len(here) == 2 and found.session.ended_at is None
    if not fits or _apart([wish.person_id, *(place.person_id for place in here)]):
        return None
    _come(found, wish)
    return found


def _come(found: Pairing, wish: PartnerWish) -> None:
    rooms.admit(found.room, wish.person)
    _take_place(found, wish)
    name = _names([place.person for place in here_in(found)])
    found.room.name = found.session.name = name
    emit(PairingJoined(found.id, wish.person_id))
    due = max(found.starts_at, rules.next_step(clock.now() + rules.LEAD)) + keeping.SHOW_TIME
    emit(ShowTimeOver(found.id), due=due)


def here_in(found: Pairing) -> list[PairingPlace]:
    """Who is matched there and did not go."""
    return [place for place in found.places if place.gone is None]


def lose(found: Pairing, place: PairingPlace, why: str) -> None:
    """Somebody goes out of a pairing; for one who is left alone by it another is looked for."""
    mark(found, place, why)
    rest = here_in(found)
    if found.starts_at > clock.now() and len(rest) == 1:
        _dissolve(found, rest[0])
    elif len(rest) == 1:
        leave_alone(found, rest[0])
    elif not rest:
        found.state = "off"
        stop(found)


def mark(found: Pairing, place: PairingPlace, why: str) -> None:
    """Somebody's place, chair and right to the room are gone."""
    place.gone, place.gone_at = why, clock.now()
    db.session.flush()
    seating.vacate(found.session, place.person_id)
    rooms.put_out(found.room, place.person_id)
    db.session.expire(found, ["places"])


def stop(found: Pairing) -> None:
    """Its session ends, or never begins."""
    session = seating.lock(found.session_id)
    if session.ended_at is None and session.phase is None:
        planning.end(session)
    elif session.ended_at is None:
        sessions.stop(session)


def _dissolve(found: Pairing, last: PairingPlace) -> None:
    """Before it began: the wish of who is left waits again, as it was."""
    found.state = "off"
    mark(found, last, "called_off")
    stop(found)
    wish = lock_wish(last.wish_id)
    wish.state, wish.pairing_id = "waiting", None
    wish.latest = max(wish.latest, rules.next_step(clock.now() + rules.LEAD))
    emit(PairingLost(found.id, last.person_id))


def leave_alone(found: Pairing, last: PairingPlace) -> None:
    """One sits there alone while it runs: they choose before others among those who wait, for two minutes and on."""
    now = clock.now()
    ends = found.starts_at + timedelta(minutes=found.minutes)
    left = int((ends - now) / timedelta(minutes=1))
    if left < _LEAST_LEFT:
        return
    found.state = "alone"
    wish = lock_wish(last.wish_id)
    wish.state, wish.pairing_id, wish.minutes = "waiting", found.id, left
    wish.earliest, wish.latest = now - rules.LATE, min(now + keeping.REMATCH_WITHIN, ends - rules.STEP)
    wish.asked_at = min(wish.asked_at, now - rules.PATIENCE)
    wish.asked_others_at = None
    want(wish)
    emit(LonelyLongEnough(found.id), due=now + keeping.REMATCH)
    push(room_rules.own_channel(last.person_id), "partner", {"pairing": found.id})


def want(wish: PartnerWish) -> None:
    """Ask those who often sit with others, once."""
    if wish.asked_others_at is None:
        wish.asked_others_at = clock.now()
        emit(PartnerWanted(wish.id))


def give_up_hour(wish: PartnerWish) -> None:
    """The chair that was kept at a promised hour is free again, unless that has begun or they host it."""
    hour = wish.hour
    wish.hour_id = None
    if hour is not None and hour.phase is None and hour.ended_at is None:
        try:
            seating.give_back(hour, by=wish.person)
        except Refused:
            return
