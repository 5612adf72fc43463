"""The one door outward: what is resolved is what is called, and nobody keeps it waiting."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from community.core import fetch
from community.core.errors import Refused

pytestmark = pytest.mark.once

PUBLIC = "93.184.216.34"


def answers(*rounds: list[str]) -> Callable[..., Any]:
    """A resolver that says something else each time it is asked."""
    left = list(rounds)

    def resolve(_host: str, port: int, *_args: Any, **_named: Any) -> list[Any]:
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    return resolve


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Where connections would go; none is made."""
    to: list[Any] = []

    def connect(_socket: Any, address: Any) -> None:
        to.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    return to


def test_a_name_that_changes_its_mind_is_called_where_it_was_checked(
    monkeypatch: pytest.MonkeyPatch, called: list[Any]
) -> None:
    """Rebinding: public when it is checked, this machine when it is asked again."""
    resolver = answers([PUBLIC], ["127.0.0.1"])

    def resolve(host: str, port: int, *args: Any, **named: Any) -> Any:
        if host == PUBLIC:  # an address is itself
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]
        return resolver(host, port, *args, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    for scheme, port in (("http", 80), ("https", 443)):
        with pytest.raises(Refused, match="no_answer" if scheme == "http" else "bad_address"):
            fetch.fetch(f"{scheme}://rebound.example/x.ics")
        assert called == [(PUBLIC, 80)], (scheme, port)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.0.1", "100.64.0.1", "::1", "fd00::1", "::ffff:7f00:1"],
)
def test_a_name_that_leads_inward_is_not_called(
    monkeypatch: pytest.MonkeyPatch, called: list[Any], address: str
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", answers([PUBLIC, address]))
    with pytest.raises(Refused, match="bad_address"):
        fetch.fetch("https://inward.example/x.ics", most=10, headers={"Host": "elsewhere.example"})
    assert called == []


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[list[bytes], float], str]]:
    """A server on this machine, let pass as public: it sends pieces with pauses between them."""
    monkeypatch.setattr(fetch, "is_public", lambda _address: True)
    listening: list[socket.socket] = []

    def serve(pieces: list[bytes], pause: float) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        listening.append(server)

        def run() -> None:
            caller, _ = server.accept()
            caller.recv(65536)
            try:
                for piece in pieces:
                    caller.sendall(piece)
                    time.sleep(pause)
            except OSError:
                pass
            caller.close()

        threading.Thread(target=run, daemon=True).start()
        return f"http://127.0.0.1:{server.getsockname()[1]}/x"

    yield serve
    for one in listening:
        one.close()


HEAD = b'HTTP/1.1 200 OK\r\nETag: "one"\r\n'


def test_what_comes_back(door: Callable[[list[bytes], float], str]) -> None:
    got = fetch.fetch(door([HEAD + b"Content-Length: 5\r\n\r\n", b"hello"], 0.0))
    assert (got.status, got.body, got.headers["etag"]) == (200, b"hello", '"one"')
    chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3\r\nyou\r\n0\r\n\r\n"
    assert fetch.fetch(door([chunked], 0.0)).body == b"helloyou"
    assert fetch.fetch(door([HEAD + b"\r\nhello"], 0.0)).body == b"hello"
    assert fetch.fetch(door([b"HTTP/1.1 304 Not Modified\r\n\r\n"], 0.0)).status == 304


@pytest.mark.parametrize(
    "pieces",
    [
        [HEAD + b"Content-Length: 50\r\n\r\nhello"],
        [HEAD + b"Transfer-Encoding: chunked\r\n\r\n50\r\nhello"],
        [b"not http at all\r\n\r\n"],
        [HEAD + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b"],
        [],
    ],
)
def test_what_is_no_answer(door: Callable[[list[bytes], float], str], pieces: list[bytes]) -> None:
    with pytest.raises(Refused, match="no_answer"):
        fetch.fetch(door(pieces, 0.0))


def test_one_byte_too_many(door: Callable[[list[bytes], float], str]) -> None:
    assert fetch.fetch(door([HEAD + b"\r\nhello"], 0.0), most=5).body == b"hello"
    with pytest.raises(Refused, match="too_large"):
        fetch.fetch(door([HEAD + b"\r\nhello!"], 0.0), most=5)


@pytest.mark.parametrize("head", [HEAD + b"\r\n", b"HTTP/1.1 200 O"])
def test_who_drips_is_hung_up_on(
    door: Callable[[list[bytes], float], str], monkeypatch: pytest.MonkeyPatch, head: bytes
) -> None:
    """Each byte comes in time, the whole never would."""
    monkeypatch.setattr(fetch, "WHOLE_SECONDS", 0.6)
    began = time.monotonic()
    with pytest.raises(Refused, match="no_answer"):
        fetch.fetch(door([head, *[b"x"] * 100], 0.1))
    assert time.monotonic() - began < 3
