"""Style sheets, scripts, fonts and pictures under hashed addresses that browsers may keep for ever.

There is no build step: at start-up every area's style sheets are joined in a fixed order, the core behaviours
become one script, and each file's address gets a hash of its content. Templates call `asset('app.css')`.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flask import Blueprint, Flask, Response, abort, current_app, request, url_for

from community.core.auth import policy

LAYERS = "@layer reset,tokens,base,layout,components,pages,utilities;"

# One style sheet per area. `app` stands on every page; the others are added by pages that need them.
AREAS: Mapping[str, tuple[str, ...]] = {
    "app.css": (
        "tokens.css",
        "base.css",
        "layout.css",
        "components/*.css",
        "pages/*.css",
        "utilities.css",
    ),
    "work.css": ("work/*.css",),
    "room.css": ("room/*.css",),
    "calendar.css": ("calendar/*.css",),  # the practice's calendar alone: its library's own, then ours
}

# Behaviours every page has, joined into `core.js`. The others are modules a page asks for by name.
CORE = (
    "theme-switch",
    "menu",
    "toast",
    "dialog",
    "copy",
    "save",
    "toggle",
    "request",
    "search-shortcut",
    "autosubmit",
)

PREFIX = "/assets/"
YEAR = 31_536_000  # seconds
TEXT = {".css", ".js", ".svg", ".webmanifest"}
LEFT_OUT = {".md", ".txt", ".LICENSE", ""}
MIME = {".js": "text/javascript", ".webmanifest": "application/manifest+json", ".woff2": "font/woff2"}

bp = Blueprint("assets", __name__)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent: `name` is what templates ask for, `path` the hashed path below /assets/."""

    name: str
    path: str
    body: bytes
    packed: bytes | None
    mimetype: str


@dataclass(slots=True)
class Library:
    """All assets of the running app, and the state of the folder they were made from."""

    root: Path
    by_name: dict[str, Asset]
    stamp: tuple[int, int]

    def refresh(self) -> None:
        """Make the assets again when a file under the folder changed (development only)."""
        stamp = folder_stamp(self.root)
        if stamp != self.stamp:
            self.by_name, self.stamp = build(self.root), stamp


def init_app(app: Flask) -> None:
    """Build the assets, route /assets/ and /favicon.ico, and give templates `asset(name)`.

    Raises RuntimeError when the app has no static folder, ValueError when a file names one that is missing.
    """
    if app.static_folder is None:
        msg = "assets need the app's static folder"
        raise RuntimeError(msg)
    root = Path(app.static_folder)
    library = Library(root, build(root), folder_stamp(root))
    app.extensions["assets"] = library
    app.add_template_global(asset, "asset")
    app.register_blueprint(bp)
    app.view_functions["static"] = cast("Callable[..., Response]", policy("public")(app.view_functions["static"]))
    if app.debug:
        app.before_request(library.refresh)


def asset(name: str, *, external: bool = False) -> str:
    """Return the hashed address of an asset, such as `app.css`, `js/slots.js` or `icons.svg`.

    `external` gives a whole URL, for mail. Raises LookupError for an unknown name: a wrong one fails loudly.
    """
    library: Library = current_app.extensions["assets"]
    found = library.by_name.get(name)
    if found is None:
        msg = f"no such asset: {name}"
        raise LookupError(msg)
    if external or not request:
        return url_for("assets.file", path=found.path, _external=external)
    return f"{request.script_root}{PREFIX}{found.path}"  # names are safe in addresses; a page has dozens of them


def build(root: Path) -> dict[str, Asset]:
    """Read, join, rewrite and hash everything under `root`; returns the assets by name."""
    made: dict[str, Asset] = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and not name.startswith(("css/", "js/")) and path.suffix not in LEFT_OUT:
            made[name] = _pack(name, path.read_bytes())
    _link_manifest(made)
    for area, patterns in AREAS.items():
        sheets = [p for pattern in patterns for p in sorted((root / "css").glob(pattern))]
        made[area] = _pack(area, join_css((p.read_text("utf-8") for p in sheets), made).encode())
    for path in sorted((root / "js").rglob("*.js")):
        _module(root, path.relative_to(root).as_posix(), made, ())
    core = "\n".join(f"{{\n{strip_js((root / 'js' / f'{n}.js').read_text('utf-8'))}}}" for n in CORE)
    made["core.js"] = _pack("core.js", core.encode())
    return made


def join_css(sheets: Iterable[str], made: Mapping[str, Asset]) -> str:
    """Join style sheets under one order of layers, without comments and spare white space.

    `url(../x)` becomes the hashed path of asset x. Raises ValueError when there is no such asset.
    """
    text = re.sub(r"/\*.*?\*/", "", "\n".join(sheets), flags=re.S)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" ?([{};]) ?", r"\1", text)
    text = re.sub(r"([:,]) ", r"\1", text).replace(";}", "}")

    def hashed(match: re.Match[str]) -> str:
        return f"url({_known(made, match[1]).path})"

    return LAYERS + re.sub(r"url\(\.\./([^)\"']+)\)", hashed, text).strip()


def strip_js(source: str) -> str:
    """Drop comments that fill whole lines; code is left as written."""
    source = re.sub(r"^[ \t]*/\*\*.*?\*/[ \t]*\n", "", source, flags=re.S | re.M)
    return re.sub(r"^[ \t]*//.*\n", "", source, flags=re.M)


def folder_stamp(root: Path) -> tuple[int, int]:
    """Return (number of files, newest change in ns) below `root`."""
    times = [p.stat().st_mtime_ns for p in root.rglob("*") if p.is_file()]
    return len(times), max(times, default=0)


def _module(root: Path, name: str, made: dict[str, Asset], above: tuple[str, ...]) -> Asset:
    """Add a script and, first, the modules it imports, whose addresses it then carries."""
    if name in made:
        return made[name]
    if name in above:
        msg = f"scripts import each other in a ring: {' > '.join((*above, name))}"
        raise ValueError(msg)
    file = root / name
    if not file.is_file():
        msg = f"{above[-1] if above else 'a page'} imports {name}, which is missing"
        raise ValueError(msg)
    source = file.read_text("utf-8")
    folder = posixpath.dirname(name)

    def address(match: re.Match[str]) -> str:
        wanted = posixpath.normpath(posixpath.join(folder, match[3]))
        target = _module(root, wanted, made, (*above, name))
        return f"{match[1]}{match[2]}./{posixpath.relpath(target.path, folder)}{match[2]}"

    if "/vendor/" not in name:
        source = re.sub(r"((?:from|import)\s*\(?\s*)([\"'])(\.[^\"']+\.js)\2", address, strip_js(source))
    made[name] = _pack(name, source.encode())
    return made[name]


def _link_manifest(made: dict[str, Asset]) -> None:
    """Point the web manifest's icons at their hashed addresses."""
    found = made.get("manifest.webmanifest")
    if found is not None:
        text = re.sub(r'("src": ")([^"]+)', lambda m: m[1] + _known(made, m[2]).path, found.body.decode())
        made[found.name] = _pack(found.name, text.encode())


def _known(made: Mapping[str, Asset], name: str) -> Asset:
    """Return an asset that another one names. Raises ValueError when it is missing."""
    if name not in made:
        msg = f"an asset names {name}, which is missing"
        raise ValueError(msg)
    return made[name]


def _pack(name: str, body: bytes) -> Asset:
    """Hash one file and squeeze it when it is text."""
    stem, suffix = posixpath.splitext(name)
    kind = MIME.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    packed = gzip.compress(body, 9, mtime=0) if suffix in TEXT else None
    return Asset(name, f"{stem}.{hashlib.sha256(body).hexdigest()[:12]}{suffix}", body, packed, kind)


@bp.get(f"{PREFIX}<path:path>")
@policy("public")
def file(path: str) -> Response:
    """Send an asset.

    The address with today's hash may be kept for ever; an older hash gets today's file, never kept.
    """
    library: Library = current_app.extensions["assets"]
    found = library.by_name.get(path) or library.by_name.get(re.sub(r"\.[0-9a-f]{12}(?=\.\w+$)", "", path))
    if found is None:
        abort(404)
    squeeze = found.packed is not None and request.accept_encodings.quality("gzip") > 0
    response = Response(found.packed if squeeze else found.body, mimetype=found.mimetype)
    if squeeze:
        response.headers["Content-Encoding"] = "gzip"
    if found.packed is not None:
        response.vary.add("Accept-Encoding")
    if path == found.path:
        response.cache_control.public = True
        response.cache_control.max_age = YEAR
        response.cache_control.immutable = True
    else:
        response.cache_control.no_cache = True
    return response


@bp.get("/favicon.ico")
@policy("public")
def favicon() -> Response:
    """Answer browsers that ask for the icon without reading the page."""
    return file("favicon.svg")
