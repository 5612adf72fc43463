"""Visitors take turns; whoever is known, writes, or fetches a picture does not wait for them."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from community.core.turns import Turns, only_looks


def _asked(path: str = "/", method: str = "GET", **headers: str) -> dict[str, Any]:
    return {"PATH_INFO": path, "REQUEST_METHOD": method, **{f"HTTP_{name}": text for name, text in headers.items()}}


@pytest.mark.parametrize(
    ("asked", "waits"),
    [
        (_asked("/search"), True),
        (_asked("/mara-ellis", "HEAD"), True),
        (_asked("/mara-ellis/logo.webp"), False),
        (_asked("/join", "POST"), False),
        (_asked("/rooms", COOKIE="session=x"), False),
        (_asked("/calendar", AUTHORIZATION="Bearer x"), False),
        (_asked("/healthz"), False),
        (_asked("/readyz"), False),
    ],
)
def test_only_who_looks_waits(asked, waits):
    assert only_looks(asked) is waits


def test_two_look_at_once_and_others_do_not_wait_for_them():
    seen, go_on = [], Event()
    inside = [Event(), Event()]

    def app(environ: dict[str, Any], _start: Any) -> list[bytes]:
        seen.append(environ["PATH_INFO"])
        if environ["PATH_INFO"].startswith("/slow"):
            inside[len(seen) - 1].set()
            go_on.wait(10)
        return [b"fine"]

    def broken(environ: dict[str, Any], start: Any) -> list[bytes]:
        if environ["PATH_INFO"] == "/broken":
            raise RuntimeError
        return app(environ, start)

    turns = Turns(broken, at_once=2)
    with ThreadPoolExecutor(4) as pool:
        for _ in range(3):  # who fails gives the turn back
            with pytest.raises(RuntimeError):
                turns(_asked("/broken"), None)
        slow = [pool.submit(turns, _asked(f"/slow{number}"), None) for number in range(2)]
        assert all(each.wait(10) for each in inside)
        third = pool.submit(turns, _asked("/third"), None)
        assert turns(_asked("/rooms", COOKIE="session=x"), None) == [b"fine"]
        assert "/third" not in seen
        go_on.set()
        assert [each.result(10) for each in (*slow, third)] == [[b"fine"]] * 3
    assert seen[-1] == "/third"
