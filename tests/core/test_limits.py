"""Counting uses: in memory, in Redis, and in memory while Redis is away; never nowhere."""

import os
from typing import Any

import pytest
from limits import parse
from limits.strategies import MovingWindowRateLimiter

from community.core import limit_storage
from community.core.limit_storage import LocalStorage, SharedStorage
from community.core.redis_link import RedisLink

RULE = parse("3 per 10 second")


class Clock:
    """The library and we both ask time.time()."""

    def __init__(self, monkeypatch: Any) -> None:
        self.now = 1_000_000.0
        monkeypatch.setattr("time.time", lambda: self.now)


@pytest.fixture
def passing(monkeypatch: Any) -> Clock:
    return Clock(monkeypatch)


def test_a_window_that_moves(passing: Clock) -> None:
    limiter = MovingWindowRateLimiter(LocalStorage())
    answers = []
    for at in (0, 4, 8, 9, 10.5, 11, 14.5, 30):
        passing.now = 1_000_000.0 + at
        answers.append(limiter.hit(RULE, "mara"))
    assert answers == [True, True, True, False, True, False, True, True]
    assert limiter.hit(RULE, "tom")


def test_what_is_over_is_forgotten(passing: Clock) -> None:
    storage = LocalStorage()
    limiter = MovingWindowRateLimiter(storage)
    for number in range(100):
        limiter.hit(RULE, str(number))
    passing.now += 120
    limiter.hit(RULE, "another")
    assert len(storage._uses) == 1


def test_fixed_windows(passing: Clock) -> None:
    storage = LocalStorage()
    assert [storage.incr("a", 10) for _ in range(3)] == [1, 2, 3]
    assert storage.get("a") == 3
    assert storage.get_expiry("a") == passing.now + 10
    passing.now += 11
    assert storage.get("a") == 0
    assert storage.incr("a", 10) == 1
    storage.clear("a")
    assert storage.get("a") == 0


def test_without_redis_it_counts_alone() -> None:
    link = RedisLink("redis://127.0.0.1:9/0")
    limiter = MovingWindowRateLimiter(SharedStorage(limit_storage.address(link)))
    assert [limiter.hit(RULE, "mara") for _ in range(5)] == [True] * 3 + [False] * 2


if os.environ.get("TEST_REDIS_URL"):

    def test_two_processes_count_together() -> None:
        link = RedisLink(f"{os.environ['TEST_REDIS_URL']}/15")
        link.client.flushdb()
        first, second = (MovingWindowRateLimiter(SharedStorage(limit_storage.address(link))) for _ in range(2))
        answers = [each.hit(RULE, "mara") for each in (first, second, first, second, first)]
        assert answers == [True] * 3 + [False] * 2
        link.client.flushdb()
