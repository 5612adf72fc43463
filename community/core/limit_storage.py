"""Where uses are counted: in Redis, so that all processes count together; in this process's memory while Redis is away.

Never nowhere: a limit that can't be counted with the others is counted alone, and does not open.
"""

import time
from collections import deque
from collections.abc import Callable
from typing import TypeVar

import redis
from limits.storage import RedisStorage, Storage
from limits.storage.base import MovingWindowSupport

from community.core.breaker import ServiceAwayError
from community.core.redis_link import RedisLink

R = TypeVar("R")
SCHEME = "shared"
SWEEP_SECONDS = 60.0

_links: dict[str, RedisLink] = {}


def address(link: RedisLink) -> str:
    """The storage address under which the limiter finds this Redis."""
    _links[link.url] = link
    return f"{SCHEME}+{link.url}"


class LocalStorage(Storage, MovingWindowSupport):
    """Uses counted in this process's memory.

    The library's own memory starts a thread at every use, which costs as much as writing a chat message does and lets
    others run in the middle of it.
    """

    STORAGE_SCHEME = ["local"]  # noqa: RUF012 - the library's declaration

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **_options: float | str | bool) -> None:  # noqa: FBT001, FBT002 - the library's signature
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._uses: dict[str, deque[float]] = {}
        self._ends: dict[str, float] = {}
        self._swept_at = time.time()

    @property
    def base_exceptions(self) -> type[Exception]:
        """Nothing fails here."""
        return ValueError

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count `amount` uses; False when that would be more than `limit` in `expiry` seconds."""
        now = time.time()
        uses = self._current(key, expiry, now)
        if len(uses) + amount > limit:
            return False
        uses.extend([now] * amount)
        self._ends[key] = now + expiry
        return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:  # noqa: ARG002 - the library's signature
        """When the window began, in seconds since 1970, and the uses in it."""
        now = time.time()
        uses = self._current(key, expiry, now)
        return (uses[0], len(uses)) if uses else (now, 0)

    def _current(self, key: str, expiry: int, now: float) -> deque[float]:
        self._sweep(now)
        uses = self._uses.setdefault(key, deque())
        while uses and uses[0] <= now - expiry:
            uses.popleft()
        return uses

    def _sweep(self, now: float) -> None:
        """Forget whoever has not come for as long as they are counted; once a minute."""
        if now - self._swept_at < SWEEP_SECONDS:
            return
        self._swept_at = now
        for key in [key for key in self._uses if self._ends.get(key, 0.0) <= now]:
            del self._uses[key]
            self._ends.pop(key, None)

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count uses of a window that begins with the first of them."""
        now = time.time()
        if self._ends.get(key, 0.0) <= now:
            self._uses[key], self._ends[key] = deque(), now + expiry
        self._uses[key].extend([now] * amount)
        return len(self._uses[key])

    def get(self, key: str) -> int:
        """The uses in such a window."""
        return len(self._uses.get(key, ())) if self._ends.get(key, 0.0) > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """When it ends, in seconds since 1970."""
        return self._ends.get(key, time.time())

    def check(self) -> bool:
        """Memory is there."""
        return True

    def reset(self) -> int | None:
        """Forget all counts."""
        known = len(self._uses)
        self._uses.clear()
        self._ends.clear()
        return known

    def clear(self, key: str) -> None:
        """Forget one count."""
        self._uses.pop(key, None)
        self._ends.pop(key, None)


class SharedStorage(Storage, MovingWindowSupport):
    """Redis with memory behind it."""

    STORAGE_SCHEME = [f"{SCHEME}+redis", f"{SCHEME}+rediss", f"{SCHEME}+unix"]  # noqa: RUF012 - the library's declaration

    def __init__(self, uri: str, wrap_exceptions: bool = False, **_options: float | str | bool) -> None:  # noqa: FBT001, FBT002 - the library's signature
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        url = uri.removeprefix(f"{SCHEME}+")
        self._link = _links[url]
        pool = self._link.client.connection_pool
        self._shared = RedisStorage(url, connection_pool=pool, key_prefix="limit")
        self._own = LocalStorage()

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
        return self._first(lambda: self._shared.incr(key, expiry, amount), lambda: self._own.incr(key, expiry, amount))

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
