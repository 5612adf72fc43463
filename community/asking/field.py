"""Who could be told of a brief: practices that its client may meet, as the rule sees them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import lazyload, selectinload

from community.accounts.queries import met_by
from community.asking import rules
from community.asking.models import Brief, BriefReply, BriefTold
from community.availability import queries as times
from community.core import clock
from community.core.db import db
from community.core.formats import language_name
from community.core.text import fold
from community.listings.models import Listing
from community.listings.pricing import terms_of
from community.niches.models import Niche, Place
from community.profiles.models import Practice, PracticeRole, practices_niches

MOST = 150  # practices that are weighed; of more, those told longest ago
_ROOM = timedelta(days=30)  # within which a flexible brief wants to begin
_WORK = 7  # days that a client's place must be free


def wanted(brief: Brief) -> rules.Wanted:
    """A brief as the rule sees it."""
    return rules.Wanted(
        key=brief.ref,
        niche=brief.niche_id,
        field=brief.niche.field_id,
        audience=brief.audience_id,
        spot=_spot(brief.place),
        km=brief.km or 0,
        languages=_languages(brief.languages),
        high=brief.budget_high,
    )


def candidates(brief: Brief) -> list[rules.Candidate]:
    """Practices with something on offer in the niche; where they are few, those of its field too."""
    found = _practices(brief, _in_niche(brief))
    if len(found) < rules.MOST_TOLD:
        found = _practices(brief, _in_field(brief))
    return _as_candidates(found)


def _in_niche(brief: Brief) -> ColumnElement[bool]:
    own = select(practices_niches.c.practice_id).where(practices_niches.c.niche_id == brief.niche_id)
    offered = select(Listing.practice_id).where(Listing.niche_id == brief.niche_id, Listing.status == "published")
    return or_(Practice.id.in_(own), Practice.id.in_(offered))


def _in_field(brief: Brief) -> ColumnElement[bool]:
    niches = select(Niche.id).where(Niche.field_id == brief.niche.field_id)
    own = select(practices_niches.c.practice_id).where(practices_niches.c.niche_id.in_(niches))
    offered = select(Listing.practice_id).where(Listing.niche_id.in_(niches), Listing.status == "published")
    return or_(Practice.id.in_(own), Practice.id.in_(offered))


def _practices(brief: Brief, among: ColumnElement[bool]) -> Sequence[Practice]:
    """Those among some that stand open, are not the client's own, and whose owners and client may meet."""
    live = select(PracticeRole.practice_id).where(PracticeRole.left_at.is_(None))
    own = live.where(PracticeRole.person_id == brief.client_id)
    hidden = live.where(PracticeRole.role == "owner", ~met_by(brief.client_id, PracticeRole.person_id, clock.now()))
    offers = select(Listing.practice_id).where(Listing.status == "published")
    last = select(func.max(BriefTold.at)).where(BriefTold.practice_id == Practice.id).scalar_subquery()
    query = select(Practice).where(among, Practice.suspended_at.is_(None), Practice.id.in_(offers))
    query = query.where(Practice.id.not_in(own), Practice.id.not_in(hidden))
    query = query.options(selectinload(Practice.niches), selectinload(Practice.audiences))
    return db.session.scalars(query.order_by(last.asc().nulls_first(), Practice.id).limit(MOST)).all()


def _as_candidates(practices: Sequence[Practice]) -> list[rules.Candidate]:
    ids = [practice.id for practice in practices]
    offered: dict[int, list[Listing]] = {one: [] for one in ids}
    query = select(Listing).where(Listing.practice_id.in_(ids), Listing.status == "published")
    whole = (selectinload(Listing.lengths), selectinload(Listing.packages), selectinload(Listing.audiences))
    for listing in db.session.scalars(query.options(*whole, lazyload(Listing.practice))):
        offered[listing.practice_id].append(listing)
    told, replies = _told(ids), _open_replies(ids)
    return [
        rules.Candidate(
            id=one.id,
            niches=frozenset(niche.id for niche in one.niches) | {own.niche_id for own in offered[one.id]},
            fields=frozenset(niche.field_id for niche in one.niches) | {own.niche.field_id for own in offered[one.id]},
            audiences=frozenset(audience.id for audience in one.audiences),
            languages=_languages(one.languages),
            listings=tuple(_spoken(own, one) for own in offered[one.id]),
            open_replies=replies.get(one.id, 0),
            told=told.get(one.id, (0, None))[0],
            last_told=told.get(one.id, (0, None))[1],
        )
        for one in practices
    ]


def _spoken(listing: Listing, practice: Practice) -> rules.Spoken:
    least = listing.least
    on_ground = listing.where_kind in {"on_site", "at_mine"}
    return rules.Spoken(
        niche=listing.niche_id,
        least=None if least is None else terms_of(listing, "").all_in(least),
        online=not on_ground,
        spot=_spot(listing.place or practice.place) if on_ground else None,
        travels=(listing.radius_km or 0) if listing.where_kind == "on_site" else 0,
        audiences=frozenset(audience.id for audience in listing.audiences),
    )


def _told(ids: Sequence[int]) -> dict[int, tuple[int, datetime | None]]:
    query = select(BriefTold.practice_id, func.count(), func.max(BriefTold.at))
    query = query.where(BriefTold.practice_id.in_(ids), BriefTold.at > clock.now() - rules.LATELY)
    return {row[0]: (row[1], row[2]) for row in db.session.execute(query.group_by(BriefTold.practice_id))}


def _open_replies(ids: Sequence[int]) -> dict[int, int]:
    query = select(BriefReply.practice_id, func.count()).join(Brief).where(BriefReply.practice_id.in_(ids))
    query = query.where(BriefReply.status == "open", Brief.status == "open").group_by(BriefReply.practice_id)
    return {row[0]: row[1] for row in db.session.execute(query)}


def has_room(brief: Brief, practice: Practice) -> bool:
    """True where somebody of the practice works, is not away and has a client's place free in time for the brief."""
    start = times.earliest_start(practice_id=practice.id, zone=practice.zone, days=_WORK)
    return start <= (brief.due_day or _today(practice) + _ROOM)


def _today(practice: Practice) -> date:
    return clock.now().astimezone(ZoneInfo(practice.zone)).date()


def _spot(place: Place | None) -> rules.Spot | None:
    return (place.latitude, place.longitude) if place else None


def _languages(named: Sequence[str]) -> frozenset[str]:
    """Languages to compare: people write "English" or "en"."""
    return frozenset(fold(language_name(one)) for one in named)
