"""Every page and mail, opened once in a language made of brackets: each is whole and valid HTML, no plain English is
left outside people's own words, and nobody's words are taken for HTML.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import get_domain
from sqlalchemy import update

from community.accounts.models import Person
from community.bookings.models import Order
from community.core.db import db, writing
from community.core.mail import MailWritten
from community.listings.models import Listing
from community.profiles.models import Practice
from community.rooms.models import Message, Session
from tests.shape import crawl, mails, own_words, papers, pseudo, validity, whole
from tests.shape.crawl import Outline, Page
from tests.shape.scene import Scene

pytestmark = pytest.mark.once

SPOKEN = ("aria-label", "title", "alt", "placeholder", "aria-description", "content-label")
# `code`, and in drawings `text` and `title`, hold words of the code itself.
SILENT = {"script", "style", "code", "kbd", "text"}
MAILS = Path(__file__).parents[2] / "templates" / "mail"
HOSTILE = "<script>alert(1)</script>{{ 7 * 7 }}\"' & co"
Sent = dict[str, list[MailWritten]]


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
    return own_words.plain(abroad.app)


@pytest.fixture(scope="module")
def pages(abroad: Scene) -> list[Page]:
    """All pages, in the made-up language."""
    return crawl.pages(abroad)


@pytest.fixture(scope="module")
def sent(abroad: Scene) -> Sent:
    """A mail of every kind, in the made-up language."""
    with pytest.MonkeyPatch.context() as patch:
        return mails.written(abroad, patch)


def test_every_page_is_whole(pages: list[Page]) -> None:
    faults = [f"{page.name}: {fault}" for page in pages for fault in whole.faults(page)]
    assert len(pages) > 150
    assert "\n".join(faults) == ""


def test_every_page_is_valid_html(pages: list[Page], tmp_path: Path) -> None:
    names: dict[str, str] = {}
    for number, page in enumerate({crawl.scarless(page.html): page for page in pages}.values()):
        (tmp_path / f"{number}.html").write_text(page.html)
        names[f"{number}.html"] = page.name
    said = validity.errors(tmp_path)
    assert not said, "\n".join(f"{names[file]}: {what}" for what, file in said.items())


def test_the_checker_sees_faults(tmp_path: Path) -> None:
    (tmp_path / "wrong.html").write_text(
        "<!doctype html><html lang=en><title>x</title><p><div id=a></div><b id=a></b></p>"
    )
    assert len(validity.errors(tmp_path)) >= 2


def test_no_page_speaks_plainly(pages: list[Page], plain: pseudo.Plain) -> None:
    found: dict[str, str] = {}
    read = 0
    for page in pages:
        for words in _spoken(page.html):
            read += pseudo.OPEN in words
            for word in plain.words(words):
                found.setdefault(word, f"{page.name}: {_around(words, word)}")
    assert read > 2000
    _none(found)


def test_every_mail_is_written_whole(sent: Sent) -> None:
    assert set(sent) == {folder.name for folder in MAILS.iterdir() if folder.is_dir()}
    for name, mail in mails.parts(sent):
        assert mail.subject.strip(), name
        assert "\n" not in mail.subject, name
        assert len(mail.subject) < 120, name
        assert Outline(mail.html).faults == [], name
        assert Outline(mail.html).text("title"), name
        for part in (mail.subject, mail.text, mail.html):
            assert not any(mark in part for mark in ("{{", "{%", "%(", "None", "Undefined")), (name, part)
        assert "<" not in mail.text, name
        assert "&amp;" not in mail.text, name
        assert "&#" not in mail.text + mail.subject, name


def test_no_mail_speaks_plainly(sent: Sent, plain: pseudo.Plain) -> None:
    found: dict[str, str] = {}
    for name, mail in mails.parts(sent):
        address = re.compile(r"https?://\S+")
        for words in (mail.subject, address.sub("", mail.text), *_spoken(mail.html)):
            for word in plain.words(words):
                found.setdefault(word, f"{name}: {_around(words, word)}")
    _none(found)


def test_the_reader_sees_the_made_up_words(abroad: Scene) -> None:
    """The control: the catalogue is really in use, and a plain word is really found."""
    home = abroad.app.test_client().get("/").get_data(as_text=True)
    assert home.count(pseudo.OPEN) > 20
    assert pseudo.Plain(["Mara"]).words("⟦Bóók⟧ Mara now") == ["now"]


def test_nobodys_words_are_html(abroad: Scene, pages: list[Page], monkeypatch: pytest.MonkeyPatch) -> None:
    with abroad.attempt():
        _hostile(abroad)
        found = crawl.pages(abroad, crawl.different(pages))
        bad = mails.written(abroad, monkeypatch)
    alive = [page.name for page in found if "<script>" in page.html]
    alive += [name for name, mail in mails.parts(bad) if "<script>" in mail.html]
    assert alive == []
    assert any("&lt;script&gt;alert(1)" in page.html for page in found)
    assert any("&lt;script&gt;alert(1)" in mail.html for _, mail in mails.parts(bad))
    computed = [page.name for page in found if "script&gt;49" in page.html]
    assert computed == [], "somebody's words were rendered as a template"


def _hostile(scene: Scene) -> None:
    """Everybody writes the same bad words everywhere."""
    with scene.app.app_context(), writing():
        words = {"name": HOSTILE, "line": HOSTILE, "looking_for": HOSTILE, "can_help_with": HOSTILE}
        db.session.execute(update(Person).values(**words))
        db.session.execute(update(Practice).values(name=HOSTILE, about=HOSTILE, help_whom=HOSTILE, help_what=HOSTILE))
        db.session.execute(update(Listing).values(title=HOSTILE, summary=HOSTILE, text=HOSTILE, where_detail=HOSTILE))
        db.session.execute(update(Message).values(text=HOSTILE))
        db.session.execute(update(Session).values(name=HOSTILE))


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


def _around(words: str, word: str) -> str:
    at = words.find(word)
    return " ".join(words[max(0, at - 40) : at + 40].split())


def _none(found: dict[str, str]) -> None:
    if found:
        pytest.fail("plain words:\n" + "\n".join(f"{word}: {where}" for word, where in found.items()))
