"""Link previews: off unless a host wants them, never inward, shown while the link stands there."""

from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from community.core import fetch
from community.rooms import rules as room_rules
from community.rooms.hosting import rules as hosting_rules
from community.rooms.previews import rules
from tests.availability.calendars import serving
from tests.rooms.people import direct, lounge

BASE = "https://linchpin.test"
PAGE = b"""<!doctype html><html><head><title>Plain &amp; simple</title><meta charset="utf-8">
<meta property="og:title" content="Jars, &lt;b&gt;and&lt;/b&gt; lids"><meta name="description" content="All
 sizes.  Sent on Tuesdays."></head><body><title>no</title></body></html>"""
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("See https://jars.example/lids?size=3.", "https://jars.example/lids?size=3"),
        ("(http://jars.example/a) https://b.example", "http://jars.example/a"),
        ("[jars](https://jars.example/x)", "https://jars.example/x"),
        ("`https://code.example` and ```\nhttps://code.example\n```", None),
        ("jars.example and mailto:me@jars.example", None),
        (f"{BASE}/desk", None),
        ("ftp://jars.example", None),
        ("https://jars.example/" + "x" * 600, None),
        ("**https://jars.example**", "https://jars.example"),
    ],
)
def test_the_first_link(text, url):
    assert rules.first_link(text, BASE) == url


def test_what_a_page_says():
    found = rules.read(PAGE, HTML["Content-Type"], "https://www.jars.example/")
    assert found == rules.Page("Jars, <b>and</b> lids", "All sizes. Sent on Tuesdays.", "jars.example")
    assert rules.read(b"<title>\xe9t\xe9</title>", "text/html; charset=latin-1", "https://a.example").title == "été"
    assert rules.read(b"<title>x</title>", "text/html; charset=no-such", "https://a.example").title == "x"
    assert rules.read(b"<title> </title>", "text/html", "https://a.example") is None
    assert rules.read(b"{}", "application/json", "https://a.example") is None
    long = rules.read(b"<title>" + b"word " * 90 + b"</title>", "text/html", "https://a.example").title
    assert len(long) <= rules.MOST_TITLE
    assert long.endswith("word…")


@settings(max_examples=200)
@given(st.binary(max_size=400), st.sampled_from(["text/html", "text/html; charset=utf-16", "text/html;charset=idna"]))
def test_no_page_breaks_it(body, content_type):
    rules.read(b"<title>a</title><meta name=description content='" + body, content_type, "https://a.example")


@pytest.fixture
def wanted(app: Flask):
    """A site whose host has switched them on."""
    known = app.extensions["settings"]
    app.extensions["settings"] = replace(known, link_previews=True)
    yield app
    app.extensions["settings"] = known


@pytest.fixture
def page(monkeypatch):
    """A page elsewhere, on this machine."""
    monkeypatch.setattr(fetch, "is_public", lambda _address: True)
    with serving() as elsewhere:
        elsewhere.body, elsewhere.headers = PAGE, HTML
        yield elsewhere


def _said(app, talker, page, drain, text="Look: {url}/jars"):
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    ref = direct(app, tom, mara)
    mara.join(ref)
    tom.join(ref)
    message = mara.say(ref, text.format(url=page.url))["message"]
    drain()
    return ref, mara, tom, message


def test_off_unless_wanted(app, talker, page, drain, no_network):
    ref, _mara, tom, _message = _said(app, talker, page, drain)
    assert page.asked == []
    assert "preview" not in tom.changes(ref)["messages"][-1]


def test_it_comes_as_a_change_of_the_message(wanted, talker, page, drain):
    ref, mara, tom, message = _said(wanted, talker, page, drain)
    first, second = tom.heard()
    assert "preview" not in first
    assert second["id"] == message["id"]
    assert second["changed_seq"] == first["changed_seq"] + 1
    assert second["preview"]["title"] == "Jars, <b>and</b> lids"
    assert tom.changes(ref)["messages"][-1]["preview"] == second["preview"]
    drain()
    assert len(page.asked) == 1, "its own coming asks for nothing"
    shown = tom.browser.get(f"/inbox/{ref}").get_data(as_text=True)
    assert "Jars, &lt;b&gt;and&lt;/b&gt; lids" in shown
    mara.post(f"/messages/{message['id']}/words", {"text": "Never mind"}, at=f"/messages/{message['id']}")
    assert "preview" not in tom.changes(ref)["messages"][-1]
    mara.post(f"/messages/{message['id']}/deletion")
    assert "preview" not in tom.changes(ref)["messages"][-1]


def test_another_link_is_looked_at_anew(wanted, talker, page, drain):
    ref, mara, tom, message = _said(wanted, talker, page, drain)
    page.body = b"<title>Labels</title>"
    edited = {"text": f"Rather {page.url}/labels"}
    mara.post(f"/messages/{message['id']}/words", edited, at=f"/messages/{message['id']}")
    drain()
    assert tom.changes(ref)["messages"][-1]["preview"]["title"] == "Labels"


@pytest.mark.parametrize("fault", ["private", "no title", "error", "moved inward", "moved for ever"])
def test_nothing_is_shown_and_it_is_asked_once(wanted, talker, page, drain, monkeypatch, fault):
    if fault == "private":
        monkeypatch.setattr(fetch, "is_public", lambda _address: False)
    elif fault == "no title":
        page.body = b"<p>hello"
    elif fault == "error":
        page.status = 500
    elif fault == "moved inward":
        page.status, page.headers = 302, {"Location": "http://10.0.0.1/secret"}
        monkeypatch.setattr(fetch, "is_public", lambda address: address == "127.0.0.1")
    else:
        page.status, page.headers = 302, {"Location": "/again"}
    ref, _mara, tom, message = _said(wanted, talker, page, drain)
    asked = len(page.asked)
    assert asked == {"private": 0, "moved for ever": 4}.get(fault, 1)
    tom.post(
        f"/messages/{message['id']}/signs", {"sign": room_rules.SIGNS[0], "on": "1"}, at=f"/messages/{message['id']}"
    )
    drain()
    assert len(page.asked) == asked
    assert "preview" not in tom.changes(ref)["messages"][-1]


def test_a_way_on_is_followed(wanted, talker, page, drain):
    def write(out):
        there = len(page.asked) > 1
        body = b"<title>There</title>" if there else b""
        head = b"200 OK\r\nContent-Type: text/html" if there else b"301 Moved\r\nLocation: /there"
        out.write(b"HTTP/1.1 " + head + b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    page.write = write
    ref, _mara, tom, _message = _said(wanted, talker, page, drain)
    assert tom.changes(ref)["messages"][-1]["preview"]["title"] == "There"


def test_in_a_room_too(wanted, talker, page, drain, monkeypatch):
    monkeypatch.setattr(hosting_rules, "is_newcomer", lambda *_given: False)
    mara, ref = talker("Mara Ellis"), lounge(wanted)
    mara.join(ref)
    mara.say(ref, f"{page.url}/x")
    drain()
    assert mara.changes(ref)["messages"][-1]["preview"]["title"] == "Jars, <b>and</b> lids"
