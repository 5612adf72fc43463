"""Where uses are counted: in Redis, so that all processes count together; in this process's memory while Redis is away.

Never nowhere: a limit that can't be counted with the others is counted alone, and does not open.
"""

from collections.abc import Callable
from typing import TypeVar

import redis
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.storage.base import MovingWindowSupport

from community.core.breaker import ServiceAwayError
from community.core.redis_link import RedisLink

R = TypeVar("R")
SCHEME = "shared"

_links: dict[str, RedisLink] = {}


def address(link: RedisLink) -> str:
    """The storage address under which the limiter finds this Redis."""
    _links[link.url] = link
    return f"{SCHEME}+{link.url}"


class SharedStorage(Storage, MovingWindowSupport):
    """Redis with memory behind it."""

    STORAGE_SCHEME = [f"{SCHEME}+redis", f"{SCHEME}+rediss", f"{SCHEME}+unix"]  # noqa: RUF012 - the library's declaration

    def __init__(self, uri: str, wrap_exceptions: bool = False, **_options: float | str | bool) -> None:  # noqa: FBT001, FBT002 - the library's signature
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        url = uri.removeprefix(f"{SCHEME}+")
        self._link = _links[url]
        pool = self._link.client.connection_pool
        self._shared = RedisStorage(url, connection_pool=pool, key_prefix="limit")
        self._own = MemoryStorage()

    def _first(self, shared: Callable[[], R], own: Callable[[], R]) -> R:
        try:
            return self._link.ask(lambda _: shared())
        except ServiceAwayError:
            return own()

    @property
    def base_exceptions(self) -> type[Exception]:
        """What Redis raises."""
        return redis.RedisError

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count `amount` uses; False when that would be more than `limit` in `expiry` seconds."""
        return self._first(
            lambda: self._shared.acquire_entry(key, limit, expiry, amount),
            lambda: self._own.acquire_entry(key, limit, expiry, amount),
        )

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """When the window began, in seconds since 1970, and the uses in it."""
        return self._first(
            lambda: self._shared.get_moving_window(key, limit, expiry),
            lambda: self._own.get_moving_window(key, limit, expiry),
        )

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count in a fixed window."""
        return self._first(
            lambda: self._shared.incr(key, expiry, amount), lambda: self._own.incr(key, expiry, amount=amount)
        )

    def get(self, key: str) -> int:
        """The uses in a fixed window."""
        return self._first(lambda: self._shared.get(key), lambda: self._own.get(key))

    def get_expiry(self, key: str) -> float:
        """When a fixed window ends."""
        return self._first(lambda: self._shared.get_expiry(key), lambda: self._own.get_expiry(key))

    def check(self) -> bool:
        """There is always a place to count."""
        return True

    def reset(self) -> int | None:
        """Forget all counts."""
        self._own.reset()
        return self._first(self._shared.reset, lambda: None)

    def clear(self, key: str) -> None:
        """Forget one count."""
        self._own.clear(key)
        self._first(lambda: self._shared.clear(key), lambda: None)
