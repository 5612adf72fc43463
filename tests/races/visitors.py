"""People on a site under fire: what they do is recorded, and how long each answer took and what it was is kept."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests
import socketio.exceptions

from tests.races.journey import workday
from tests.races.record import Record
from tests.rooms.wires import TOKEN, Wire
from tests.services.browser import Browser, From
from tests.world import PASSWORD

LISTING = "/noor-haddad/a-brand-identity"
SEEKING = (
    "/search/suggest?q=bra",
    "/search?q=brand+xylophone&sort=price",
    "/search?q=pastry+chef",
    f"{LISTING}?day=2030-01-02",
    "/niches/brand-identity-food",
)
MOST_SECONDS = 2.0
PEOPLE = 12
PAUSE = 0.5  # s, between two visits of one of them: the site is not to be overrun
PATIENCE = 15  # s, for what answers too late: its time is then known
HOURS = (9, 11, 13, 15)
DAYS = 38  # workdays within the eight weeks and a half that can be booked


@dataclass(frozen=True)
class Answer:
    """One answer to one request; status 0 is none."""

    what: str
    status: int
    seconds: float
    retry_after: str = ""


@dataclass(frozen=True)
class Free:
    """A free time of one listing."""

    listing: str
    start: datetime


class Watch:
    """Every answer since `begin`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.answers: list[Answer] = []

    def begin(self) -> None:
        with self._lock:
            self.answers = []

    def saw(self, answer: Answer) -> None:
        with self._lock:
            self.answers.append(answer)

    def slow(self, most: float) -> list[Answer]:
        """What took longer than `most` seconds."""
        return [one for one in self.answers if one.seconds > most]

    def slowest(self) -> float:
        return max((one.seconds for one in self.answers), default=0.0)


class Watched(requests.Session):
    """A browser's connection whose answers are watched, from an address of its own: limits are counted by network."""

    def __init__(self, watch: Watch, address: str) -> None:
        super().__init__()
        self.watch = watch
        self.mount("http://", From(address))
        self.headers["User-Agent"] = "storm"

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """One request, without its redirects."""
        options["timeout"] = PATIENCE
        what, began, answer = f"{request.method} {request.path_url.partition('?')[0]}", time.monotonic(), None
        options["allow_redirects"], follow = False, options.get("allow_redirects", True)
        try:
            answer = super().send(request, **options)
        finally:
            status = answer.status_code if answer is not None else 0
            retry = answer.headers.get("Retry-After", "") if answer is not None else ""
            self.watch.saw(Answer(what, status, time.monotonic() - began, retry))
        if follow and answer.is_redirect and answer.next is not None:
            return self.send(answer.next, **(options | {"allow_redirects": True}))
        return answer


class Crowd:
    """A looker, one who signs in, one who holds, one who pays, and talkers; each over and over until the block ends."""

    def __init__(self, url: str, record: Record, watch: Watch, *, room: str, wires: list[Wire], practices: int) -> None:
        self.url, self.record, self.watch, self.room, self.wires = url, record, watch, room, wires
        self._numbers = itertools.count(1)
        self._networks = itertools.count(1)
        listings = [LISTING, *(f"/practice-{number}/a-brand-identity" for number in range(2, practices + 1))]
        self._times = itertools.product(listings, range(DAYS), HOURS)
        self._enough = threading.Event()
        self._errors: list[BaseException] = []

    def browser(self, name: str) -> Browser:
        """A new one, with an address nobody has used, at the other end and as its e-mail."""
        number = next(self._networks)
        browser = Browser(self.url, f"{name}{number}@example.com", LISTING)
        browser.session = Watched(self.watch, f"127.{1 + number // 250}.0.{2 + number % 250}")
        return browser

    def a_time(self) -> "Free":
        """One that nobody has asked for yet."""
        listing, day, hour = next(self._times)
        return Free(listing, workday(day, hour))

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """In threads of their own; what goes wrong in one is raised at the end."""
        self._enough.clear()
        works = [
            self.look,
            self.seek,
            self.sign_in,
            self.hold,
            self.pay,
            *(lambda w=w: self.talk(w) for w in self.wires),
        ]
        threads = [threading.Thread(target=self._over_and_over, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._enough.set()
            for thread in threads:
                thread.join()
        for error in self._errors:
            raise error

    def _over_and_over(self, work: Callable[[], None]) -> None:
        while not self._enough.wait(PAUSE):
            try:
                with suppress(requests.RequestException, _NotThere):
                    work()
            except BaseException as error:  # noqa: BLE001 - told by the thread that waits for this one
                self._errors.append(error)
                return

    def look(self) -> None:
        """Home, search and a listing, as a visitor."""
        browser = self.browser("looker")
        for path in ("/", "/search?q=brand", LISTING):
            browser.session.get(self.url + path)

    def seek(self) -> None:
        """All else that asks the search engine: suggestions, close matches, what is free another day, a niche."""
        browser = self.browser("seeker")
        for path in SEEKING:
            browser.session.get(self.url + path)

    def sign_in(self) -> None:
        """With the right password; afterwards somebody is known."""
        browser = self.browser("signer")
        number = 1 + next(self._numbers) % PEOPLE
        form = {"email": f"talker{number}@example.com", "password": PASSWORD, "csrf_token": token(browser, "/signin")}
        browser.session.post(f"{self.url}/signin", data=form, headers={"Referer": self.url})

    def hold(self) -> None:
        """A free time, and the same time for somebody else: that one must be refused, or nobody knows."""
        free = self.a_time()
        for name in ("first", "second"):
            self.send(self.browser(name), free)

    def send(self, browser: Browser, free: "Free") -> requests.Response:
        """The booking form of one time; what becomes of it is recorded."""
        browser.listing, at = free.listing, f"{free.start:%Y-%m-%dT%H:%M:%SZ}"
        found = token(browser, f"{browser.listing}/book?at={at}&minutes=60")
        form = {"name": "Ada Byron", "email": browser.email, "at": at, "minutes": 60}
        try:
            answer = browser.send(form | {"csrf_token": found})
        except requests.RequestException as error:
            self.record.tell("hold", browser.email, "unknown", repr(error)[:200])
            raise
        self.record.answered("hold", browser.email, answer.status_code)
        return answer

    def pay(self) -> None:
        """Book and pay. Acknowledged is what the page says after the return from Checkout."""
        browser = self.browser("payer")
        checkout = self.send(browser, self.a_time()).headers.get("Location", "")
        if "/_stripe/" in checkout:
            self.finish(browser, checkout)

    def finish(self, browser: Browser, checkout: str) -> str:
        """Pay at the sandbox, which is not away to a browser, and come back. Returns where to."""
        self.record.tell("pay", browser.email, "unknown", "on its way")
        back = browser.pay(f"{self.url}/_stripe{checkout.partition('/_stripe')[2]}").headers.get("Location", "")
        if back:
            self.come_back(browser, back)
        return back

    def come_back(self, browser: Browser, back: str) -> bool:
        """Whether the page that is shown then says that it is paid."""
        booked = "You are booked with" in browser.session.get(back).text
        if booked:
            self.record.tell("pay", browser.email, "ok")
        return booked

    def talk(self, wire: Wire) -> None:
        """Over the socket and over HTTP in turn; the client's own id makes a second try safe."""
        number = next(self._numbers)
        key = f"{wire.email.partition('@')[0]} says {number}"
        if number % 2:
            self.say_by_socket(wire, key)
        else:
            self.say_by_http(wire, key)
        time.sleep(PAUSE)  # the limit is twenty in ten seconds

    def say_by_socket(self, wire: Wire, key: str) -> None:
        """The answer to a word is the word as it is kept, or what was wrong."""
        began, status = time.monotonic(), 0
        try:
            answer = wire.socket.call("say", {"room": self.room, "text": key, "client_id": key}, timeout=PATIENCE)
            status = {"": 200, "unexpected": 500, "away": 503}.get(answer.get("error", ""), 409)
        except (socketio.exceptions.SocketIOError, TimeoutError):
            return
        finally:
            self.watch.saw(Answer("socket say", status, time.monotonic() - began, "3"))
            self.record.answered("say", key, status)

    def say_by_http(self, wire: Wire, key: str) -> None:
        """As the page does while its socket is down."""
        status = 0
        headers = {"X-CSRFToken": wire.csrf, "Referer": self.url, "Accept": "application/json"}
        try:
            path = f"{self.url}/rooms/{self.room}/messages"
            status = wire.http.post(path, json={"text": key, "client_id": key}, headers=headers).status_code
        finally:
            self.record.answered("say", key, status)

    def say_again(self) -> None:
        """What nobody knows of is said again, as the page does; then it is known."""
        for key in self.record.keys("say", "unknown"):
            self.say_by_http(next(w for w in self.wires if w.email.startswith(f"{key.split()[0]}@")), key)
            time.sleep(0.15)


class _NotThere(Exception):
    """The page had no form: whoever wanted to fill it in goes away."""


def token(browser: Browser, path: str) -> str:
    answer = browser.session.get(browser.url + path)
    found = TOKEN.search(answer.text)
    if found is None:
        raise _NotThere(f"{path}: {answer.status_code}")
    return found.group(1)
