"""Somebody at a real server: signs in over HTTP, and follows a room over a real websocket by the rules of the page."""

import random
import re
import threading
import time
from collections.abc import Callable
from typing import Any

import engineio
import requests
import socketio

from tests.world import PASSWORD

ASK_SECONDS = 8  # as static/js/room.js
WAIT_SECONDS = 60  # a browser waits for an answer as long as nginx does
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class _InOrder(engineio.Client):  # type: ignore[misc]
    """Hears one thing after the other, as a page does: the stock client begins a thread for each, in no order."""

    def _trigger_event(self, event: str, *args: Any, run_async: bool = False, **more: Any) -> Any:
        return super()._trigger_event(event, *args, run_async=run_async and event != "message", **more)


class _Client(socketio.Client):  # type: ignore[misc]
    def _engineio_client_class(self) -> type[engineio.Client]:
        return _InOrder


class Wire:
    """One person at one process. `log` is what the page would show: changes in order of `changed_seq`."""

    def __init__(self, url: str, email: str, *, origin: str = "") -> None:
        """`origin` is the site's address where `url` is one of its processes."""
        self.url = url
        self.http = requests.Session()
        self.email = email
        self.room = ""
        self.log: list[dict[str, Any]] = []
        self.seq = 0
        self.gaps = 0
        self.csrf = ""  # as the last form had it
        self._joined = False
        self.looked = 0
        self._ahead: dict[int, dict[str, Any]] = {}  # pushed before their time
        self._newest = 0  # the newest change told of
        self._waits = float("inf")
        self._spread = 0.8
        self._skipped: list[tuple[int, int, int]] = []  # place in the log, numbers of the messages around it
        self._lock = threading.RLock()
        self._origin = origin or url
        self.socket = self._client()

    def _client(self) -> _Client:
        client = _Client(reconnection=False, websocket_extra_options={"origin": self._origin})
        client.on("said", self._pushed)
        client.on("look", self._look)
        return client

    def sign_in(self) -> "Wire":
        self.post("/signin", {"email": self.email, "password": PASSWORD})
        return self

    @property
    def joined(self) -> bool:
        """Whether it hears the room: joined on the connection that there is."""
        return bool(self.socket.connected and self._joined)

    def token(self, path: str) -> str:
        found = TOKEN.search(self.http.get(self.url + path, timeout=10).text)
        assert found, f"no form at {path}"
        self.csrf = found.group(1)
        return self.csrf

    def post(self, path: str, data: dict[str, Any], *, form_at: str | None = None) -> requests.Response:
        token = self.token(form_at or path)
        answer = self.http.post(
            self.url + path,
            data=data | {"csrf_token": token},
            headers={"Referer": self.url},
            allow_redirects=False,
            timeout=10,
        )
        assert answer.status_code in {302, 303}, (path, answer.status_code, answer.text[:500])
        return answer

    def connect(self) -> "Wire":
        self._joined = False
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies)
        self.socket.connect(self.url, transports=["websocket"], headers={"Cookie": cookies}, wait_timeout=10)
        return self

    def join(self, room: str) -> "Wire":
        """Not under the lock: who hears in order hears the answer after what was said before it."""
        self.room = room
        answer = self.socket.call("join", {"room": room, "after": self.seq}, timeout=ASK_SECONDS)
        assert "error" not in answer, answer
        with self._lock:
            self._apply(answer)
        self._joined = True
        return self

    def say(self, text: str) -> dict[str, Any]:
        told = {"room": self.room, "text": text, "client_id": f"{self.email}-{text}"}
        answer: dict[str, Any] = self.socket.call("say", told, timeout=ASK_SECONDS)
        return answer

    def post_words(self, text: str) -> dict[str, Any]:
        """Say it over HTTP, as a page does that has no connection; empty from a site that has no time."""
        told = {"text": text, "client_id": f"{self.email}-{text}"}
        headers = {"Accept": "application/json", "Referer": self.url, "X-CSRFToken": self.csrf}
        try:
            answer = self.http.post(
                f"{self.url}/rooms/{self.room}/messages", json=told, headers=headers, timeout=WAIT_SECONDS
            )
        except requests.RequestException:
            return {}
        found: dict[str, Any] = answer.json() if answer.status_code == 200 else {}
        assert found or answer.status_code in {429, 502, 503}, (answer.status_code, answer.text[:500])
        return found

    def _pushed(self, message: dict[str, Any]) -> None:
        with self._lock:
            if message["room"] == self.room and message["changed_seq"] > self.seq:
                self._ahead[message["changed_seq"]] = message
                self._go_on()

    def _go_on(self) -> None:
        """To what was told ahead, as far as there is no gap; one that lasts is asked about in a moment."""
        for number in [each for each in self._ahead if each <= self.seq]:
            del self._ahead[number]
        while (message := self._ahead.pop(self.seq + 1, None)) is not None:
            self.seq += 1
            self.log.append(message)
        self._told(max(self._ahead, default=0), self._spread)

    def _told(self, seq: int, within: float = 0.8) -> None:
        """There is that change: it is asked for in a moment, unless it is heard until then."""
        self._newest = max(self._newest, seq)
        if self.seq < self._newest and within < self._waits:
            self._waits = within
            self._later(0.2 + random.uniform(within / 2, within), lambda: self._mind(within))

    def _later(self, seconds: float, work: Callable[[], None]) -> None:
        timer = threading.Timer(seconds, work)
        timer.daemon = True
        timer.start()

    def _mind(self, within: float) -> None:
        if within > self._waits:  # asked sooner
            return
        self._waits = float("inf")
        if self.seq < self._newest:
            self.gaps += 1
            self.catch_up()

    def _look(self, news: dict[str, Any]) -> None:
        self.looked += 1
        self._told(news["seq"], news.get("within", 300) / 1000)

    def catch_up(self) -> None:
        """What came after the last number; from a site that has no time or is starting, with the next occasion."""
        # Not under the lock: who hears does not wait for it.
        found = self._asked() if self.joined else self._changes(f"after={self.seq}")
        if found:
            with self._lock:
                self._apply(found)

    def _asked(self) -> dict[str, Any]:
        try:
            found = self.socket.call("join", {"room": self.room, "after": self.seq}, timeout=ASK_SECONDS)
        except (socketio.exceptions.SocketIOError, TimeoutError):
            return {}
        return {} if "error" in found else found

    def _changes(self, asked: str) -> dict[str, Any]:
        """Nothing from a site that has no time or is starting."""
        where = f"{self.url}/rooms/{self.room}/changes?{asked}"
        try:
            answer = self.http.get(where, headers={"Accept": "application/json"}, timeout=10)
        except requests.RequestException:
            return {}
        return {} if answer.status_code in {429, 502, 503} else answer.json()

    def _apply(self, found: dict[str, Any]) -> None:
        """Far behind, it is the latest only: what lies between is read by who scrolls there."""
        if found["limited"] and self.log and found["seq"] > self.seq:
            self._skipped.append((len(self.log), self.log[-1]["seq"], found["messages"][0]["seq"]))
        self.log += [message for message in found["messages"] if message["changed_seq"] > self.seq]
        self.seq = max(self.seq, found["seq"])
        self._go_on()

    def scroll(self) -> None:
        """Read what was skipped, page by page."""
        with self._lock:
            while self._skipped:
                at, last, first = self._skipped[-1]
                page = self._changes(f"behind={last}").get("messages") or []
                between = [message for message in page if last < message["seq"] < first]
                self.log[at:at] = between
                self._skipped[-1] = (at + len(between), between[-1]["seq"] if between else last, first)
                if page and (not between or between[-1]["seq"] == first - 1):
                    self._skipped.pop()

    @property
    def texts(self) -> list[str]:
        with self._lock:
            return [re.sub("<[^>]+>", "", message["html"]).strip() for message in self.log]


def until(condition: Any, seconds: float, what: str = "") -> float:
    """Wait for `condition()`; how long it took. Raises AssertionError after `seconds`."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, f"not within {seconds} s: {what}"
        time.sleep(0.02)
    return time.monotonic() - began
