"""Several processes behind nginx: nobody notices one that dies or restarts, and nginx lets through what it should."""

import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Self

import pytest
import requests

from tests.conftest import fresh_database
from tests.services.browser import Browser, next_workday
from tests.services.stack import Stack

pytestmark = [pytest.mark.server, pytest.mark.full]
LISTING = "/noor-haddad/a-brand-identity"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One for all: each test leaves it whole."""
    var = tmp_path_factory.mktemp("stack")
    with (
        fresh_database(os.environ["TEST_POSTGRESQL_URL"]) as database,
        Stack(var, database, web=2, workers=1, deployed=True).prepare() as running,
    ):
        yield running


class AtWork:
    """Does each of these in a thread of its own, until told to stop."""

    def __init__(self, *work: Callable[[], None]) -> None:
        self._enough = threading.Event()
        self._threads = [threading.Thread(target=each) for each in work]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        for thread in self._threads:
            thread.join()


class Visitors(AtWork):
    """Ask for a page over and over, and begin bookings, until told to stop; what they were answered is counted."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.answers: Counter[object] = Counter()
        self.slowest = 0.0
        super().__init__(*[self._look] * 4, self._send)

    def _look(self) -> None:
        while not self._enough.wait(0.02):
            self._count(lambda: requests.get(self.url + LISTING, timeout=30))

    def _send(self) -> None:
        browser = Browser(self.url, "ada@example.com")
        form = browser.form_for(next_workday(14, 2)) | {"email": "no address"}
        while not self._enough.wait(0.02):
            self._count(lambda: browser.send(form))  # refused each time, by the app: 422

    def _count(self, ask: object) -> None:
        began = time.monotonic()
        try:
            self.answers[ask().status_code] += 1  # type: ignore[operator]
            self.slowest = max(self.slowest, time.monotonic() - began)
        except requests.RequestException as error:
            self.answers[type(error).__name__] += 1


class Knocking(AtWork):
    """Many at the door of one process, without nginx; how each was met is counted."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.ends: Counter[str] = Counter()
        super().__init__(*[self._knock] * 16)

    def _knock(self) -> None:
        while not self._enough.wait(0.005):
            try:
                connection = socket.create_connection(("127.0.0.1", self._port), 30)
            except ConnectionError:  # before anything was sent: nginx asks elsewhere
                self.ends["refused"] += 1
                time.sleep(0.05)
                continue
            with connection, suppress(ConnectionError):
                connection.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
                if connection.recv(100).startswith(b"HTTP/1."):
                    self.ends["answered"] += 1
                    continue
            self.ends["dropped"] += 1


def test_a_rolling_reload_is_not_noticed(stack: Stack) -> None:
    with Visitors(stack.url) as visitors:
        for index in range(len(stack.web)):
            stack.restart(index)
    print(f"{dict(visitors.answers)}, the slowest {visitors.slowest:.1f} s")
    assert visitors.answers.keys() == {200, 422}
    assert visitors.answers[422] > 10


def test_looking_survives_a_kill(stack: Stack) -> None:
    """Of what was sent to a process at the moment it dies only a GET may be asked again: POSTs are not sent here."""
    visitors = Visitors(stack.url)
    visitors._threads.pop()
    with visitors:
        stack.kill(0)
        for _ in range(50):
            assert requests.get(stack.url + LISTING, timeout=30).status_code == 200
    assert visitors.answers.keys() == {200}
    stack.restart(0)


def test_what_nginx_lets_through(stack: Stack) -> None:
    for path in ("/metrics", "/readyz"):
        assert requests.get(stack.url + path, timeout=10).status_code == 404
        assert "nginx" in requests.get(stack.url + path, timeout=10).text
    other = requests.get(stack.url, headers={"Host": "evil.example"}, timeout=10)
    assert other.status_code == 421
    page = requests.get(stack.url, timeout=10)
    assert page.headers["Content-Encoding"] == "gzip"
    assert len(page.headers["X-Request-ID"]) == 32
    big = requests.post(f"{stack.url}/signin", data=b"x" * (41 * 1024 * 1024), timeout=30)
    assert big.status_code == 413


def test_assets_are_kept_by_nginx(stack: Stack) -> None:
    page = requests.get(stack.url, timeout=10).text
    path = next(part for part in page.split('"') if part.startswith("/assets/") and part.endswith(".css"))
    first = requests.get(stack.url + path, timeout=10)
    assert first.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for index in range(len(stack.web)):
        stack.kill(index)
    again = requests.get(stack.url + path, timeout=10)
    assert (again.status_code, again.content) == (200, first.content)
    assert requests.get(stack.url, timeout=10).status_code == 502
    for index in range(len(stack.web)):
        stack.restart(index)


def test_whoever_came_in_is_answered(stack: Stack) -> None:
    """A process that ends refuses people or answers them: a form that was let in and then dropped is asked nowhere
    again. One may come between the last look and the close; without care some ten do each time.
    """
    with Knocking(stack.web[0].port) as knocking:
        for _ in range(2):
            stack.restart(0)
    print(dict(knocking.ends))
    assert knocking.ends["answered"] > 100
    assert knocking.ends["refused"] > 10
    assert knocking.ends["dropped"] <= 2
