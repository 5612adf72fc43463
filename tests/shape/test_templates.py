"""Every template parses; every page has a title, one heading, landmarks and unique ids; every mail has its parts; and
nobody's words are taken for HTML."""

from collections import Counter
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from community.accounts.models import Person
from community.core.db import db, writing
from community.listings.models import Listing
from community.profiles.models import Practice
from community.rooms.models import Message, Session
from tests.shape import crawl, mails
from tests.shape.crawl import Outline, Page
from tests.shape.scene import Scene

pytestmark = pytest.mark.once

MAILS = Path(__file__).parents[2] / "templates" / "mail"
HOSTILE = "<script>alert(1)</script>{{ 7 * 7 }}\"' & co"


@pytest.fixture(scope="module")
def pages(scene: Scene) -> list[Page]:
    """All pages."""
    return crawl.pages(scene)


def test_every_template_parses(built: Flask) -> None:
    env = built.jinja_env
    names = [name for name in env.list_templates() if name.endswith((".html", ".txt"))]
    assert len(names) > 60
    for name in names:
        assert env.loader is not None
        env.parse(env.loader.get_source(env, name)[0], name)


def test_every_page_is_whole(pages: list[Page]) -> None:
    faults = [f"{page.name}: {fault}" for page in pages for fault in _faults(page)]
    assert len(pages) > 150
    assert "\n".join(faults) == ""


def _faults(page: Page) -> list[str]:
    found = Outline(page.html)
    faults = list(found.faults)
    if page.status >= 500:
        faults.append("breaks")
    if not found.text("title"):
        faults.append("no title")
    if len(found.all("h1")) != 1:
        faults.append(f"{len(found.all('h1'))} h1")
    if len(found.all("main")) != 1:
        faults.append(f"{len(found.all('main'))} main")
    if not all(attributes.get("lang") for attributes in found.all("html")):
        faults.append("no language")
    marks = ("{{", "{%", "%(", '="None"', "Undefined")
    faults += [f"says {mark}" for mark in marks if mark in page.html]
    return faults + _ids(found) + _landmarks(found) + _names(found)


def _ids(found: Outline) -> list[str]:
    ids = Counter(attributes["id"] for _, attributes in found.elements if "id" in attributes)
    faults = [f"id {one} {many} times" for one, many in ids.items() if many > 1]
    for tag, attributes in found.elements:
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list"):
            faults += [
                f"<{tag} {name}={one}> leads nowhere" for one in attributes.get(name, "").split() if one not in ids
            ]
        href = attributes.get("href", "")
        if tag == "a" and href.startswith("#") and href[1:] and href[1:] not in ids:
            faults.append(f"link to {href} leads nowhere")
    return faults


def _landmarks(found: Outline) -> list[str]:
    navs = [attributes.get("aria-label") or attributes.get("aria-labelledby") for attributes in found.all("nav")]
    faults = ["a nav without a name"] if len(navs) > 1 and not all(navs) else []
    return faults + [f"two navs {name}" for name, many in Counter(navs).items() if name and many > 1]


def _names(found: Outline) -> list[str]:
    labelled = {attributes.get("for") for attributes in found.all("label")}
    faults = ["an image without alt" for attributes in found.all("img") if "alt" not in attributes]
    for attributes in found.all("input", "select", "textarea"):
        if attributes.get("type") in {"hidden", "submit", "button"} or attributes.keys() & {
            "aria-label",
            "aria-labelledby",
        }:
            continue
        wrapped = attributes.get("type") in {"checkbox", "radio", "file"}
        if attributes.get("id") not in labelled and not wrapped:
            faults.append(f"field {attributes.get('name')} without a label")
    return faults


def test_every_mail_has_three_parts() -> None:
    for folder in MAILS.iterdir():
        if folder.is_dir():
            assert {path.name for path in folder.iterdir()} == {"subject.txt", "body.txt", "body.html"}, folder.name


def _hostile(scene: Scene) -> None:
    """Everybody writes the same bad words everywhere."""
    with scene.app.app_context(), writing():
        words = {"name": HOSTILE, "line": HOSTILE, "looking_for": HOSTILE, "can_help_with": HOSTILE}
        db.session.execute(update(Person).values(**words))
        db.session.execute(update(Practice).values(name=HOSTILE, about=HOSTILE, help_whom=HOSTILE, help_what=HOSTILE))
        db.session.execute(update(Listing).values(title=HOSTILE, summary=HOSTILE, text=HOSTILE, where_detail=HOSTILE))
        db.session.execute(update(Message).values(text=HOSTILE))
        db.session.execute(update(Session).values(name=HOSTILE))


def test_every_mail_is_written_whole(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    found = mails.written(scene, monkeypatch)
    assert set(found) == {folder.name for folder in MAILS.iterdir() if folder.is_dir()}
    for name, mail in mails.parts(found):
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


def test_nobodys_words_are_html(scene: Scene, pages: list[Page], monkeypatch: pytest.MonkeyPatch) -> None:
    with scene.attempt():
        _hostile(scene)
        found = crawl.pages(scene, crawl.different(pages))
        sent = mails.written(scene, monkeypatch)
    alive = [page.name for page in found if "<script>" in page.html]
    alive += [name for name, mail in mails.parts(sent) if "<script>" in mail.html]
    assert alive == []
    assert any("&lt;script&gt;alert(1)" in page.html for page in found)
    assert any("&lt;script&gt;alert(1)" in mail.html for _, mail in mails.parts(sent))
    computed = [page.name for page in found if "script&gt;49" in page.html]
    assert computed == [], "somebody's words were rendered as a template"
