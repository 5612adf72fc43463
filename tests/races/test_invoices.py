"""Many who issue invoices at once, some of whom fail half way: the numbers have no gaps and no doubles.

STORM_INVOICES sets how many are issued (60), STORM_DOOR_RACERS by how many at once (16).
"""

import os
import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from community import create_app
from community.config import load
from community.core import clock, guards
from community.core.db import db, writing
from community.income.invoices import actions
from community.income.invoices.models import Invoice, InvoiceSeries
from community.income.invoices.rules import Item, taxes
from community.profiles.models import Practice
from tests.services.seed import copied

pytestmark = pytest.mark.server
COUNT = int(os.environ.get("STORM_INVOICES", "60"))
RACERS = min(32, int(os.environ.get("STORM_DOOR_RACERS", "16")))  # a process has forty connections
SEED = os.environ.get("SEED", "1")
LINES = [Item("An hour", 9975, 2000)]


class Fell(Exception):
    """Somebody's transaction fails after it took its number."""


class Office:
    """A site with one practice, and whoever issues its invoices."""

    def __init__(self, var: Path, database_url: str = "") -> None:
        copied(var, database_url)
        given = {"VAR": str(var), "NO_DEMO": "1"} | ({"DATABASE_URL": database_url} if database_url else {})
        self.app = create_app(load(given))
        with self.app.app_context():
            self.practice = db.session.scalars(select(Practice.id)).first()
            db.session.rollback()

    def issue(self, number: int) -> bool:
        """One invoice; one in five falls after it took its number."""
        falls = random.Random(f"{SEED}:{number}").random() < 0.2
        with self.app.app_context(), suppress(Fell), writing():
            self._made(actions.lock_series("race"), number)
            if falls:
                raise Fell
            return True
        return False

    def careless(self, number: int) -> bool:
        """As somebody in a hurry might: the number is taken in a transaction of its own."""
        with self.app.app_context():
            with writing():
                series = actions.lock_series("race")
                series.last += 1
                taken = series.last
            with suppress(Fell), writing():
                series = db.session.scalars(select(InvoiceSeries).where(InvoiceSeries.name == "race")).one()
                series.last = taken - 1
                self._made(series, number)
                if number % 5 == 0:
                    raise Fell
                return True
        return False

    def _made(self, series: InvoiceSeries, number: int) -> None:
        actions.issue(
            series, kind="invoice", source=f"race:{number}", practice_id=self.practice, prefix="",
            day=clock.now().date(), lines=LINES, taxes=taxes(LINES, "VAT"), order_id=None, payment_ref=None,
            locale="en_GB", currency="GBP", seller={"name": "Noor"}, buyer={"name": "Ada"}, note="", paid="",
        )  # fmt: skip

    def numbers(self) -> list[int]:
        """All numbers of the race's series."""
        with self.app.app_context():
            query = select(Invoice.number).join(InvoiceSeries, InvoiceSeries.id == Invoice.series_id)
            found = list(db.session.scalars(query.where(InvoiceSeries.name == "race").order_by(Invoice.number)))
            db.session.rollback()
            return found

    def guards_off(self) -> None:
        """Take away what the database refuses by itself."""
        with self.app.app_context(), writing():
            guards.remove(db.session.connection(), "invoices_gapless")


def _race(office: Office) -> None:
    with ThreadPoolExecutor(RACERS) as pool:
        issued = sum(pool.map(office.issue, range(COUNT)))
    assert office.numbers() == list(range(1, issued + 1))
    assert 0 < issued < COUNT
    print(f"SEED={SEED}: {RACERS} at once, {issued} issued, {COUNT - issued} fell, no gap")


def test_sqlite(tmp_path: Path) -> None:
    _race(Office(tmp_path))


@pytest.mark.postgresql
def test_postgresql(tmp_path: Path, postgresql_database: str) -> None:
    _race(Office(tmp_path, postgresql_database))


def test_a_careless_number_is_refused(tmp_path: Path) -> None:
    """And with the guard off it leaves a gap."""
    office = Office(tmp_path)
    with pytest.raises(DatabaseError, match="invoices_gapless"):
        for number in range(1, 8):
            office.careless(number)
    assert office.numbers() == [1, 2, 3, 4]
    office.guards_off()
    for number in range(11, 18):
        office.careless(number)
    assert office.numbers() != list(range(1, len(office.numbers()) + 1))
