"""In a language made of brackets no plain English is left on any page or in any mail, outside people's own words."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import available_timezones

import flask_security
import pytest
import wtforms
from babel import Locale
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import get_domain
from sqlalchemy import select, update

from community.accounts.models import Person
from community.bookings.models import Order
from community.core.db import Model, db, writing
from community.niches.catalogue import titles_by_niche as catalogue_titles
from tests.shape import crawl, mails, papers, pseudo
from tests.shape.crawl import Outline
from tests.shape.scene import Scene

pytestmark = pytest.mark.once

SPOKEN = ("aria-label", "title", "alt", "placeholder", "aria-description", "content-label")
# `code`, and in drawings `text` and `title`, hold words of the code itself.
SILENT = {"script", "style", "code", "kbd", "text"}
# Names and signs that are the same in every language.
NAMES = (
    "Linchpin", "Checkout", "Stripe", "GBP", "EUR", "USD", "UTC", "GMT", "BST", "http", "https", "www", "linchpin.test",
    "Visa", "Mastercard", "Google", "Apple", "iCal", "PDF", "JPEG", "PNG", "WebP", "MM", "YY", "CVC", "km",
    "Bokkeeping", "Nothing like this", "meet.example/noor", "calendar.example",
)  # fmt: skip


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("translations")
    assert pseudo.write_catalogue(folder) > 500
    return folder


@pytest.fixture(scope="module")
def abroad(scene: Scene, catalogue: Path) -> Iterator[Scene]:
    """The scene on a site whose language is the made-up one."""
    app = scene.app
    known, babel = app.extensions["settings"], app.extensions["babel"]
    before = babel.translation_directories
    app.extensions["settings"] = replace(known, locale=pseudo.LOCALE)
    babel.translation_directories = [str(catalogue)]
    _forget(app)
    with scene.attempt():
        with app.app_context(), writing():
            db.session.execute(update(Person).values(locale=pseudo.LOCALE))
            db.session.execute(update(Order).values(locale=pseudo.LOCALE))
        papers.issue_anew(scene, pseudo.LOCALE)  # what is issued keeps its language
        try:
            yield scene
        finally:
            app.extensions["settings"] = known
            babel.translation_directories = before
            _forget(app)


def _forget(app: Flask) -> None:
    """Flask-Babel keeps the catalogues it has read."""
    with app.app_context():
        get_domain().cache.clear()


@pytest.fixture(scope="module")
def plain(abroad: Scene) -> pseudo.Plain:
    return pseudo.Plain([*_stored(abroad.app), *_dates(), *_countries(), *_zones(), *_terms(), *NAMES], [*_libraries()])


# Columns that hold people's own words, names and addresses; states and kinds are ours to translate.
OWN = {
    "name", "title", "summary", "text", "line", "about", "help_whom", "help_what", "help_how", "looking_for", "note",
    "can_help_with", "alt", "topic", "email", "handle", "slug", "ref", "zone", "where_detail", "client_name", "reason",
    "client_email", "unit", "scope", "file_name", "questions", "answers", "plan", "chosen",
    "stream", "party", "evidence", "object_id", "detail", "description",
    "rows", "faults", "lines", "taxes", "seller", "buyer", "label",
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
    """What people also say for a niche."""
    for titles in catalogue_titles().values():
        yield from titles


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


def _spoken(page: str) -> Iterator[str]:
    """What a page says: its text, and what is read out or shown of attributes."""
    found = Outline(page)
    yield " ".join(data for inside, data in found.texts if inside not in SILENT)
    for tag, attributes in found.elements:
        yield from (attributes[name] for name in SPOKEN if name in attributes)
        if tag == "input" and attributes.get("type") in {"submit", "button"}:
            yield attributes.get("value", "")
        if tag == "meta" and attributes.get("name") == "description":
            yield attributes.get("content", "")
        yield from (value for name, value in attributes.items() if name.startswith(("data-w-", "data-words")))


def test_no_page_speaks_plainly(abroad: Scene, plain: pseudo.Plain) -> None:
    found: dict[str, str] = {}
    read = 0
    for page in crawl.pages(abroad):
        for words in _spoken(page.html):
            read += pseudo.OPEN in words
            for word in plain.words(words):
                found.setdefault(word, f"{page.name}: {_around(words, word)}")
    assert read > 2000
    _none(found)


def test_no_mail_speaks_plainly(abroad: Scene, plain: pseudo.Plain, monkeypatch: pytest.MonkeyPatch) -> None:
    found: dict[str, str] = {}
    for name, mail in mails.parts(mails.written(abroad, monkeypatch)):
        address = re.compile(r"https?://\S+")
        for words in (mail.subject, address.sub("", mail.text), *_spoken(mail.html)):
            for word in plain.words(words):
                found.setdefault(word, f"{name}: {_around(words, word)}")
    _none(found)


def _around(words: str, word: str) -> str:
    at = words.find(word)
    return " ".join(words[max(0, at - 40) : at + 40].split())


def _none(found: dict[str, str]) -> None:
    if found:
        pytest.fail("plain words:\n" + "\n".join(f"{word}: {where}" for word, where in found.items()))


def test_the_reader_sees_the_made_up_words(abroad: Scene) -> None:
    """The control: the catalogue is really in use, and a plain word is really found."""
    home = abroad.app.test_client().get("/").get_data(as_text=True)
    assert home.count(pseudo.OPEN) > 20
    assert pseudo.Plain(["Mara"]).words("⟦Bóók⟧ Mara now") == ["now"]
