"""Reading what a practice noted of its own. Routes ask for the viewer's own practice only (`own_practice`)."""

from collections.abc import Sequence

from sqlalchemy import select

from community.accounts.models import Person
from community.core.db import db
from community.core.errors import NotFound
from community.income.models import JARS, IncomeEntry, IncomeImport, IncomePlan, JarMove, JarRate
from community.income.rules.pay import Rate
from community.profiles import queries as profiles


def entries_of(practice_id: int) -> Sequence[IncomeEntry]:
    """All outside income and costs, the latest first."""
    query = select(IncomeEntry).where(IncomeEntry.practice_id == practice_id)
    return db.session.scalars(query.order_by(IncomeEntry.day.desc(), IncomeEntry.id.desc())).all()


def entry(practice_id: int, entry_id: int) -> IncomeEntry:
    """One of them, or `NotFound`."""
    query = select(IncomeEntry).where(IncomeEntry.practice_id == practice_id, IncomeEntry.id == entry_id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def imports_of(practice_id: int) -> Sequence[IncomeImport]:
    """Files that were taken or undone, the latest first."""
    query = select(IncomeImport).where(IncomeImport.practice_id == practice_id, IncomeImport.status != "new")
    return db.session.scalars(query.order_by(IncomeImport.id.desc()).limit(20)).all()


def import_of(practice_id: int, import_id: int, *, lock: bool = False) -> IncomeImport:
    """One file, or `NotFound`; with `lock` read anew and locked until the commit."""
    query = select(IncomeImport).where(IncomeImport.practice_id == practice_id, IncomeImport.id == import_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def plan_of(practice_id: int) -> IncomePlan:
    """The plan, or one that says nothing yet (not stored)."""
    found = db.session.get(IncomePlan, practice_id)
    return found or IncomePlan(practice_id=practice_id, tax=2500, weeks_off=8, hours=20)


def rates_of(practice_id: int) -> dict[str, list[Rate]]:
    """The shares of each jar, by day."""
    found: dict[str, list[Rate]] = {jar: [] for jar in JARS}
    query = select(JarRate).where(JarRate.practice_id == practice_id).order_by(JarRate.since)
    for row in db.session.scalars(query):
        found[row.jar].append(Rate(row.since, row.share))
    return found


def moves_of(practice_id: int) -> Sequence[JarMove]:
    """What was put into jars or taken out by hand, the latest first."""
    query = select(JarMove).where(JarMove.practice_id == practice_id)
    return db.session.scalars(query.order_by(JarMove.day.desc(), JarMove.id.desc())).all()


def jar_rates(practice_id: int, jar: str) -> Sequence[JarRate]:
    """The shares of one jar, the oldest first."""
    query = select(JarRate).where(JarRate.practice_id == practice_id, JarRate.jar == jar)
    return db.session.scalars(query.order_by(JarRate.since)).all()


def has_practice(person: Person | None) -> bool:
    """Whether somebody works in a practice."""
    return profiles.practice_of(person) is not None
