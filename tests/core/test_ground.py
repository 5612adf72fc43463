"""Money, text, fetches, logs and settings: the small things everything stands on."""

import socket
from html.parser import HTMLParser

import pytest

from community.core import fetch, money, text
from community.core.errors import Refused
from community.core.limits import client_network
from community.core.logs import hide_secrets


@pytest.mark.parametrize(
    ("amount", "basis_points", "part"), [(9500, 500, 475), (5500, 500, 275), (30, 500, 2), (10, 500, 1), (9, 500, 0)]
)
def test_shares_round_halves_up(amount, basis_points, part):
    assert money.share(amount, basis_points) == part


def test_money_is_written_by_its_currency():
    assert money.format_money(9975, "GBP") == "£99.75"
    assert money.format_money(12600, "GBP", whole=True) == "£126"
    assert money.format_money(1500, "JPY") == "JP¥1,500"
    assert money.format_money(1500, "KWD") == "KWD1.500"


class Parts(HTMLParser):
    """The tags of a text as a browser would read them."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, attributes))


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        "[x](data:text/html,<script>alert(1)</script>)",
        '<a href="https://x" style="position:fixed">x</a>',
        "[a](https://x.example \"' onmouseover='alert(1)\")",
    ],
)
def test_markdown_runs_nothing(hostile):
    parts = Parts()
    parts.feed(str(text.markdown(hostile)))
    for tag, attributes in parts.found:
        assert tag not in {"script", "img", "iframe", "style"}, parts.found
        for name, value in attributes:
            assert not name.startswith(("on", "style")), parts.found
            assert name != "href" or value.startswith(("https://", "http://", "mailto:")), parts.found


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.20.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "198.18.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "fe80::1",
        "fc00::1",
        "2002:7f00:1::",
        "2001:db8::1",
        "ff02::1",
        "fec0::1",
        "::127.0.0.1",
        "not-an-address",
    ],
)
def test_no_address_leads_inward(address):
    assert not fetch.is_public(address)


def test_addresses_of_the_open_internet_are_called():
    assert fetch.is_public("93.184.216.34")
    assert fetch.is_public("2606:2800:220:1::1")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.com/",
        "http://user:secret@example.com/",
        "http://localhost/",
        "http://[::1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "gopher://example.com",
        "https://",
        "http://example.com:99999/",
    ],
)
def test_the_door_stays_shut(url, monkeypatch):
    opened = []
    monkeypatch.setattr(socket.socket, "connect", lambda *_: opened.append(url))
    with pytest.raises(Refused):
        fetch.fetch(url)
    assert opened == []


def test_a_name_with_one_inward_address_is_not_called(monkeypatch):
    answers = [(2, 1, 6, "", ("93.184.216.34", 80)), (2, 1, 6, "", ("127.0.0.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    with pytest.raises(Refused):
        fetch.fetch("http://rebound.example/")


def test_log_lines_hold_no_secrets():
    line = hide_secrets(None, "info", {"event": "x", "password": "p", "csrf_token": "t", "path": "/a", "card": "4242"})
    assert line == {"event": "x", "password": "…", "csrf_token": "…", "path": "/a", "card": "…"}


def test_ipv6_is_counted_by_its_network(app):
    with app.test_request_context(environ_base={"REMOTE_ADDR": "2001:db8:1:2:3:4:5:6"}):
        assert client_network() == "2001:db8:1:2::/64"
