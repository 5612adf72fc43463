"""The people of the site, for its members: found by a word, or by the niche they work in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from community.accounts.models import Membership, Person
from community.accounts.queries import visible_to
from community.core import pagination
from community.core.db import db
from community.core.pagination import Page
from community.niches.models import Niche
from community.profiles.models import Practice, PracticeRole, practices_niches
from community.profiles.queries import open_to

SIZE = 24
MOST_LETTERS = 60


@dataclass(frozen=True)
class Entry:
    """One person, and the practice the reader may know of."""

    person: Person
    practice: Practice | None


def people(viewer: Person, words: str = "", niche: Niche | None = None, cursor: str | None = None) -> Page[Entry]:
    """Members by name, without those hidden from the viewer. `words` stand in a name, a line, or asks and offers.

    Raises `Refused("bad_cursor")`.
    """
    query = select(Person).join(Membership, Membership.person_id == Person.id)
    query = query.where(Membership.status == "active", visible_to(viewer, Person.id), *_having(words))
    if niche is not None:
        query = query.where(Person.id.in_(_working_in(viewer, niche)))
    order = func.lower(Person.name)
    if cursor:
        name, last = pagination.decode(cursor, 2)
        query = query.where(or_(order > str(name), and_(order == str(name), Person.id > _number(last))))
    # The name as the database folds it: another's folding would skip somebody.
    found = db.session.execute(query.add_columns(order).order_by(order, Person.id).limit(SIZE + 1)).unique().all()
    shown = [row[0] for row in found[:SIZE]]
    further = pagination.encode([found[SIZE - 1][1], shown[-1].id]) if len(found) > SIZE else None
    practices = _practices(viewer, shown)
    return Page([Entry(person, practices.get(person.id)) for person in shown], further)


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _having(words: str) -> list[ColumnElement[bool]]:
    columns = (Person.name, Person.line, Person.looking_for, Person.can_help_with)
    every = words[:MOST_LETTERS].split()
    return [or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in every]


def _working_in(viewer: Person, niche: Niche) -> Any:
    working = select(PracticeRole.person_id).join(Practice, Practice.id == PracticeRole.practice_id)
    working = working.join(practices_niches, practices_niches.c.practice_id == Practice.id)
    return working.where(practices_niches.c.niche_id == niche.id, PracticeRole.left_at.is_(None), open_to(viewer))


def _practices(viewer: Person, people: Sequence[Person]) -> dict[int, Practice]:
    query = select(PracticeRole.person_id, Practice).join(Practice, Practice.id == PracticeRole.practice_id)
    query = query.where(PracticeRole.person_id.in_([person.id for person in people]), PracticeRole.left_at.is_(None))
    return {row[0]: row[1] for row in db.session.execute(query.where(open_to(viewer)))}
