"""Where the walk goes: every page of the running site as each role gets it, found from the route map itself."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import requests
from flask import Flask
from werkzeug.routing import Rule

from community.core.db import db
from tests.services.seed import migrated
from tests.shape import rights, targets
from tests.shape.crawl import MORE, cover
from tests.shape.scene import Scene
from tests.world import PASSWORD

# Routes that show nobody a page of ours, and why. Everything else must be walked by somebody.
NO_PAGE = {
    "accounts.photo": "a picture",
    "accounts.welcome": "leads on to the desk or the marketplace",
    "assets.favicon": "a picture",
    "assets.file": "style sheets, scripts, fonts",
    "atom.niche": "a feed",
    "atom.practice": "a feed",
    "bookings.calendar": "a calendar file",
    "circles.calendar": "a calendar file",
    "demo.progress": "there only while the demo town loads",
    "desk.start_page": "leads on to the desk or the marketplace",
    "dev.attachment": "a file out of a mail",
    "dev.mail_page": "a mail's own HTML, shown in a frame of dev.mail",
    "favourites.back": "leads on to the listing",
    "income_export.file": "a CSV file",
    "income_imports.sample": "a CSV file",
    "invoices.pdf": "a PDF file",
    "listings.cover": "a picture",
    "listings.smaller": "a picture",
    "messages.people": "JSON for the composer",
    "messages.file": "a picture or a file out of a message",
    "money_desk.ledger": "a CSV file",
    "listings.picture": "a picture",
    "own_calendar.follow": "a calendar for other programs",
    "desk_calendar.events": "JSON for the practice's calendar",
    "niches.town": "there only with three listings in a town; tests/pages/test_public.py opens one",
    "niches.pair": "leads on to the niche until three listings are there",
    "ops.figures": "figures for a collector",
    "ops.health": "a word for a watcher",
    "ops.ready": "a word for a watcher",
    "pages.robots": "a text for robots",
    "pages.sitemap": "XML for robots",
    "partners.state": "JSON for the page that waits",
    "pages.sitemap_part": "XML for robots",
    "payments.returned": "leads on to the booking; the page that waits for Stripe is in tests/payments/test_return.py",
    "payouts.again": "leads on to Stripe's pages",
    "payouts.back": "leads on to the payouts",
    "payouts.own": "leads on to the practice, remembered",
    "profiles_api.places": "JSON for the field of places",
    "rooms.changes": "JSON for an open room",
    "sessions.calendar": "a calendar file",
    "search_api.suggest": "JSON",
    "searches.back": "leads on to the search",
    "security.confirm_email": "leads on, signed in or to ask anew",
    "security.static": "files",
    "share.listing": "a picture",
    "share.code": "a picture",
    "share.practice": "a picture",
    "static": "files",
    "steps.again": "leads on to the listing",
    "steps.file": "the file that was bought",
}
# Whose pages differ: blocked people, suspended ones and moderators see what others of these do, or a refusal.
WALKERS = ("visitor", "person", "member", "owner", "assistant", "host", "operator")


@dataclass(frozen=True)
class Stop:
    """One page as one role gets it."""

    role: str
    endpoint: str
    path: str
    status: int
    html: str = field(repr=False)

    @property
    def name(self) -> str:
        """For messages."""
        return f"{self.path} as {self.role} ({self.status})"


def make_scene(var: Path) -> Scene:
    """A database with the ten roles and their things in it, for a server to be started on."""
    app = migrated(var)
    made = Scene(app)
    with app.app_context():
        db.engine.dispose()
    return made


def browsers(scene: Scene, url: str, agent: str) -> dict[str, requests.Session]:
    """A signed-in browser of each role at `url`; the visitor's is the one that booked."""
    return {role: _browser(scene, role, url, agent) for role in WALKERS}


def _browser(scene: Scene, role: str, url: str, agent: str) -> requests.Session:
    if role != "visitor":
        return signed_in(_email(scene, role), url, agent)
    session = requests.Session()
    session.headers["User-Agent"] = agent
    cookie = next(iter(scene.roles[role].browser._cookies.values()))  # signed with the same key
    session.cookies.set(cookie.key, cookie.value, domain=urlsplit(url).hostname or "", path="/")
    send(session, f"{url}/signin/code", {"email": "vera@example.com"})  # so that there is a code to type
    return session


def signed_in(email: str, url: str, agent: str) -> requests.Session:
    """Somebody's browser at `url`, which says it is `agent`, after its form was sent."""
    session = requests.Session()
    session.headers["User-Agent"] = agent
    answer = send(session, f"{url}/signin", {"email": email, "password": PASSWORD})
    assert answer.status_code == 302, f"{email} can't sign in: {answer.status_code}"
    return session


def send(session: requests.Session, address: str, form: dict[str, str]) -> requests.Response:
    """Fetch a form and send it; not following."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', session.get(address, timeout=30).text)
    assert found, address
    given = form | {"csrf_token": found[1]}
    return session.post(address, given, headers={"Referer": address}, allow_redirects=False, timeout=30)


def _email(scene: Scene, role: str) -> str:
    from community.accounts.models import Person

    with scene.app.app_context():
        return db.session.get_one(Person, scene.roles[role].id).email


def stops(scene: Scene, url: str, sessions: dict[str, requests.Session]) -> list[Stop]:
    """Every HTML answer that is not sent on, each address once a role."""
    found: dict[tuple[str, str], Stop] = {}
    for role, session in sessions.items():
        for endpoint, path in (*_addresses(scene, role), *_states(scene, role, url)):
            if (role, path) in found:
                continue
            answer = session.get(url + path, allow_redirects=False, timeout=30)
            if answer.headers.get("Content-Type", "").startswith("text/html") and answer.status_code not in {302, 303}:
                found[role, path] = Stop(role, endpoint, path, answer.status_code, answer.text)
    return list(found.values())


def page_rules(app: Flask) -> list[Rule]:
    """The rules of the route map that answer GET and are not in `NO_PAGE`."""
    rules = (rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()))
    return sorted((rule for rule in rules if rule.endpoint not in NO_PAGE), key=lambda rule: rule.rule)


def _addresses(scene: Scene, role: str) -> Iterator[tuple[str, str]]:
    """What the route map has for a role: own things, other's, and ones that are gone."""
    adapter = scene.app.url_map.bind("linchpin.test")
    known, told = rights.read(), set()
    for rule in page_rules(scene.app):
        for label, target in targets.of(rule.endpoint, scene, role).items():
            row = known.get(("GET", rule.rule, label))
            cell = row[1][role] if row else "200"
            if cell in told:
                continue  # the table of rights says that nothing is shown, and that refusal was seen
            if cell != "200" and role not in {"visitor", "member"}:
                told.add(cell)
            if target is not None and not rule.arguments - set(target.values):
                values = {name: target.values[name] for name in rule.arguments}
                yield rule.endpoint, adapter.build(rule.endpoint, values | target.query, method="GET")


def _states(scene: Scene, role: str, url: str) -> Iterator[tuple[str, str]]:
    """The same routes in other states: a booking that is held or delivered, a search that finds nothing, a mail."""
    for state in ("held", "delivered"):
        ref = scene.roles[role].has.get(state)
        if ref:
            yield "bookings.show", f"/bookings/{ref}"
            yield "bookings.cancel", f"/bookings/{ref}/cancellation"
    yield from ((f"more {path}", path) for path in MORE)
    if role == "visitor":
        yield "security.reset_password", f"/reset/{_reset_token(scene)}"
        yield from (("dev.mail", path) for path in _mails(url)[:2])


def _reset_token(scene: Scene) -> str:
    from flask_security.recoverable import generate_reset_password_token

    from community.accounts.models import Person

    with scene.app.app_context():
        return str(generate_reset_password_token(db.session.get_one(Person, scene.roles["person"].id)))


def _mails(url: str) -> list[str]:
    """Where the mails are that the scene's deeds sent; the server's worker writes them by and by."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        found = re.findall(r'href="(/dev/mail/[^"/]+)"', requests.get(f"{url}/dev/mail", timeout=30).text)
        if found:
            return found
        time.sleep(0.1)
    raise TimeoutError("no mail was written")


def different(found: list[Stop]) -> list[Stop]:
    """The stops that show every kind of element a route has, or a refusal, or the frame."""
    return cover([(stop.endpoint if stop.status == 200 else str(stop.status), stop.html, stop) for stop in found])
