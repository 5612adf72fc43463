"""The one door for outgoing fetches of addresses that people gave: http(s) only, and never inward.

The name is resolved here, every address is checked, and the connection goes to the checked address, so a name that
changes its mind between check and use (rebinding) gains nothing. Redirects are not followed, nothing is unpacked, and
whoever answers in drips is hung up on.
"""

import ipaddress
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import urllib3

from community.core.errors import Refused

MAX_BYTES = 1024 * 1024
TIMEOUT_SECONDS = 5.0  # for one step
WHOLE_SECONDS = 15.0  # for everything from connecting to the last byte
_PIECE = 64 * 1024

# IANA special-purpose registries (RFC 6890 and its successors), plus what `is_global` lets through:
# NAT64, 6to4, Teredo, documentation, benchmarking and multicast.
_BLOCKED = tuple(
    ipaddress.ip_network(block)
    for block in [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",
        "::ffff:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    ]
)


@dataclass(frozen=True)
class Fetched:
    """What came back, `headers` by lower-case name."""

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def is_public(address: str) -> bool:
    """True for an address on the open internet."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not any(parsed in block for block in _BLOCKED if block.version == parsed.version)


def fetch(url: str, *, most: int = MAX_BYTES, headers: Mapping[str, str] | None = None) -> Fetched:
    """GET `url` with `headers`.

    Raises `Refused`: "bad_address" for what we do not call, "no_answer" when nobody answers whole and in time,
    "too_large" for more than `most` bytes.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.password:
        raise Refused("bad_address", status=422)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise Refused("bad_address", status=422) from error
    address = _resolve(parts.hostname, port)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    known = {"Host": _host(parts.hostname, parts.port), "User-Agent": "Linchpin", "Accept-Encoding": "identity"}
    return _get(_pool(parts.scheme, parts.hostname, address, port), path, {**(headers or {}), **known}, most)


def _host(name: str, port: int | None) -> str:
    shown = f"[{name}]" if ":" in name else name
    return shown if port is None else f"{shown}:{port}"


def _resolve(host: str, port: int) -> str:
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise Refused("no_answer", status=422) from error
    if not found or not all(is_public(address) for address in found):
        raise Refused("bad_address", status=422)
    return sorted(found)[0]


def _pool(scheme: str, host: str, address: str, port: int) -> urllib3.HTTPConnectionPool:
    if scheme == "https":
        return urllib3.HTTPSConnectionPool(address, port, server_hostname=host, assert_hostname=host)
    return urllib3.HTTPConnectionPool(address, port)


def _get(pool: urllib3.HTTPConnectionPool, path: str, headers: Mapping[str, str], most: int) -> Fetched:
    try:
        with _hung_up(pool, WHOLE_SECONDS):
            answer = pool.urlopen(
                "GET",
                path,
                headers=headers,
                redirect=False,
                retries=False,
                timeout=urllib3.Timeout(TIMEOUT_SECONDS),
                preload_content=False,
                decode_content=False,
            )
            body = _body(answer, most)
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise Refused("no_answer", status=422) from error
    finally:
        pool.close()
    if len(body) > most:
        raise Refused("too_large", status=422)
    got = {name.lower(): value for name, value in answer.headers.items()}
    if got.get("content-encoding", "identity") != "identity":
        raise Refused("no_answer", status=422)  # we asked for it plain; a little can unpack to a lot
    return Fetched(answer.status, got.get("content-type", ""), body, got)


def _body(answer: Any, most: int) -> bytes:
    """What it answers, up to one byte more than `most`. Raises `urllib3.exceptions.HTTPError` where it breaks off."""
    pieces, size = [], 0
    while size <= most and (piece := answer.read1(min(_PIECE, most + 1 - size), decode_content=False)):
        pieces.append(piece)
        size += len(piece)
    if size <= most and answer.length_remaining:
        raise urllib3.exceptions.IncompleteRead(size, answer.length_remaining)
    return b"".join(pieces)


@contextmanager
def _hung_up(pool: urllib3.HTTPConnectionPool, seconds: float) -> Iterator[None]:
    """Shut what this pool connects once `seconds` have passed: a patience for each step never ends what drips."""
    opened: list[socket.socket] = []
    late = threading.Event()

    class Known(pool.ConnectionCls):  # type: ignore[name-defined, misc]
        def _new_conn(self) -> socket.socket:
            made: socket.socket = super()._new_conn()
            opened.append(made.dup())  # TLS takes the socket itself over
            return made

    def hang_up() -> None:
        late.set()
        for one in opened:
            with suppress(OSError):  # it hung up first
                one.shutdown(socket.SHUT_RDWR)

    pool.ConnectionCls = Known
    timer = threading.Timer(seconds, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
        if late.is_set():
            raise urllib3.exceptions.ReadTimeoutError(pool, "", "too slow")
    finally:
        timer.cancel()
        for one in opened:
            one.close()
