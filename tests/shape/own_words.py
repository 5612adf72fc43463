"""Words that are nobody's to translate: what people wrote, names, places, days, and what libraries bring along."""

import re
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import available_timezones

import flask_security
import wtforms
from babel import Locale
from babel.messages.pofile import read_po
from flask import Flask
from sqlalchemy import select

from community.core.db import Model, db
from community.explorer import onet
from community.niches.catalogue import titles_by_niche as catalogue_titles
from tests.shape import pseudo

# Names and signs that are the same in every language.
NAMES = (
    "Linchpin", "Checkout", "Stripe", "GBP", "EUR", "USD", "UTC", "GMT", "BST", "http", "https", "www", "linchpin.test",
    "Visa", "Mastercard", "Google", "Apple", "iCal", "PDF", "JPEG", "PNG", "WebP", "MM", "YY", "CVC", "km",
    "Bokkeeping", "Nothing like this", "meet.example/noor", "calendar.example",
)  # fmt: skip


# Columns that hold people's own words, names and addresses; states and kinds are ours to translate.
OWN = {
    "name", "title", "summary", "text", "line", "about", "help_whom", "help_what", "help_how", "looking_for", "note",
    "can_help_with", "alt", "topic", "email", "handle", "slug", "ref", "zone", "where_detail", "client_name", "reason",
    "client_email", "unit", "scope", "file_name", "questions", "answers", "plan", "chosen",
    "stream", "party", "evidence", "object_id", "detail", "description",
    "said", "words", "rows", "faults", "lines", "taxes", "seller", "buyer", "label", "win", "need", "why", "languages",
}  # fmt: skip


def _stored(app: Flask) -> Iterator[str]:
    """Everything that people wrote, and the names of the catalogue."""
    with app.app_context():
        for table in Model.metadata.tables.values():
            columns = [column for column in table.columns if column.name in OWN]
            for row in db.session.execute(select(*columns)) if columns else ():
                for value in row:
                    yield from (told for one in _strings(value) for told in _told(one))


def _strings(value: object) -> Iterator[str]:
    """The words in a column, which may be a list of things with words in them."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        yield from (found for one in value for found in _strings(one))
    else:
        yield str(value or "")


def _told(value: str) -> Iterator[str]:
    if len(value) > 2:
        yield from (value, value.lower(), value.upper(), value.split(maxsplit=1)[0])
        lines = (line.strip(" -") for line in re.split(r"[\n*]+", value))
        yield from (line for line in lines if len(line) > 2)


def _terms() -> Iterator[str]:
    """What people also say for a niche, and what they did in their last job."""
    for titles in catalogue_titles().values():
        yield from titles
    for code, title in onet.occupations().items():
        yield title
        for task in onet.tasks(code).values():
            yield from (task, task.rstrip("."))


def _zones() -> Iterator[str]:
    for zone in available_timezones():
        yield from (zone.replace("_", " "), *zone.replace("_", " ").split("/"))
        yield "Londono"  # what CLDR calls it in this language


def _libraries() -> Iterator[str]:
    """The words of Flask-Security and WTForms: they bring catalogues of their own, in thirty languages."""
    for folder in (Path(flask_security.__file__).parent / "translations", Path(wtforms.__file__).parent / "locale"):
        with next(iter(sorted(folder.glob("de*/LC_MESSAGES/*.po")))).open("rb") as file:
            for message in read_po(file):
                yield from [message.id] if isinstance(message.id, str) else message.id


def _dates() -> Iterator[str]:
    """The language's names of days, months and parts of the day, from CLDR."""
    locale = Locale.parse(pseudo.LOCALE)
    for names in (locale.days, locale.months, locale.day_periods):
        for widths in names.values():
            for known in widths.values():
                yield from known.values()


def _countries() -> Iterator[str]:
    """The language's names of countries, from CLDR."""
    yield from Locale.parse(pseudo.LOCALE).territories.values()


def plain(app: Flask) -> pseudo.Plain:
    """Finds words of ours on the pages of `app` that no bracket holds."""
    known = [*_stored(app), *_dates(), *_countries(), *_zones(), *_terms(), *NAMES]
    return pseudo.Plain(known, [*_libraries()])
