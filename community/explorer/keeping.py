"""Keeping the figures of the niches: every few hours what is missing is counted. Owns its transactions, as nobody
calls it from within a write.
"""

import structlog
from sqlalchemy import delete, insert, select

from community.core.db import Model, db, writing
from community.explorer import counting, supply
from community.explorer.models import NicheDay, NicheSupply

log = structlog.get_logger(__name__)
_MOST = 400  # rows a statement
_DAYS = 30  # a transaction


def count_all() -> int:
    """Count the days that are over and what stands against them now. Returns the number of days counted."""
    db.session.rollback()
    days = counting.missing_days()
    for start in range(0, len(days), _DAYS):
        some = days[start : start + _DAYS]
        rows = [row for counted in counting.count_missing(some) for row in counted]
        db.session.rollback()
        with writing() as session:
            there = set(session.scalars(select(NicheDay.day).where(NicheDay.day.in_(some), NicheDay.kind == "site")))
            _write(NicheDay, [row for row in rows if row.day not in there])
    count_supply()
    return len(days)


def count_supply() -> None:
    """Count what stands against it, all anew."""
    rows = supply.count(counting.fields_of())
    db.session.rollback()
    with writing() as session:
        session.execute(delete(NicheSupply))
        _write(NicheSupply, rows)
    db.session.expunge_all()


def _write(model: type[Model], rows: list[NicheDay] | list[NicheSupply]) -> None:
    names = [column.key for column in model.__table__.columns]
    values = [{name: getattr(row, name) for name in names} for row in rows]
    for start in range(0, len(values), _MOST):
        db.session.execute(insert(model), values[start : start + _MOST])
