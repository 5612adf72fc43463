"""What staff did about money, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from community.accounts.models import Person
from community.core.db import db
from community.payments.models import MoneyAction

SHOWN = 50


@dataclass(frozen=True)
class Entry:
    """One line: what was done and by whom."""

    action: MoneyAction
    name: str

    @property
    def id(self) -> int:
        """The line's number."""
        return self.action.id

    @property
    def payment_ref(self) -> str:
        """The payment it was about; "" where it was about something else."""
        kind, _, ref = self.action.subject.partition(":")
        return ref if kind == "payment" else ""


def latest(most: int, *, before: int | None = None) -> Sequence[Entry]:
    """The newest first; `before` goes on from a line's number."""
    query = select(MoneyAction, Person.name).join(Person, Person.id == MoneyAction.person_id)
    if before is not None:
        query = query.where(MoneyAction.id < before)
    return [Entry(*row) for row in db.session.execute(query.order_by(MoneyAction.id.desc()).limit(most))]


def about(subject: str) -> Sequence[Entry]:
    """Everything about one subject, the newest first."""
    query = select(MoneyAction, Person.name).join(Person, Person.id == MoneyAction.person_id)
    found = db.session.execute(query.where(MoneyAction.subject == subject).order_by(MoneyAction.id.desc()))
    return [Entry(*row) for row in found]
