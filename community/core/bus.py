"""Telling the other processes. One Redis channel; without Redis a process is alone and nothing here does anything.

What is told may get lost while Redis is away: it says only where to look, and the truth is in the database. Every
process also hears itself, once a second: that is how it notices that it has gone deaf.
"""

import json
import time
from collections.abc import Callable
from typing import Any, cast

import redis
import structlog
from flask import Flask, current_app

from community.core.breaker import ServiceAwayError
from community.core.leases import this_process
from community.core.redis_link import RedisLink, client

log = structlog.get_logger(__name__)
Told = dict[str, Any]

BEAT_SECONDS = 1.0
DEAF_SECONDS = 2.5
MUTE_SECONDS = 7.5  # longer than a backlog: what we say reaches nobody though others are heard
AGAIN_SECONDS = 0.5

_heard: dict[str, Callable[[Told], None]] = {}
_returned: list[Callable[[], None]] = []


def heard(kind: str) -> Callable[[Callable[[Told], None]], Callable[[Told], None]]:
    """Register what this process does when another one tells it `kind`. It must not wait for anything."""

    def register(handler: Callable[[Told], None]) -> Callable[[Told], None]:
        _heard[kind] = handler
        return handler

    return register


def returned(handler: Callable[[], None]) -> Callable[[], None]:
    """Register what to make good once others can be heard again after a while of not hearing them."""
    _returned.append(handler)
    return handler


class Bus:
    """This process's end of the channel."""

    def __init__(self, link: RedisLink | None) -> None:
        self._link = link
        database = link.client.connection_pool.connection_kwargs.get("db", 0) if link else 0
        self._channel = f"linchpin.{database}"  # Redis does not part channels by database
        self._heard_at = float("-inf")  # our own words
        self._line_at = float("-inf")  # anything at all: a backlog is no silence
        self._anew = False  # the line was cut since we last heard ourselves
        self._untold = False  # something we could not tell
        self._missed = False  # somebody else could not tell us something
        self._owing = False  # there is something to make good, at the next beat

    @property
    def is_whole(self) -> bool:
        """True while nothing that others tell is missed; always where there are no others."""
        return self._link is None or time.monotonic() - self._heard_at < DEAF_SECONDS

    def tell(self, kind: str, *, urgent: bool = False, **told: Any) -> None:
        """Tell the other processes, at most for a fraction of a second; a failure is no error of the caller's: the
        others are told that they missed something as soon as Redis answers. `urgent` is tried while it rests, too.
        """
        if self._link is None:
            return
        text = json.dumps({"by": this_process(), "kind": kind, **told}, separators=(",", ":"))
        try:
            if urgent:
                self._link.client.publish(self._channel, text)
            else:
                self._link.ask(lambda known: known.publish(self._channel, text))
        except (ServiceAwayError, redis.RedisError, OSError) as error:
            self._untold = True
            log.warning("not_told", kind=kind, error=str(error))

    def take_missed(self) -> bool:
        """True once after somebody told that there was something they could not tell."""
        missed, self._missed = self._missed, False
        return missed

    def listen(self, app: Flask) -> None:
        """Hear the others, for ever. Without Redis there is nobody to hear."""
        while self._link is not None:
            try:
                self._listen(app, self._link)
            except (redis.RedisError, OSError) as error:
                log.warning("bus_lost", error=repr(error))
            time.sleep(AGAIN_SECONDS)

    def _listen(self, app: Flask, link: RedisLink) -> None:
        """Until the connection fails, or carries nothing although we speak to ourselves."""
        # Nobody waits for it, and in a busy process an answer that is late is not missing: to connect anew for it loses
        # what others tell meanwhile, and making that good keeps the process busy.
        own = client(link.url, seconds=DEAF_SECONDS)
        channel: Any = own.pubsub()  # type: ignore[no-untyped-call]
        try:
            channel.subscribe(self._channel)
            began, spoke, self._anew = time.monotonic(), float("-inf"), True
            while self._carries(began):
                if time.monotonic() - spoke >= BEAT_SECONDS:
                    self._beat(own)
                    spoke = time.monotonic()
                    self._make_good(app)
                message = channel.get_message(ignore_subscribe_messages=True, timeout=BEAT_SECONDS / 2)
                if message is not None:
                    self._hear(app, str(message["data"]))
            raise redis.TimeoutError("nothing was heard")
        finally:
            channel.close()
            own.close()

    def _carries(self, began: float) -> bool:
        """Whether a line begun then is of use: it brings something, and our own words by and by."""
        at = time.monotonic()
        return at - max(began, self._line_at) < DEAF_SECONDS and at - max(began, self._heard_at) < MUTE_SECONDS

    def _beat(self, own: "redis.Redis") -> None:
        own.publish(self._channel, json.dumps({"by": this_process(), "kind": "beat"}))
        untold, self._untold = self._untold, False
        if untold:
            try:
                own.publish(self._channel, json.dumps({"by": this_process(), "kind": "missed"}))
            except (redis.RedisError, OSError):
                self._untold = True
                raise

    def _hear(self, app: Flask, text: str) -> None:
        self._line_at = time.monotonic()
        told = json.loads(text)
        if told["by"] == this_process():
            self._hear_self()
        elif told["kind"] == "missed":
            self._missed = self._owing = True
        elif told["kind"] in _heard:
            self._guarded(app, lambda: _heard[told["kind"]](told))

    def _hear_self(self) -> None:
        """What was told while the line was cut was told to nobody here; over a whole one all arrives, late at worst."""
        first, anew = self._heard_at == float("-inf"), self._anew
        self._heard_at, self._anew = time.monotonic(), False
        if anew and not first:
            log.info("bus_returned")
            self._missed = self._owing = True

    def _make_good(self, app: Flask) -> None:
        """Once for all who could not tell us something: they come back in the same second."""
        owing, self._owing = self._owing, False
        for handler in _returned if owing else ():
            self._guarded(app, handler)

    @staticmethod
    def _guarded(app: Flask, work: Callable[[], None]) -> None:
        with app.app_context():
            try:
                work()
            except Exception as error:  # noqa: BLE001 - one bad message ends nobody's hearing
                log.error("bus_error", error=repr(error))


def init_app(app: Flask) -> None:
    """Have an end of the channel; the processes that serve or work start `listen`."""
    app.extensions["bus"] = Bus(app.extensions["redis_link"])


def bus() -> Bus:
    """The running app's end of the channel."""
    return cast("Bus", current_app.extensions["bus"])
