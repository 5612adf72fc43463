"""Noting outside income and costs, taking and undoing files, jars and the plan."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete

from community.accounts.models import Person
from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.core.site import settings
from community.income import queries
from community.income.models import IncomeEntry, IncomeImport, IncomePlan, JarMove, JarRate
from community.income.sheets import Sheet
from community.profiles.models import Practice

Mark = tuple[str, int, str, str]


def note(
    practice: Practice, *, kind: str, day: date, amount: int, stream: str, party: str = "", text: str = ""
) -> IncomeEntry:
    """Note income from elsewhere or a cost by hand; minor units of the site's currency."""
    made = IncomeEntry(
        practice_id=practice.id, kind=kind, day=day, amount=amount, currency=settings().currency,
        stream=stream, party=party, note=text,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def forget(entry: IncomeEntry) -> None:
    """Take a note away."""
    db.session.delete(entry)
    db.session.flush()


def look_at(practice: Practice, sheet: Sheet, *, kind: str, name: str, by: Person) -> IncomeImport:
    """Keep what a file says, to be looked at; nothing counts yet. A look before that was left is forgotten."""
    db.session.execute(
        delete(IncomeImport).where(IncomeImport.practice_id == practice.id, IncomeImport.status == "new")
    )
    there = Counter(_mark_of(entry) for entry in queries.entries_of(practice.id) if entry.kind == kind)
    rows = []
    for row in sheet.rows:
        mark = _mark(row)
        known = there[mark] > 0
        there[mark] -= known
        rows.append(row | {"known": known})
    made = IncomeImport(
        practice_id=practice.id, person_id=by.id, kind=kind, name=name[:120], rows=rows, faults=sheet.faults,
        status="new", count=0,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def _mark(row: Mapping[str, Any]) -> Mark:
    return str(row["day"]), int(row["amount"]), str(row["stream"]).casefold(), str(row["party"]).casefold()


def _mark_of(entry: IncomeEntry) -> Mark:
    return entry.day.isoformat(), entry.amount, entry.stream.casefold(), entry.party.casefold()


def take(found: IncomeImport, *, again: bool = False) -> int:
    """Note the rows of a file: all, or (not `again`) only those that are not there yet. Returns how many.

    Twice is once. Raises `Refused`: "undone", "nothing_new".
    """
    if found.status == "taken":
        return found.count
    if found.status == "undone":
        raise Refused("undone", _("This file was undone. Please send it again."), 409)
    rows = [row for row in found.rows if again or not row["known"]]
    if not rows:
        raise Refused("nothing_new", _("There is nothing new in this file."), 422)
    for row in rows:
        db.session.add(
            IncomeEntry(
                practice_id=found.practice_id,
                kind=found.kind,
                day=date.fromisoformat(row["day"]),
                amount=row["amount"],
                currency=settings().currency,
                stream=row["stream"],
                party=row["party"],
                note=row["note"],
                import_id=found.id,
            )
        )
    found.status, found.count, found.rows, found.faults = "taken", len(rows), [], []
    found.settled_at = clock.now()
    db.session.flush()
    return found.count


def undo(found: IncomeImport) -> int:
    """Take all notes of a file away again. Returns how many there still were; twice is once."""
    if found.status != "taken":
        return 0
    gone = db.session.execute(delete(IncomeEntry).where(IncomeEntry.import_id == found.id))
    found.status, found.settled_at = "undone", clock.now()
    db.session.flush()
    return int(gone.rowcount)  # type: ignore[attr-defined]


def plan(practice: Practice, **values: Any) -> IncomePlan:
    """Change what a practice plans with: columns of `IncomePlan`."""
    found = db.session.get(IncomePlan, practice.id)
    if found is None:
        found = queries.plan_of(practice.id)
        db.session.add(found)
    for name, value in values.items():
        setattr(found, name, value)
    db.session.flush()
    return found


def set_jar(practice: Practice, jar: str, *, share: int, since: date) -> None:
    """From `since` on `share` (basis points) goes into the jar; what came before stays as it was."""
    rates = queries.jar_rates(practice.id, jar)
    same = next((rate for rate in rates if rate.since == since), None)
    if same is not None:
        same.share = share
    elif share != (rates[-1].share if rates else 0):
        db.session.add(JarRate(practice_id=practice.id, jar=jar, share=share, since=since))
    db.session.flush()


def move_jar(practice: Practice, jar: str, *, amount: int, day: date, text: str = "") -> JarMove:
    """Put `amount` (minor units) into a jar, or, negative, take it out."""
    made = JarMove(practice_id=practice.id, jar=jar, amount=amount, day=day, note=text)
    db.session.add(made)
    db.session.flush()
    return made
