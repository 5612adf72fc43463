"""A circuit breaker: after a few failures in a row whoever is asked next is refused at once, until the service rested.

Fowler, "CircuitBreaker" (2014): closed, open, half-open. Times are seconds of the monotonic clock.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

R = TypeVar("R")

_all: dict[str, "Breaker"] = {}


class ServiceAwayError(Exception):
    """The service can't be had: it failed just now, or it failed before and is left alone for a moment."""


class Breaker:
    """Guards the calls to one service of this process.

    Args:
        name: what the service is called in logs and metrics.
        failures: what exceptions mean that the service is away; others pass through and count as an answer.
        most: failures in a row that open the circuit.
        rest: how long nobody is let through then. After it one caller tries; the others wait for what that one finds.

    """

    def __init__(
        self,
        name: str,
        failures: tuple[type[BaseException], ...],
        *,
        most: int = 2,
        rest: float = 2.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._failures, self._most, self._rest, self._clock = failures, most, rest, clock
        self._lock = threading.Lock()
        self._failed = 0
        self._until = 0.0
        _all[name] = self

    @property
    def is_open(self) -> bool:
        """True while callers are refused."""
        return self._failed >= self._most and self._clock() < self._until

    def call(self, work: Callable[[], R]) -> R:
        """Run `work`. Raises `ServiceAwayError` when it fails as the service being away, or without trying."""
        with self.guarding():
            return work()

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """The block asks the service. Raises `ServiceAwayError` when it fails as it being away, or at once."""
        self._enter()
        try:
            yield
        except self._failures as error:
            self._fail()
            raise ServiceAwayError(f"{self.name}: {error!r}") from error
        except Exception:
            self._failed = 0  # a no is an answer too
            raise
        self._failed = 0

    def _enter(self) -> None:
        with self._lock:
            if self._failed < self._most:
                return
            if self._clock() < self._until:
                raise ServiceAwayError(f"{self.name} is left alone for a moment")
            self._until = self._clock() + self._rest  # this caller tries; the rest of them keep out meanwhile

    def _fail(self) -> None:
        with self._lock:
            self._failed += 1
            self._until = self._clock() + self._rest


def states() -> dict[str, bool]:
    """Every breaker of this process and whether it is open, for metrics."""
    return {name: breaker.is_open for name, breaker in _all.items()}
