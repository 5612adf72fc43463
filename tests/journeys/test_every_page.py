"""Every page of the route map, as each role gets it, in both themes and widths: axe finds nothing, nothing runs over
the edge, the content policy is never hurt, nothing fails to load, and it stays within the budgets of weight.

Small: each page is shown at 390 px in one theme, every second one at 1,280 in the other too, and judged by axe in one
of its looks. STORM_WALK=1: all four looks, all four by axe.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser

from tests.journeys import walk
from tests.journeys.looking import KB, THEMES, WIDTHS, Looker, Notes, Weight, looker
from tests.journeys.walk import Stop
from tests.services.seed import migrated
from tests.services.server import Server
from tests.shape.scene import Scene

pytestmark = pytest.mark.browser

KINDS = ("axe", "overflow", "policy", "console", "network", "script", "outline")
BROKEN = {"500": "/_broken/error", "503": "/_broken/database"}  # of tests.services.launch

WHOLE = bool(os.environ.get("STORM_WALK"))
OFTEN = "often@example.com"  # has asked for as many codes as an hour allows


@dataclass
class Walk:
    """A whole walk: what there was, what was visited, and what was seen."""

    scene: Scene
    found: list[Stop]
    visited: list[Stop]
    notes: Notes = field(default_factory=Notes)


def _cookies(session: requests.Session, url: str) -> list[dict[str, str]]:
    return [{"name": one.name, "value": one.value or "", "url": url} for one in session.cookies]


@pytest.fixture(scope="module")
def walked(chromium: Browser, agent: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """The walk itself; the tests below read what it saw."""
    var = tmp_path_factory.mktemp("walk")
    scene = walk.make_scene(var)
    with Server(var, STORM_BROKEN=1) as server:
        sessions = walk.browsers(scene, server.url, agent)
        found = walk.stops(scene, server.url, sessions)
        made = Walk(scene, found, walk.different(found))
        for _ in range(10):
            walk.send(sessions["visitor"], f"{server.url}/signin/code", {"email": OFTEN})
        for role, session in sessions.items():
            for width in WIDTHS:
                with looker(chromium, server.url, width, made.notes, _cookies(session, server.url)) as window:
                    for turn, stop in enumerate(made.visited):
                        if stop.role == role:
                            themes, judged = _looks(width, turn)
                            if themes:
                                window.visit(stop.path, stop.name, stop.status, themes=themes, judged=judged)
                    if role in {"visitor", "member"}:
                        _refusals(window, role)
        yield made


def _looks(width: int, turn: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The themes a page is shown in at a width, and those that axe sees."""
    if WHOLE:
        return THEMES, THEMES
    narrow, second = width == min(WIDTHS), turn % 2 == 1
    if not narrow and not second:
        return (), ()
    shown = (THEMES[(turn // 2 + narrow) % 2],)
    return shown, shown if narrow != second else ()


def _refusals(window: Looker, role: str) -> None:
    """The pages that say no: broken, away, too often, a form that is too old."""
    for status, path in BROKEN.items():
        window.visit(path, f"{path} as {role}", int(status))
    window.name, window.status = f"stale form as {role}", 400
    window.page.goto("/signin/code")
    window.page.locator("input[name=csrf_token]").first.evaluate("field => field.value = 'old'")
    _send_code_form(window)
    window.look()
    window.name, window.status = f"too often as {role}", 429
    window.page.goto("/signin/code")
    _send_code_form(window)
    window.look()
    assert "That was a lot at once" in window.page.inner_text("h1")


def _send_code_form(window: Looker) -> None:
    window.page.locator("main input[name=email]").fill(OFTEN)
    with window.page.expect_navigation():
        window.page.locator("main form button").first.click()


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_has_a_fault(walked: Walk, kind: str) -> None:
    assert kind not in walked.notes.faults, walked.notes.of(kind)
    assert set(walked.notes.faults) <= set(KINDS)


def test_every_route_is_walked(walked: Walk) -> None:
    """A new route needs an object of the scene to be tried with, or a reason why it shows no page."""
    shown = {stop.endpoint for stop in walked.found if stop.status == 200}
    assert {rule.endpoint for rule in walk.page_rules(walked.scene.app)} - shown == set()
    assert {stop.endpoint for stop in walked.found} & walk.NO_PAGE.keys() == set()
    known = {rule.endpoint for rule in walked.scene.app.url_map.iter_rules()}
    assert walk.NO_PAGE.keys() - known == set(), "reasons for routes that are gone"


def test_the_walk_is_not_an_empty_one(walked: Walk) -> None:
    assert {stop.role for stop in walked.found} == set(walk.WALKERS)
    assert walked.notes.looks >= (4 if WHOLE else 1.5) * len(walked.visited) >= 1.5 * 70
    assert {403, 404} <= {stop.status for stop in walked.visited}


def test_every_page_is_within_its_weight(walked: Walk) -> None:
    weights = walked.notes.weights
    assert [fault for weight in weights for fault in weight.faults()] == []
    assert min(weight.css for weight in weights) > 0
    live = [weight for weight in weights if weight.is_live]
    assert live
    print("\n| pages | JS | CSS | fonts | requests |\n|---|---|---|---|---|")
    for label, some in (
        ("public and desk", [w for w in weights if not (w.is_live or w.is_calendar)]),
        ("live rooms", live),
    ):
        most = [max(getattr(weight, what) for weight in some) for what in ("js", "css", "fonts", "requests")]
        print("| {} | {:.1f} KB | {:.1f} KB | {:.1f} KB | {} |".format(label, *(m / 1024 for m in most[:3]), most[3]))


def test_a_site_without_anybody(chromium: Browser, tmp_path: Path) -> None:
    """What the first visitor of a new site sees."""
    app = migrated(tmp_path)
    notes = Notes()
    with Server(tmp_path) as server, looker(chromium, server.url, 390, notes) as window:
        plain = [rule for rule in walk.page_rules(app) if not rule.arguments]
        public = [rule for rule in plain if getattr(app.view_functions[rule.endpoint], "policy", "") == "public"]
        for rule in public:
            window.status = 200
            answer = window.page.goto(rule.rule)
            assert answer is not None
            window.name = rule.rule
            window.look(themes=("light",))
        assert notes.looks == len(public) > 15
    assert {kind: notes.of(kind) for kind in notes.faults} == {}


def test_the_looker_sees_faults(chromium: Browser) -> None:
    """The control: a page with one fault of each kind."""
    body = """<!doctype html><html lang="en"><title></title><p style="width: 2000px; color: #eee">Wide and pale</p>
        <img src="/gone.png"><script nonce="ours">throw new Error("broken")</script></html>"""
    headers = {"Content-Security-Policy": "default-src 'self'; script-src 'nonce-ours'; style-src 'unsafe-inline'"}
    body += "<script>document.title = 'not allowed'</script>"
    notes = Notes()
    with looker(chromium, "http://walk.test", 390, notes) as window:
        window.page.route("**/*", lambda route: route.fulfill(status=404))
        window.page.route(
            "http://walk.test/", lambda route: route.fulfill(body=body, headers=headers, content_type="text/html")
        )
        window.visit("/", "planted")
    assert set(notes.faults) == set(KINDS)


def test_a_heavy_page_is_told() -> None:
    heavy = Weight("heavy", js=20 * KB + 1, css=20 * KB + 1, fonts=65 * KB + 1, requests=21, is_live=False)
    assert len(list(heavy.faults())) == 4
