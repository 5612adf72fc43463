"""A hand-worked year: what the pages and files say agrees with `year.tsv` to the cent."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from community.bookings import actions
from community.core import clock
from community.core.db import db
from community.income import actions as income
from community.income.book import of_practice
from community.payments import actions as payments
from community.payments.models import Refund
from community.payments.terms import RefundState
from tests.bookings.house import House

SHEET = [
    line.split("\t")
    for line in Path(__file__).with_name("year.tsv").read_text().splitlines()
    if line and not line.startswith(("#", "row\tpaid"))
]
MINUTES = {"site30": 30, "site60": 60, "site90": 90, "half": 60, "whole": 60}
CLIENTS = {"Ada Byron": "ada", "Ben Carver": "ben"}


def _of(name: str) -> list[list[str]]:
    return [line[1:] for line in SHEET if line[0] == name]


def _at(day: str, hour: int = 9) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC) + timedelta(hours=hour)


def _minor(text: str) -> int:
    """12.34 as 1234, without any code of ours."""
    whole, cents = text.lstrip("-").split(".")
    return (-1 if text.startswith("-") else 1) * (int(whole) * 100 + int(cents))


class Year:
    """Noor's practice as the sheet says."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.first_call = house.world.listing(house.practice, "A first call", prices={60: 7000})
        for paid, done, via, stream, client, amount in _of("row"):
            if via in MINUTES:
                self._book(paid, done, via, stream, client)
            else:
                self._note(via, paid, stream, client, amount)

    def _book(self, paid: str, done: str, via: str, stream: str, client: str) -> None:
        house = self.house
        start = _at(done, 11) + timedelta(days={"half": 1, "whole": 6}.get(via, 0))
        listing = self.first_call if stream == "A first call" else house.session
        with clock.frozen(_at(paid)):
            who = getattr(house, CLIENTS[client])
            booking = house.confirmed(listing, who=who, minutes=MINUTES[via], starts=(start,))
        if via in {"half", "whole"}:
            with clock.frozen(_at(done, 20)):
                house.do(booking, lambda b: actions.cancel(b, actor="client", by=None, reason="ill"))
                self._sent(booking)
            return
        with clock.frozen(start + timedelta(hours=2)):
            house.do(booking, actions.deliver)
            house.do(booking, lambda b: actions.complete(b, actor="client"))

    def _sent(self, booking_id: int) -> None:
        """Stripe sent the money back."""
        with self.house.world.writing():
            for refund in db.session.query(Refund).filter_by(status="owed"):
                payments.refund_answered(
                    refund.id,
                    RefundState(f"re_{refund.ref}", "succeeded", refund.amount, "GBP", None, None, None, None),
                )

    def _note(self, via: str, paid: str, stream: str, client: str, amount: str) -> None:
        with self.house.world.writing():
            income.note(
                self.house.practice_of(self.house.practice),
                kind="cost" if via == "cost" else "income",
                day=date.fromisoformat(paid),
                amount=_minor(amount),
                stream=stream,
                party=client,
            )


@pytest.fixture
def year(house: House) -> Year:
    return Year(house)


def _file(owner: FlaskClient, name: str) -> list[dict[str, str]]:
    answer = owner.get(f"/desk/income/export/{name}.csv")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def _tables(page: str) -> dict[str, list[list[str]]]:
    """The rows of each table of a page, by its name, as words."""
    found = {}
    for label, table in re.findall(r'aria-label="([^"]+, table)"><table.*?>(.*?)</table>', page, re.S):
        rows = re.findall(r"<tr>(.*?)</tr>", table, re.S)
        cells = [[re.sub(r"<[^>]*>", "", c).strip() for c in re.findall(r"<t[hd].*?</t[hd]>", r, re.S)] for r in rows]
        found[label] = cells[1:]
    return found


def _pounds(text: str) -> str:
    """£1,234.50 as 1234.50."""
    bare = text.replace("£", "").replace(",", "").replace("\u2212", "-")
    return bare if "." in bare else f"{bare}.00"


def test_forty_rows() -> None:
    assert len(_of("row")) == 40
    assert {row[2] for row in _of("row")} >= {"half", "whole", "outside", "cost"}


def test_the_pages_agree_to_the_cent(year: Year) -> None:
    owner = year.house.world.signed_in(year.house.owner)
    tables = _tables(owner.get("/desk/income?period=last").get_data(as_text=True))
    streams = tables["Income by stream, table"]
    months, (earned, costs, left, _how) = _of("month"), _of("year")[0]
    said = {row[0]: row[1:] for row in streams}
    assert [_pounds(cell) for cell in said["All streams"]][:-1] == [*(month[1] for month in months), earned]
    assert [_pounds(cell) for cell in said["Costs"]][:-1] == [*(month[2] for month in months), costs]
    assert [_pounds(cell) for cell in said["What is left"]][:-1] == [*(month[3] for month in months), left]
    for name, label in (("stream", "Income by stream, table"), ("client", "Income by client, table")):
        rows = [(row[0], _pounds(row[-2]), row[-1]) for row in tables[label]][: len(_of(name))]
        assert rows == [(one[0], one[1], f"{one[2]}%") for one in _of(name)]


def test_the_files_agree_to_the_cent(year: Year) -> None:
    owner = year.house.world.signed_in(year.house.owner)
    months = {row["month"]: row for row in _file(owner, "months")}
    for month, earned, costs, left, _how in _of("month"):
        row = months[month]
        assert [_minor(f"{float(row[name]):.2f}") for name in ("earned", "costs", "left")] == [
            *map(_minor, (earned, costs, left))
        ]
    for name in ("stream", "client"):
        sums: dict[str, int] = {}
        for row in _file(owner, f"{name}s"):
            sums[row[name]] = sums.get(row[name], 0) + _minor(row["amount"])
        assert {one[0]: _minor(one[1]) for one in _of(name)} == sums


def test_what_the_ledger_owes_is_what_the_book_says(year: Year) -> None:
    """Earned on the site and booked together are the balance of the ledger, unit for unit."""
    from community.payments import queries

    house = year.house
    house.confirmed()
    with house.reading():
        book = of_practice(house.practice_of(house.practice))
        ours = sum(line.amount for line in book.earned + book.booked if line.source == "site")
        assert ours == queries.owed_to(f"practice:{house.practice}")


@contextmanager
def _counted() -> Iterator[list[str]]:
    """The statements that are asked meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE")):
            asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_pages_ask_the_same_number_of_questions(year: Year) -> None:
    """However much there is in the book: an empty practice's page asks as many as that of a whole year."""
    house = year.house
    asked = []
    for person in (house.tom, house.owner):
        browser = house.world.signed_in(person)
        browser.get("/desk/income")
        with _counted() as statements:
            assert browser.get("/desk/income?period=last").status_code == 200
        asked.append(len(statements))
    assert asked[1] <= asked[0] + 1
    ours = [one for one in statements if any(name in one for name in ("income_", "jar_", "postings", "booking_pay"))]
    assert len(ours) <= 8
