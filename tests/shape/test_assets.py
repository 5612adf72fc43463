"""The front end's weight, its pinned libraries and the addresses its files are sent under."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest
from flask import Flask

from community.core import assets

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
PUBLIC_CSS = 20_000  # bytes, gzip
PUBLIC_JS = 20_000
ROOM_JS = 40_000


@pytest.fixture(scope="module")
def app():
    made = Flask("assets", static_folder=str(STATIC))
    assets.init_app(made)
    return made


@pytest.fixture(scope="module")
def library(app):
    return app.extensions["assets"].by_name


def weight(library, *names):
    return sum(len(library[name].packed) for name in names)


def test_public_pages_stay_light(library):
    assert weight(library, "app.css") <= PUBLIC_CSS
    assert weight(library, "js/theme.js", "core.js", "js/vendor/htmx.js", "js/slots.js") <= PUBLIC_JS


def test_the_room_stays_light(library):
    """The room's own script is weighed when it is there, on top of what every page loads."""
    own = [n for n in library if n.startswith("js/room")]
    assert weight(library, "js/theme.js", "core.js", "js/vendor/socket.io.js", *own) <= ROOM_JS


def test_vendored_files_are_the_published_ones():
    folder = STATIC / "js" / "vendor"
    sums = dict(reversed(line.split()) for line in (folder / "CHECKSUMS").read_text().splitlines())
    scripts = {p.name for p in folder.glob("*.js")}
    assert scripts == set(sums)
    for name, wanted in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == wanted
        assert (folder / name.replace(".js", ".LICENSE")).is_file()


def test_hashed_addresses_may_be_kept(app, library):
    client = app.test_client()
    for name in ("app.css", "core.js", "js/slots.js", "icons.svg", "fonts/figtree.woff2"):
        reply = client.get(f"/assets/{library[name].path}")
        assert reply.status_code == 200
        assert "immutable" in reply.headers["Cache-Control"]
        assert reply.data == library[name].body
    assert client.get("/assets/none.css").status_code == 404


def test_an_older_address_still_answers_but_is_not_kept(app):
    reply = app.test_client().get("/assets/app.000000000000.css")
    assert reply.status_code == 200
    assert reply.headers["Cache-Control"] == "no-cache"


def test_text_is_sent_squeezed_to_those_who_ask(app, library):
    reply = app.test_client().get(f"/assets/{library['app.css'].path}", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(reply.data) == library["app.css"].body
    assert reply.headers["Vary"] == "Accept-Encoding"


def test_style_sheets_point_at_hashed_files(library):
    for area in assets.AREAS:
        text = library[area].body.decode()
        assert text.startswith(assets.LAYERS)
        assert text.count("{") == text.count("}")
        paths = {a.path for a in library.values()}
        assert set(re.findall(r"url\(([^)\"']+)\)", text)) <= paths


@pytest.mark.parametrize("area", ["app.css", "room.css"])
def test_a_new_row_has_no_others_styled_anew(library, area):
    """Where anything (`*`) is styled for what stands before it, each child that comes or goes has all of its parent
    styled anew: a room's log, with each message.
    """
    assert re.findall(r"[^{},]*[+~]\s*\*\s*(?=[{,])", library[area].body.decode()) == []


def test_every_style_sheet_belongs_to_an_area():
    css = STATIC / "css"
    taken = {p for patterns in assets.AREAS.values() for pattern in patterns for p in css.glob(pattern)}
    assert taken == set(css.rglob("*.css"))


def test_every_icon_used_is_in_the_sprite():
    have = set(re.findall(r'symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))
    pages = [p.read_text() for p in (ROOT / "templates").rglob("*.html")]
    used = {n for page in pages for n in re.findall(r"icon\(\"([a-z0-9-]+)\"", page)}
    used |= {n for page in pages for n in re.findall(r"icon_name=\"([a-z0-9-]+)\"", page)}
    assert used
    assert used - have == set()


def test_imports_between_scripts_are_rewritten(tmp_path):
    (tmp_path / "css").mkdir()
    (tmp_path / "js").mkdir()
    for name in assets.CORE:
        (tmp_path / "js" / f"{name}.js").write_text("// empty\n")
    (tmp_path / "js" / "b.js").write_text("export const b = 1;\n")
    (tmp_path / "js" / "a.js").write_text('import { b } from "./b.js";\nconsole.log(b);\n')
    made = assets.build(tmp_path)
    assert made["js/b.js"].path.removeprefix("js/") in made["js/a.js"].body.decode()


def test_a_missing_import_stops_the_start(tmp_path):
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "a.js").write_text('import "./gone.js";\n')
    with pytest.raises(ValueError, match="missing"):
        assets.build(tmp_path)


def test_scripts_and_templates_hold_nothing_inline():
    for page in (ROOT / "templates").rglob("*.html"):
        if "mail" in page.parts:
            continue
        text = page.read_text()
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"", text), page
        assert not re.search(r"<script(?![^>]*\bsrc=)(?! type=.application/ld\+json. nonce=)", text), page


def test_core_holds_every_behaviour_the_frame_needs(library):
    core = library["core.js"].body.decode()
    for hook in (
        "data-menu",
        "data-theme-toggle",
        "data-open",
        "data-copy",
        "data-save",
        "htmx:config:request",
    ):
        assert hook in core
