"""The one door for outgoing fetches of addresses that people gave: http(s) only, and never inward.

The name is resolved here, every address is checked, and the connection goes to the checked address, so a name that
changes its mind between check and use (rebinding) gains nothing. Redirects are not followed.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

import urllib3

from community.core.errors import Refused

MAX_BYTES = 1024 * 1024
TIMEOUT_SECONDS = 5.0

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
    """What came back: at most `MAX_BYTES` of it."""

    status: int
    content_type: str
    body: bytes


def is_public(address: str) -> bool:
    """True for an address on the open internet."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not any(parsed in block for block in _BLOCKED if block.version == parsed.version)


def fetch(url: str) -> Fetched:
    """GET `url`. Raises `Refused`: "bad_address" for what we do not call, "no_answer" when nobody answers."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.password:
        raise Refused("bad_address", status=422)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise Refused("bad_address", status=422) from error
    address = _resolve(parts.hostname, port)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _get(parts.scheme, parts.hostname, address, port, path)


def _resolve(host: str, port: int) -> str:
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise Refused("no_answer", status=422) from error
    if not found or not all(is_public(address) for address in found):
        raise Refused("bad_address", status=422)
    return sorted(found)[0]


def _get(scheme: str, host: str, address: str, port: int, path: str) -> Fetched:
    pool: urllib3.HTTPConnectionPool
    if scheme == "https":
        pool = urllib3.HTTPSConnectionPool(address, port, server_hostname=host, assert_hostname=host)
    else:
        pool = urllib3.HTTPConnectionPool(address, port)
    try:
        answer = pool.urlopen(
            "GET",
            path,
            headers={"Host": host, "User-Agent": "Linchpin"},
            redirect=False,
            retries=False,
            timeout=urllib3.Timeout(TIMEOUT_SECONDS),
            preload_content=False,
        )
        body = answer.read(MAX_BYTES + 1)
    except urllib3.exceptions.HTTPError as error:
        raise Refused("no_answer", status=422) from error
    finally:
        pool.close()
    if len(body) > MAX_BYTES:
        raise Refused("too_large", status=422)
    return Fetched(answer.status, answer.headers.get("Content-Type", ""), body)
