"""Every page of the site as four kinds of people get it, forms sent empty included, and the sandbox's own pages."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TypeVar
from urllib.parse import urlsplit

from tests.shape import rights, targets
from tests.shape.scene import Scene

LOOKERS = ("visitor", "member", "owner", "operator")
MORE = (
    "/search?q=bookkeeping",
    "/search?q=bokkeeping&where=online&free=week&sort=price",
    "/search?q=nothing+like+this",
    "/inbox?show=unread",
    "/staff/reports?status=closed",
    "/explore?of=audience:food-and-drink&field=money-law&sort=searches",
    "/explore/bookkeeping?of=audience:food-and-drink",
    "/explore/find/offer?niche=bookkeeping",
    "/no/such/page/anywhere",
    "/find",
)
# Not pages: files, and other people's HTML
SKIPPED = {"dev.mail_page", "listings.cover", "static", "security.static", "assets.file"}
# One page each, whatever was asked for; or none.
SAME = {"404", "302→/signin", "302→/start"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


_SCARS = re.compile(r"[0-9a-f]{12}(?=\.\w+\")|nonce=\"[^\"]*\"|csrf[-_]token\" (content|value)=\"[^\"]*\"|\d+")
Address = tuple[str, str, str]  # role, method, path
Kind = tuple[str, str, str]  # tag, class, type
T = TypeVar("T")


@dataclass(frozen=True)
class Page:
    """One answer: who got it, from where, and its HTML."""

    role: str
    path: str
    status: int
    html: str

    @property
    def address(self) -> Address:
        """Where it is, to be opened again."""
        method, _, path = self.path.partition(" ")
        return self.role, method, path

    @property
    def name(self) -> str:
        """For messages."""
        return f"{self.path} as {self.role} ({self.status})"


def pages(scene: Scene, among: Iterable[Address] | None = None) -> list[Page]:
    """All HTML answers, each address once a role; or those at the addresses `among`."""
    found: dict[tuple[str, str, int], Page] = {}
    for role, method, path in addresses(scene) if among is None else among:
        browser = scene.roles[role].browser
        with scene.attempt(browser):
            answer = browser.open(path, method=method)
        if answer.mimetype == "text/html" and answer.status_code not in {301, 302, 303}:
            found.setdefault(
                (role, f"{method} {path}", answer.status_code),
                Page(role, f"{method} {path}", answer.status_code, answer.get_data(as_text=True)),
            )
    return [*found.values(), *_checkout(scene)]


def different(found: list[Page]) -> list[Address]:
    """Where the pages are that show all kinds of elements there are at each address, and all of the frame."""
    some = [page for page in found if not page.path.endswith("checkout")]
    return [page.address for page in cover([(page.path, page.html, page) for page in some])]


def cover(found: list[tuple[str, str, T]]) -> list[T]:
    """The least of (place, HTML, what it is) that shows every kind of element a place has, the fullest first."""
    seen: set[tuple[str, Kind]] = set()
    kept: list[int] = []
    marks = [_marks(place, html) for place, html, _ in found]
    for number in sorted(range(len(found)), key=lambda number: -len(marks[number])):
        if marks[number] - seen:
            kept.append(number)
            seen |= marks[number]
    return [found[number][2] for number in sorted(kept)]


def _marks(place: str, html: str) -> set[tuple[str, Kind]]:
    before, _, rest = scarless(html).partition("<main")
    middle, _, after = rest.partition("</main>")
    return {(place, kind) for kind in _kinds(f"<main{middle}")} | {("frame", kind) for kind in _kinds(before + after)}


def scarless(html: str) -> str:
    """A page without what differs each time it is made, and without numbers."""
    return _SCARS.sub("", html)


def _kinds(html: str) -> set[Kind]:
    """The kinds of elements in a piece of HTML, whatever the words and however often."""
    return {(tag, has.get("class", ""), has.get("type", "")) for tag, has in Outline(html).elements}


def addresses(scene: Scene) -> Iterator[Address]:
    """Everything there is to open, by whom; what the table of rights says is not there, or shut by the policy alone,
    is one page a role and is opened once.
    """
    known, told = rights.read(), set()
    adapter = scene.app.url_map.bind("linchpin.test")
    for rule in sorted(scene.app.url_map.iter_rules(), key=lambda rule: rule.rule):
        methods = (rule.methods or set()) & {"GET", "POST"}
        if rule.endpoint in SKIPPED:
            continue
        for role in LOOKERS:
            for label, target in targets.of(rule.endpoint, scene, role).items():
                if target is None or rule.arguments - set(target.values):
                    continue
                values = {name: target.values[name] for name in rule.arguments}
                for method in sorted(methods):
                    row = known.get((method, rule.rule, label))
                    cell = row[1][role] if row else "200"
                    if cell in SAME and (role, cell) in told:
                        continue
                    told.add((role, cell))
                    yield role, method, adapter.build(rule.endpoint, values | target.query, method=method)
    for role in LOOKERS:
        yield from ((role, "GET", path) for path in MORE)


def _checkout(scene: Scene) -> Iterator[Page]:
    """The payment page as it opens, and after a card that is refused."""
    browser = scene.roles["visitor"].browser
    with scene.attempt(browser):
        answer = browser.post(f"/bookings/{scene.roles['visitor'].has['held']}/payment")
        path = urlsplit(answer.location).path
        for method in ("GET", "POST"):
            page = browser.open(path, method=method)
            yield Page("visitor", f"{method} checkout", page.status_code, page.get_data(as_text=True))


class Outline(HTMLParser):
    """What a page is made of: elements with attributes, text by element, and tags that do not close."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self.faults: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if len({name for name, _ in attrs}) != len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice")
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        elif tag in self._open:
            while self._open[-1] != tag:
                inner = self._open.pop()
                if inner not in {"p", "li", "option", "dt", "dd", "tr", "td", "th", "tbody", "thead"}:
                    self.faults.append(f"<{inner}> is not closed before </{tag}>")
            self._open.pop()
        else:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        self.texts.append((self._open[-1] if self._open else "", data))

    def all(self, *tags: str) -> list[dict[str, str]]:
        """The attributes of all elements of these kinds."""
        return [attributes for tag, attributes in self.elements if tag in tags]

    def text(self, tag: str) -> str:
        """The words inside elements of a kind."""
        return " ".join(" ".join(data for inside, data in self.texts if inside == tag).split())
