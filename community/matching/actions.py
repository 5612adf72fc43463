"""What members do about partners: ask, take back, say that they can't come, say *again*."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound, Refused
from community.core.events import emit
from community.matching import keeping, pairing, queries, rules
from community.matching.facts import WishMade
from community.matching.models import Pairing, PartnerTaste, PartnerWish


def ask(
    person: Person,
    *,
    earliest: datetime,
    latest: datetime,
    minutes: int,
    three: bool = True,
    same_niche: bool = False,
    stage: str | None = None,
) -> PartnerWish:
    """Say that one would begin to work with others between `earliest` and `latest`, for so many minutes. With
    a `stage`, "" too, all is kept for the next time.

    Raises `Refused`: "muted", "past", "too_far", "too_many", "overlaps".
    """
    if not accounts.is_member(person):
        raise NotFound
    if accounts.sanction(person, "mute", "suspend", "ban") is not None:
        raise Refused("muted", _("You can’t be matched at the moment: staff have muted you."), 403)
    now = clock.now()
    if latest <= now:
        raise Refused("past", _("That is over already. Please choose a time to come."), 422)
    if earliest > now + keeping.AHEAD:
        raise Refused("too_far", _("Please choose a day within the next two weeks."), 422)
    db.session.scalars(select(Person.id).where(Person.id == person.id).with_for_update()).one()
    _check_room_for(person, earliest, latest + timedelta(minutes=minutes))
    if stage is not None:
        _remember(person, minutes=minutes, three=three, same_niche=same_niche, stage=stage)
    wish = PartnerWish(person_id=person.id, earliest=earliest, latest=latest, minutes=minutes)
    wish.three, wish.same_niche = three, same_niche
    db.session.add(wish)
    db.session.flush()
    emit(WishMade(wish.id))
    return wish


def _check_room_for(person: Person, begins: datetime, ends: datetime) -> None:
    waiting = PartnerWish.person_id == person.id, PartnerWish.state == "waiting", PartnerWish.latest > clock.now()
    if (db.session.scalar(select(func.count()).select_from(PartnerWish).where(*waiting)) or 0) >= keeping.MOST_WISHES:
        raise Refused("too_many", _("You have five wishes already. Take one back first."), 409)
    spans = [
        (each.earliest, each.latest, each.minutes) for each in db.session.scalars(select(PartnerWish).where(*waiting))
    ]
    spans += [(each.starts_at, each.starts_at, each.minutes) for each in queries.coming_of(person)]
    if any(first < ends and begins < last + timedelta(minutes=minutes) for first, last, minutes in spans):
        raise Refused("overlaps", _("You have asked for a partner around then already. See below."), 409)


def _remember(person: Person, *, minutes: int, three: bool, same_niche: bool, stage: str) -> None:
    taste = queries.taste(person)
    if taste is None:
        taste = PartnerTaste(person_id=person.id)
        db.session.add(taste)
    taste.minutes, taste.three, taste.same_niche, taste.stage = minutes, three, same_niche, stage


def answer(wish: PartnerWish, *, by: Person) -> Pairing:
    """Keep somebody company who was found nobody. Raises `Refused`: "late", and as `ask` does."""
    wish = pairing.lock_wish(wish.id)
    if accounts.are_apart(wish.person_id, by.id):
        raise NotFound
    late = Refused("late", _("Somebody was found meanwhile, or it is too late. Thank you all the same."), 409)
    if wish.state != "waiting":
        raise late
    earliest = max(wish.earliest, clock.now())
    mine = ask(by, earliest=earliest, latest=wish.latest, minutes=wish.minutes, three=wish.three)
    both = [rules.Wish(w.id, w.person_id, w.earliest, w.latest, w.minutes, w.asked_at) for w in (wish, mine)]
    match = rules.made(both, clock.now())
    found = pairing.settle(match) if match is not None else None
    if found is None:
        raise late
    return found


def take_back(wish: PartnerWish, *, by: Person) -> None:
    """Not after all, while nobody was found. Twice is once. Raises `Refused("matched")`."""
    if wish.person_id != by.id:
        raise NotFound
    wish = pairing.lock_wish(wish.id)
    if wish.state == "matched":
        raise Refused("matched", _("Somebody was found meanwhile. If you can’t come, say so below."), 409)
    if wish.state == "waiting":
        pairing.give_up_hour(wish)
        wish.state = "taken_back"
        if wish.pairing is not None and wish.pairing.state == "alone":
            wish.pairing.state = "off"


def leave(found: Pairing, *, by: Person) -> None:
    """Say before it begins that one can't come; for who stays another is looked for. Raises `Refused("began")`."""
    found = pairing.lock(found.id)
    place = queries.place_for(by, found.id)
    if found.starts_at <= clock.now():
        raise Refused("began", _("It has begun. Say goodbye in the room, and go whenever you like."), 409)
    pairing.lose(found, place, "took_back")
    place.wish.state = "taken_back"


def say_again(found: Pairing, *, wanted: bool, by: Person) -> bool:
    """Say, once it began, whether one would sit down with these again. True when somebody there said so too.

    Nobody learns of a no, nor of a yes that stands alone. Raises `Refused("early")`.
    """
    place = queries.place_for(by, found.id)
    if found.starts_at > clock.now():
        raise Refused("early", _("It has not begun yet."), 409)
    place.again = wanted
    db.session.flush()
    return wanted and any(other.again for other in queries.partners_in(by, found))


def end_for(person: Person) -> None:
    """Take back all that somebody asked for: they may not come any more."""
    query = select(PartnerWish).where(PartnerWish.person_id == person.id, PartnerWish.state == "waiting")
    for wish in db.session.scalars(query):
        wish.state = "taken_back"
    for found in queries.coming_of(person):
        place = queries.place_for(person, found.id)
        pairing.lose(pairing.lock(found.id), place, "apart")
        place.wish.state = "taken_back"


def part(one: Person, other: Person) -> None:
    """A block stands between two: whoever set it goes out of what both were matched for."""
    theirs = {found.id for found in queries.coming_of(other)}
    for found in queries.coming_of(one):
        if found.id in theirs:
            place = queries.place_for(one, found.id)
            pairing.lose(pairing.lock(found.id), place, "apart")
            if found.starts_at > clock.now():
                place.wish.state, place.wish.pairing_id = "waiting", None
