"""The log as staff read it."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from community.accounts.models import Person
from community.accounts.safety.log import WHAT
from community.accounts.safety.models import ModerationEntry
from community.core.errors import NotFound
from community.core.pagination import Page, page_by_id


def entries(viewer: Person, *, what: str, handle: str, cursor: str | None) -> Page[ModerationEntry]:
    """The newest first; of one kind, and about or by one person, where asked."""
    if not viewer.is_staff:
        raise NotFound
    query = select(ModerationEntry).options(joinedload(ModerationEntry.by), joinedload(ModerationEntry.person))
    if what in WHAT:
        query = query.where(ModerationEntry.what == what)
    if handle:
        them = select(Person.id).where(Person.handle == handle.removeprefix("@").lower())
        query = query.where(ModerationEntry.person_id.in_(them) | ModerationEntry.by_id.in_(them))
    return page_by_id(query, ModerationEntry.id.expression, cursor)
