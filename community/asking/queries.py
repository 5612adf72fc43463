"""Reading briefs for a viewer: the client's own, and for a practice those it was told of by somebody it may meet."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from community.accounts.models import Person
from community.accounts.queries import Viewer, visible_to
from community.accounts.subjects import Subject, reportable
from community.asking.models import Brief, BriefReply, BriefTold
from community.core.db import db
from community.core.errors import NotFound
from community.listings import queries as listings
from community.listings.models import Listing
from community.profiles.models import Practice
from community.profiles.queries import open_to as practice_open_to
from community.profiles.queries import works_at


def open_to(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which a viewer may read the brief of the row: it is theirs, or their practice was told of it
    and they may meet its client.
    """
    if viewer is None:
        return false()
    told = exists().where(BriefTold.brief_id == Brief.id, works_at(viewer, BriefTold.practice_id))
    return or_(Brief.client_id == viewer.id, and_(told, visible_to(viewer, Brief.client_id.expression)))


def get_for(viewer: Viewer, ref: str) -> Brief:
    """A brief that the viewer may read, or `NotFound`."""
    found = db.session.scalar(select(Brief).where(Brief.ref == ref, open_to(viewer)))
    if found is None:
        raise NotFound
    return found


def own_for(viewer: Person, ref: str) -> Brief:
    """The viewer's own brief, or `NotFound`."""
    found = get_for(viewer, ref)
    if found.client_id != viewer.id:
        raise NotFound
    return found


def told_for(viewer: Person, ref: str) -> BriefTold:
    """That the viewer's practice was told of a brief; `NotFound` where it was not."""
    found = get_for(viewer, ref)
    query = select(BriefTold).where(BriefTold.brief_id == found.id, works_at(viewer, BriefTold.practice_id))
    told = db.session.scalar(query)
    if told is None or found.client_id == viewer.id:
        raise NotFound
    return told


def of_client(viewer: Person) -> Sequence[Brief]:
    """What the viewer asked for, open ones first, then the newest."""
    query = select(Brief).where(Brief.client_id == viewer.id).options(selectinload(Brief.replies))
    return db.session.scalars(query.order_by(Brief.status != "open", Brief.id.desc()).limit(100)).all()


def for_practice(viewer: Person) -> Sequence[BriefTold]:
    """What the viewer's practice was told of, the newest first; open ones on top."""
    query = select(BriefTold).join(Brief).where(works_at(viewer, BriefTold.practice_id))
    query = query.where(visible_to(viewer, Brief.client_id.expression), Brief.client_id != viewer.id)
    query = query.options(joinedload(BriefTold.brief).joinedload(Brief.client))
    return db.session.scalars(query.order_by(Brief.status != "open", Brief.id.desc()).limit(60)).all()


def waiting_for(viewer: Person) -> int:
    """How many open briefs the viewer's practice has neither replied to nor passed on."""
    answered = exists().where(BriefReply.brief_id == Brief.id, BriefReply.practice_id == BriefTold.practice_id)
    query = select(func.count()).select_from(BriefTold).join(Brief).where(works_at(viewer, BriefTold.practice_id))
    query = query.where(Brief.status == "open", BriefTold.passed.is_(None), ~answered, Brief.client_id != viewer.id)
    return db.session.scalar(query.where(visible_to(viewer, Brief.client_id.expression))) or 0


def replies(viewer: Person, brief: Brief) -> Sequence[BriefReply]:
    """What practices replied that the viewer may meet; for a practice its own reply alone."""
    query = select(BriefReply).join(Practice).where(BriefReply.brief_id == brief.id, practice_open_to(viewer))
    if brief.client_id != viewer.id:
        query = query.where(works_at(viewer, BriefReply.practice_id))
    query = query.options(joinedload(BriefReply.practice), joinedload(BriefReply.listing))
    return db.session.scalars(query.order_by(BriefReply.id)).all()


def replies_of(viewer: Person, briefs: Sequence[Brief]) -> dict[int, BriefReply]:
    """What the viewer's practice replied to some briefs, by brief."""
    query = select(BriefReply).where(BriefReply.brief_id.in_([brief.id for brief in briefs]))
    return {one.brief_id: one for one in db.session.scalars(query.where(works_at(viewer, BriefReply.practice_id)))}


def reply_for(viewer: Person, reply_id: int) -> BriefReply:
    """A reply to the viewer's own brief by a practice they may meet, or `NotFound`."""
    query = select(BriefReply).join(Brief).join(Practice, Practice.id == BriefReply.practice_id)
    query = query.where(BriefReply.id == reply_id, Brief.client_id == viewer.id, practice_open_to(viewer))
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def inquiry_of(viewer: Viewer, practice: Practice) -> Listing | None:
    """Where a practice is asked for a quote: its first inquiry that the viewer finds."""
    return next((one for one in listings.of_practice(viewer, practice) if one.kind == "inquiry"), None)


def brief(brief_id: int) -> Brief:
    """A brief that is known to exist: for reactions."""
    return db.session.get_one(Brief, brief_id)


def reply(reply_id: int) -> BriefReply:
    """A reply that is known to exist: for reactions."""
    return db.session.get_one(BriefReply, reply_id)


def told(brief_id: int, practice_id: int) -> BriefTold | None:
    """Whether and how a practice was told: for reactions."""
    return db.session.get(BriefTold, (brief_id, practice_id))


@reportable("brief")
def _reported(viewer: Person, brief_id: int) -> Subject:
    found = db.session.scalar(select(Brief).where(Brief.id == brief_id, open_to(viewer)))
    if found is None:
        raise NotFound
    return Subject(found.client, found.as_evidence())


@reportable("reply")
def _reported_reply(viewer: Person, reply_id: int) -> Subject:
    found = reply_for(viewer, reply_id)
    return Subject(found.by, found.as_evidence())
