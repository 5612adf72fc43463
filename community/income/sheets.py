"""Reading other people's tables, and writing our own so that no program runs what is in them."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _

from community.listings.rules import parse_price

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 5_000
MOST_FAULTS = 50
MOST_AMOUNT = 2_000_000_000  # what a column of the database holds, minor units
_OLDEST = date(1990, 1, 1)

# What the columns may be called; the first name is the one we write ourselves.
COLUMNS = {
    "day": ("date", "day", "datum", "fecha", "data", "paid on", "booking date", "transaction date", "posted"),
    "amount": ("amount", "betrag", "importe", "montant", "importo", "sum", "total", "value", "net", "net amount"),
    "stream": ("stream", "what", "category", "for", "kind", "type", "description", "project", "kategorie"),
    "party": ("client", "who", "customer", "supplier", "payee", "payer", "name", "counterparty", "kunde"),
    "note": ("note", "notes", "memo", "reference", "comment", "details", "notiz"),
    "currency": ("currency", "ccy", "waehrung", "währung"),
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LIMITS = {"stream": 80, "party": 120, "note": 200}


class NoSheet(ValueError):
    """Not a table we could read; the message says what to do, in plain words."""


class Wrong(ValueError):
    """One cell that can't be used; the message says why."""


@dataclass
class Sheet:
    """The rows that were understood, and (line of the file, what is wrong) of the others."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    faults: list[list[Any]] = field(default_factory=list)
    more_faults: int = 0

    def fault(self, line: int, text: str) -> None:
        """Note what is wrong with a line; past fifty they are only counted."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append([line, text])
        else:
            self.more_faults += 1


def decode(content: bytes) -> str:
    """The words of a file from any office program: UTF-8, UTF-16, or Windows' own. Raises `NoSheet`."""
    if len(content) > MOST_BYTES:
        raise NoSheet(_("This file is larger than 10 MB. Please split it into smaller ones."))
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _decoded(content, encoding)
    if b"\0" in content:
        raise NoSheet(_("This is not a CSV file. In your program choose “Save as” or “Export” and then CSV."))
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise NoSheet(_("This file is damaged. Please export it again.")) from error


def read(content: bytes, *, currency: str, today: date, day_first: bool = True) -> Sheet:
    """A CSV file as rows of day (ISO), amount (minor units of `currency`), stream, party and note, with their line.

    `day_first` says how 3/4/2026 is meant. Raises `NoSheet` where there is no table at all.
    """
    text = decode(content)
    if not text.strip():
        raise NoSheet(_("This file is empty. Please choose it again."))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    sheet = Sheet()
    try:
        columns = _columns(next(reader, []))
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(sheet.rows) + len(sheet.faults) + sheet.more_faults >= MOST_ROWS:
                raise NoSheet(_("More than %(n)s rows at once are too many. Please split the file.", n=MOST_ROWS))
            _take(sheet, columns, cells, reader.line_num, currency=currency, today=today, day_first=day_first)
    except csv.Error as error:
        raise NoSheet(_("Line %(n)s can't be read: a quotation mark may be missing.", n=reader.line_num)) from error
    if not sheet.rows and not sheet.faults:
        raise NoSheet(_("There are no rows below the names of the columns."))
    return sheet


def _delimiter(text: str) -> str:
    first = text.lstrip().splitlines()[0]
    return max(",;\t|", key=first.count)


def _columns(head: Sequence[str]) -> dict[str, int]:
    """Where each of our columns stands. Raises `NoSheet` without a date and an amount."""
    names = [" ".join(re.sub(r"[^\w ]", " ", name.casefold().lstrip("\ufeff")).split()) for name in head]
    found: dict[str, int] = {}
    for ours, known in COLUMNS.items():
        for name in known:
            if name in names and names.index(name) not in found.values():
                found[ours] = names.index(name)
                break
    lacking = [column for column in ("day", "amount") if column not in found]
    if lacking:
        words = ", ".join(COLUMNS[column][0] for column in lacking)
        raise NoSheet(
            _("The first line has to name the columns. Not found: %(what)s. The sample file shows how.", what=words)
        )
    return found


def _take(sheet: Sheet, columns: dict[str, int], cells: Sequence[str], line: int, **how: Any) -> None:
    def cell(name: str) -> str:
        at = columns.get(name, -1)
        return cells[at].strip() if 0 <= at < len(cells) else ""

    try:
        row = _row(cell("day"), cell("amount"), cell("currency").upper(), **how)
    except Wrong as wrong:
        sheet.fault(line, str(wrong))
        return
    row |= {name: _plain(cell(name))[:most] for name, most in _LIMITS.items()}
    sheet.rows.append(row | {"line": line})


def _row(day: str, amount: str, said: str, *, currency: str, today: date, day_first: bool) -> dict[str, Any]:
    if said and said != currency:
        raise Wrong(_("Only %(ours)s is counted here, this is %(theirs)s.", ours=currency, theirs=said[:8]))
    found = parse_day(day, today=today, day_first=day_first)
    return {"day": found.isoformat(), "amount": parse_amount(amount, currency)}


def _plain(text: str) -> str:
    """Words without control characters; an apostrophe that guards a formula is taken off again."""
    said = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return said[1:] if said.startswith("'") and said[1:2] in set("=+-@") else said


def parse_amount(typed: str, currency: str) -> int:
    """An amount as people and programs write it, (12.50) and 12,50- included. Raises `Wrong`."""
    text = " ".join(typed.split()).replace("\u2212", "-").replace("\u2013", "-")
    if not text:
        raise Wrong(_("There is no amount."))
    minus = text.startswith(("-", "(")) or text.endswith(("-", ")")) or bool(re.match(r"^\D{1,4}-", text))
    bare = text.replace("-", "", 1).replace("+", "", 1).strip("() ")
    try:
        amount = parse_price(bare, currency)
    except (ValueError, ArithmeticError) as error:
        raise Wrong(_("“%(typed)s” is not an amount.", typed=typed.strip()[:30])) from error
    if amount == 0:
        raise Wrong(_("The amount is nothing."))
    if amount > MOST_AMOUNT:
        raise Wrong(_("“%(typed)s” is too large.", typed=typed.strip()[:30]))
    return -amount if minus else amount


def parse_day(typed: str, *, today: date, day_first: bool = True) -> date:
    """A day as programs write it: 2026-11-19, 19.11.2026, 19/11/26, 19 Nov 2026. Raises `Wrong`."""
    text = typed.strip()
    if not text:
        raise Wrong(_("There is no date."))
    found = _day_parts(text, day_first=day_first)
    try:
        day = date(*found) if found else None
    except ValueError:
        day = None
    if day is None or day < _OLDEST:
        raise Wrong(_("“%(typed)s” is not a date. Write it like 2026-11-19.", typed=text[:30]))
    if day > today:
        raise Wrong(_("%(typed)s has not come yet. Only what was paid counts.", typed=text[:30]))
    return day


def _day_parts(text: str, *, day_first: bool) -> tuple[int, int, int] | None:
    """(year, month, day) as written."""
    if iso := re.match(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$", text, re.A):
        return int(iso[1]), int(iso[2]), int(iso[3])
    if plain := re.match(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?: .*)?$", text, re.A):
        one, two, year = int(plain[1]), int(plain[3]), int(plain[4])
        day, month = (one, two) if day_first or plain[2] == "." else (two, one)
        return year + (2000 if year < 100 else 0), month, day
    if words := re.match(r"(\d{1,2})[. -]+([a-z]{3})[a-z]*[., -]+(\d{4})$", text, re.A | re.I):
        day, name, year = int(words[1]), words[2].lower(), int(words[3])
    elif words := re.match(r"([a-z]{3})[a-z]*[. -]+(\d{1,2}),?\s+(\d{4})$", text, re.A | re.I):
        day, name, year = int(words[2]), words[1].lower(), int(words[3])
    else:
        return None
    return (year, _MONTHS.index(name) + 1, day) if name in _MONTHS else None


def write(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A CSV file that office programs open as it is: UTF-8 with its mark, commas, and nothing they would compute."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def safe(cell: Any) -> str:
    """Words that a program would take for a formula, behind an apostrophe; figures of ours stay as they are."""
    text = str(cell)
    if isinstance(cell, str) and text.lstrip()[:1] in set("=+-@\t\r|%"):
        return f"'{text}"
    return text
