"""A real server on a seeded database, and Chromium against it."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.journeys import walk
from tests.journeys.town import Town
from tests.services.seed import seed
from tests.services.server import Server

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the small seed world."""
    var = tmp_path_factory.mktemp("seeded")
    seed(var)
    return var


@pytest.fixture
def server(seeded: Path, tmp_path: Path) -> Iterator[Server]:
    """A server of one's own."""
    shutil.copytree(seeded, tmp_path / "var")
    with Server(tmp_path / "var") as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all journeys."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=ARGUMENTS
        )
        yield browser
        browser.close()


class Visit:
    """One browser window: its page, and what the console complained of."""

    def __init__(self, browser: Browser, server: Server, **options: object) -> None:
        # Without motion: to draw each change of pages in sixty steps is a sixth of a run. One journey has it.
        usual: dict[str, Any] = {"base_url": server.url, "viewport": PHONE, "reduced_motion": "reduce"}
        self.context: BrowserContext = browser.new_context(**usual | options)
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", self._broke)

    def _broke(self, error: object) -> None:
        # Chromium's own word when a page comes in that takes no part in view transitions, as the Checkout's.
        if "Transition was aborted" not in str(error):
            self.complaints.append(str(error))

    def _heard(self, message: object) -> None:
        text = f"{message.type}: {message.text}"  # type: ignore[attr-defined]
        # A refused form answers 4xx on purpose, which Chromium logs as an error.
        if message.type == "error" and "status of 4" not in text:  # type: ignore[attr-defined]
            self.complaints.append(text)


@pytest.fixture
def visit(chromium: Browser, server: Server) -> Iterator[object]:
    """Opens windows; at the end none may have complained."""
    opened: list[Visit] = []

    def new(**options: object) -> Visit:
        opened.append(Visit(chromium, server, **options))
        return opened[-1]

    yield new
    complaints = [line for one in opened for line in one.complaints]
    for one in opened:
        one.context.close()
    assert complaints == []


@pytest.fixture
def mailbox(server: Server) -> object:
    """What the site wrote into its mail folder: newest first, as raw text, without invoices, which go later."""

    def read(to: str) -> list[str]:
        paths = sorted((server.var / "mail").glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True)
        texts = [path.read_text() for path in paths]
        theirs = [text for text in texts if re.search(rf"^To: {re.escape(to)}$", text, re.MULTILINE)]
        return [text for text in theirs if not re.search(r"^Subject: Invoice ", text, re.MULTILINE)]

    return read


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One server for all tests of a file, with a listing of every kind; its clock can be moved on."""
    with Town(tmp_path_factory.mktemp("town")) as running:
        yield running


@pytest.fixture(scope="session")
def agent(chromium: Browser) -> str:
    """What Chromium says it is."""
    with chromium.new_context() as context:
        return str(context.new_page().evaluate("navigator.userAgent"))


@pytest.fixture(scope="module")
def known(town: Town, agent: str) -> Callable[[str], Any]:
    """What a browser of somebody who has signed in remembers, by their address."""

    @cache
    def state(email: str) -> Any:
        kept = {"domain": "127.0.0.1", "path": "/", "expires": -1, "secure": False, "sameSite": "Lax"}
        browser = walk.signed_in(email, town.url, agent)
        cookies = [{"name": one.name, "value": one.value, "httpOnly": True} | kept for one in browser.cookies]
        return {"cookies": cookies, "origins": []}

    return state


@pytest.fixture
def noor(visit: Any, known: Callable[[str], Any]) -> Page:
    """The practice's window."""
    page: Page = visit(viewport=DESK, storage_state=known("noor@example.com")).page
    return page
