"""The site's Redis, where one is set: never waited for long, never asked twice, left alone for a moment when away.

redis-py 8 retries three times by default and backs off in between: a dead Redis held a request for 6.6 s. Here a call
fails after 250 ms, and after two failures everybody goes without until Redis has rested.
"""

from collections.abc import Callable
from typing import TypeVar, cast

import redis
from flask import Flask, current_app
from redis.backoff import NoBackoff
from redis.retry import Retry

from community.core.breaker import Breaker

R = TypeVar("R")
SECONDS = 0.25


class RedisLink:
    """One Redis and its breaker."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = client(url)
        self._breaker = Breaker("redis", (redis.RedisError, OSError))

    def ask(self, work: "Callable[[redis.Redis], R]") -> R:
        """Run `work` with the client. Raises `ServiceAwayError` at once or within a fraction of a second."""
        return self._breaker.call(lambda: work(self.client))


def client(url: str, *, seconds: float = SECONDS) -> "redis.Redis":
    """A client that fails after `seconds` and does not retry."""
    return redis.Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        retry=Retry(NoBackoff(), 0),
        retry_on_error=[],
    )


def init_app(app: Flask) -> None:
    """Connect by `REDIS_URL`; without one the process is alone."""
    url = app.extensions["settings"].redis_url
    app.extensions["redis_link"] = RedisLink(url) if url else None


def redis_link(app: Flask | None = None) -> RedisLink | None:
    """The site's Redis; None on the embedded profile."""
    return cast("RedisLink | None", (app or current_app).extensions["redis_link"])
