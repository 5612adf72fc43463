"""Files of outside income and costs: read from any program, looked at, taken, undone; and ours, which nobody runs."""

import io
import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community.income import sheets
from community.income.sheets import NoSheet, Wrong
from tests.bookings.house import House
from tests.world import post, token

TODAY = date(2026, 11, 19)
HEAD = "date,amount,stream,client,note\n"


def _read(text: str | bytes, **how: Any) -> sheets.Sheet:
    content = text if isinstance(text, bytes) else text.encode()
    return sheets.read(content, currency="GBP", today=TODAY, **how)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("640", 64000), ("£1,234.50", 123450), ("1.234,50", 123450), ("1 234,5", 123450), ("12,50-", -1250),
     ("(12.50)", -1250), ("-£12.50", -1250), ("£-12.50", -1250), ("\u221212.50", -1250), ("GBP 7", 700), ("0.01", 1),
     ("1\u00a0234,50", 123450), ("+5", 500)],
)  # fmt: skip
def test_amounts_as_people_write_them(app: Flask, typed: str, amount: int) -> None:
    with app.test_request_context():
        assert sheets.parse_amount(typed, "GBP") == amount


@pytest.mark.parametrize(
    "typed", ["", "much", "1.2.3", "=1+1", "12.3456", "0", "99999999999", "1e5", "NaN", "--5", "٣"]
)
def test_what_is_no_amount(app: Flask, typed: str) -> None:
    with app.test_request_context(), pytest.raises(Wrong):
        sheets.parse_amount(typed, "GBP")


@pytest.mark.parametrize(
    ("typed", "day_first", "day"),
    [("2026-03-04", True, (3, 4)), ("04/03/2026", True, (3, 4)), ("03/04/2026", False, (3, 4)),
     ("04.03.26", False, (3, 4)), ("4 Mar 2026", True, (3, 4)), ("March 4, 2026", True, (3, 4)),
     ("2026-03-04T10:00:00Z", True, (3, 4)), ("4-3-2026", True, (3, 4))],
)  # fmt: skip
def test_days_as_programs_write_them(app: Flask, typed: str, day_first: bool, day: tuple[int, int]) -> None:
    with app.test_request_context():
        assert sheets.parse_day(typed, today=TODAY, day_first=day_first) == date(2026, *day)


@pytest.mark.parametrize("typed", ["", "soon", "2026-02-30", "31/31/2026", "1066-10-14", "2027-01-01", "20261119"])
def test_what_is_no_day(app: Flask, typed: str) -> None:
    with app.test_request_context(), pytest.raises(Wrong):
        sheets.parse_day(typed, today=TODAY)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("comma", [",", ";", "\t"])
def test_any_program(app: Flask, encoding: str, comma: str) -> None:
    text = f'Datum{comma}Betrag{comma}Kunde\r\n19.11.2026{comma}"12,50"{comma}Müller\r\n'
    with app.test_request_context():
        sheet = _read(text.encode(encoding))
    assert [(row["amount"], row["party"]) for row in sheet.rows] == [(1250, "Müller")]


def test_each_wrong_line_is_named(app: Flask) -> None:
    text = HEAD + "2026-11-03,12.50,Tasting,Ann,\nsoon,5,,,\n2026-11-04,much,,,\n\n2027-01-01,5,,,\n2026-11-05,,,,\n"
    with app.test_request_context():
        sheet = _read(text)
    assert len(sheet.rows) == 1
    assert [line for line, _ in sheet.faults] == [3, 4, 6, 7]
    assert "“much” is not an amount." in sheet.faults[1][1]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"), (b"   \n", "empty"), (b"a,b\n1,2\n", "date, amount"), (HEAD.encode(), "no rows"),
        (b"PK\x03\x04\x00\x00", "not a CSV"), (b"\xff\xfe\x00", "damaged"),
        (b"x" * (sheets.MOST_BYTES + 1), "10 MB"), (HEAD.encode() + b"2026-11-03,5,,,\n" * 5001, "too many"),
        (HEAD.encode() + b'2026-11-03,"' + b"5" * 200_000 + b'",,,\n', "can't be read"),
    ],
    ids=["nothing", "blank", "columns", "head", "zip", "half", "large", "long", "cell"],
)  # fmt: skip
def test_what_is_no_table_says_what_to_do(app: Flask, content: bytes, words: str) -> None:
    with app.test_request_context(), pytest.raises(NoSheet, match=words):
        _read(content)


def test_another_currency_is_not_counted(app: Flask) -> None:
    with app.test_request_context():
        sheet = _read("date,amount,currency\n2026-11-03,5,EUR\n2026-11-03,5,gbp\n")
    assert len(sheet.rows) == len(sheet.faults) == 1


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "|calc"])
def test_no_program_runs_what_we_write(cell: str) -> None:
    line = sheets.write(("a",), [(cell,)]).decode("utf-8-sig").splitlines()[1:]
    assert "".join(line).lstrip('"').startswith("'")


def test_what_we_write_we_read(app: Flask) -> None:
    content = sheets.write(("date", "amount", "stream"), [("2026-11-03", "12.50", "=HYPERLINK(1)")])
    with app.test_request_context():
        (row,) = _read(content).rows
    assert (row["amount"], row["stream"]) == (1250, "=HYPERLINK(1)")


# ---- over HTTP ------------------------------------------------------------------------------------------------
def _send(owner: FlaskClient, text: str | bytes, **values: str) -> Any:
    content = text if isinstance(text, bytes) else text.encode()
    data = {"kind": "income", "order": "day", "csrf_token": token(owner, "/desk/income/book")} | values
    return owner.post("/desk/income/imports", data=data | {"file": (io.BytesIO(content), "bank <b>.csv")})


def _count(owner: FlaskClient) -> int:
    return len(re.findall("/removal", owner.get("/desk/income/book").get_data(as_text=True)))


def test_looked_at_taken_and_undone(house: House) -> None:
    owner = house.world.signed_in(house.owner)
    text = (
        HEAD + "2026-11-03,12.50,Tasting,Ann,=cmd\n2026-11-03,12.50,Tasting,Ann,\n2026-11-04,7,Markets,,\nsoon,1,,,\n"
    )
    where = _send(owner, text).location
    page = owner.get(where).get_data(as_text=True)
    assert "£32.00" in page
    assert "Line 5" in page
    assert _count(owner) == 0, "nothing counts before it is taken"
    for _ in range(2):  # twice is once
        assert post(owner, f"{where}/entries", {}, form_at="/desk/income/book").status_code == 302
        assert _count(owner) == 3
    again = _send(owner, text + "2026-11-05,8,Markets,,\n").location
    assert owner.get(again).get_data(as_text=True).count("already there") == 3
    post(owner, f"{again}/entries", {}, form_at=again)
    assert _count(owner) == 4, "only what is new"
    post(owner, f"{where}/undoing", {}, form_at="/desk/income/book")
    assert _count(owner) == 1
    refused = post(owner, f"{where}/entries", {}, form_at="/desk/income/book", follow_redirects=True)
    assert "was undone" in refused.get_data(as_text=True)
    exported = owner.get("/desk/income/export/lines.csv").get_data(as_text=True)
    assert "2026-11-05,8.00,Markets" in exported


def test_a_file_that_is_none_is_refused_at_its_field(house: House) -> None:
    owner = house.world.signed_in(house.owner)
    answer = _send(owner, b"%PDF-1.7 \x00\x01")
    assert answer.status_code == 422
    assert "not a CSV file" in answer.get_data(as_text=True)
    assert _send(owner, b"x" * (sheets.MOST_BYTES + 100_000)).status_code == 413


def test_formulas_in_names_are_words_in_the_export(house: House) -> None:
    owner = house.world.signed_in(house.owner)
    entry = {"kind": "income", "day": "2026-11-03", "amount": "5", "stream": "=1+1", "party": "@evil"}
    assert post(owner, "/desk/income/book", entry).status_code == 302
    lines = owner.get("/desk/income/export/lines.csv").get_data(as_text=True)
    assert ",'=1+1,'@evil," in lines
    assert owner.get("/desk/income/export/nothing.csv").status_code == 404
