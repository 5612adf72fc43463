"""The practices of the town, their hours and what they offer."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from community.accounts.models import Person
from community.availability import actions as availability
from community.availability.rules import OpenRange
from community.core import clock
from community.core.db import db, writing
from community.core.text import slugify
from community.demo import content, people
from community.demo.progress import Progress
from community.demo.town import Town, dice
from community.listings import actions as listings
from community.listings.models import Listing
from community.niches import queries as niches
from community.niches.models import Audience, Niche
from community.profiles import actions as profiles
from community.profiles.models import Practice

_VERBS = (
    "answer be choose cross eat enjoy feed file fill fit get grow hand hang have hold keep know leave look make move "
    "pay play publish put recognise say see sell send serve show sign sit sound stay stop talk turn wear win"
)
_BEFORE_NO_VERB = frozenset({"who", "to", "nearly", "that", "they", "have"})
# Weekly hours people keep: (days, from, until) in hours of the practice's day.
WEEKS = (
    (((0, 1, 2, 3, 4), 9, 17),),
    (((0, 1, 2, 3), 9, 16), ((4,), 9, 13)),
    (((0, 1, 2, 3, 4), 10, 18), ((5,), 10, 13)),
    (((1, 2, 3), 9, 12), ((1, 2, 3), 13, 18)),
    (((0, 2, 4), 8, 14), ((1, 3), 16, 21)),
    (((0, 1, 2, 3, 4), 9, 12), ((0, 1, 2, 3, 4), 13, 17), ((5,), 9, 12)),
)


def wanted(town: Town) -> tuple[content.Practice, ...]:
    """The practices of a town of this size."""
    return content.practices()[: town.size.practices]


def offered(town: Town) -> list[content.Listing]:
    """Their listings."""
    slugs = {practice.slug for practice in wanted(town)}
    return [listing for listing in content.listings() if listing.practice in slugs]


def load(town: Town, progress: Progress) -> None:
    """Open the practices that are not there yet, each whole in one transaction."""
    progress.begin("Practices and listings")
    with db.session.no_autoflush:
        there = set(db.session.scalars(select(Practice.slug)))
    db.session.rollback()
    known = people.ids([practice.owner for practice in wanted(town)])
    for number, practice in enumerate(wanted(town)):
        mine = [listing for listing in offered(town) if listing.practice == practice.slug]
        if practice.slug not in there:
            with writing(), clock.frozen(town.begins + timedelta(hours=number)):
                _practice(number, practice, db.session.get_one(Person, known[practice.owner]), mine)
        db.session.expunge_all()
        progress.add(len(mine))


def _practice(number: int, said: content.Practice, owner: Person, mine: list[content.Listing]) -> None:
    whom, what, how = sentence(said.value)
    place = niches.place(said.place) or niches.place(content.TOWN)
    made = profiles.start(
        owner,
        name=said.name,
        slug=said.slug,
        help_whom=whom,
        help_what=what,
        help_how=how,
        about=said.about,
        place_id=place.id if place else None,
        zone=place.zone if place else "Europe/London",
        languages=list(said.languages),
        skills=list(said.skills),
        links=list(said.links),
        niches=[niches.niche(slug) for slug in said.niches],
        audiences=[niches.audience(slug) for slug in said.audiences],
    )
    chance = dice("hours", number)
    availability.set_terms(
        made,
        step=30,
        buffer_before=0,
        buffer_after=chance.choice((0, 10, 15, 15, 30)),
        notice=chance.choice((60, 120, 240, 1440)),
        horizon_days=60,
    )
    week = WEEKS[number % len(WEEKS)]
    ranges = [OpenRange(day, begins * 60, ends * 60) for days, begins, ends in week for day in days]
    availability.set_hours(made, owner, ranges)
    for position, listing in enumerate(mine):
        clock.advance(timedelta(minutes=7 * position))
        _listing(made, listing)


def _listing(practice: Practice, said: content.Listing) -> Listing:
    made = listings.create(
        practice,
        title=said.title,
        lengths=[(length.minutes, length.price) for length in said.lengths],
        slug=said.slug,
        summary=said.summary,
        text=said.description,
        outcomes=[{"icon": one.icon, "title": one.title, "text": one.text} for one in said.takeaways],
        niche_id=_by_slug(Niche, said.niche).id,
        audiences=[_by_slug(Audience, slug) for slug in said.audiences],
        cover=slugify(said.title),
        policy=dice(said.title).choice(("flexible", "flexible", "moderate", "strict")),
        **_where(practice, said),
    )
    listings.publish(made)
    return made


def _by_slug(model: Any, slug: str) -> Any:
    return db.session.scalars(select(model).where(model.slug == slug)).one()


def _where(practice: Practice, said: content.Listing) -> dict[str, Any]:
    places: dict[str, dict[str, Any]] = {
        "online": {"where_kind": "own_link", "where_detail": f"https://meet.example/{practice.slug}"},
        "phone": {"where_kind": "phone", "where_detail": "+44 117 496 0137"},
        "on_site": {"where_kind": "on_site", "place_id": practice.place_id, "radius_km": 20},
        "at_mine": {
            "where_kind": "at_mine",
            "place_id": practice.place_id,
            "where_detail": "Bramble Yard, 14 Bramble Lane. Ring the second bell.",
        },
    }
    return places[said.where]


def sentence(value: str) -> tuple[str, str, str]:
    """ "I help [whom] [do what] by [how]." taken apart at the verb; put together again it reads the same."""
    middle, _by, how = value.removeprefix("I help ").rstrip(".").rpartition(" by ")
    if " by " in how:
        middle, how = f"{middle} by {how.split(' by ')[0]}", how.rpartition(" by ")[2]
    words, verbs = middle.split(), _VERBS.split(" ")
    for at in range(1, len(words)):
        if words[at] in verbs and words[at - 1] not in _BEFORE_NO_VERB:
            return " ".join(words[:at]), " ".join(words[at:]), how
    return middle, "on", how
