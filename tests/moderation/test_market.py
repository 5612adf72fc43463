"""What operators see of the market: searches in sum, and picks that end by themselves."""

from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from community.core import clock
from community.core.db import db
from community.search.models import SearchMade
from tests.world import World, post


def search(words: str, visitor: str, *, hits: int = 3, days: int = 0, took_ms: int = 4) -> SearchMade:
    at = clock.now() - timedelta(days=days)
    return SearchMade(at=at, words=words, hits=hits, visitor=visitor, took_ms=took_ms)


def test_words_stand_in_clear_only_where_three_asked_them(world: World, opal: FlaskClient) -> None:
    with world.writing():
        for visitor in ("a", "b", "c"):
            db.session.add(search("Cake topper", visitor, hits=0))
            db.session.add(search("cake topper ", visitor))
            db.session.add(search("my secret", "a"))  # one visitor three times
        for day, visitor in enumerate(("d", "e", "f")):
            db.session.add(search("diary of one", visitor, days=day))  # perhaps one person on three days
        db.session.add(search("slow and rare", "a", took_ms=900))
        for visitor in ("a", "b", "c"):
            db.session.add(search("slow and known", visitor, took_ms=400))
        db.session.add(search("long ago", "a", days=40))
    page = opal.get("/staff/searches").get_data(as_text=True)
    assert "cake topper" in page
    assert "slow and known" in page
    for words in ("my secret", "diary of one", "slow and rare", "long ago"):
        assert words not in page, words
    assert "Words that few asked" in page
    assert "900 ms" in page
    row = page.split("cake topper</a>")[1].split("</tr>")[0]
    assert [cell.split("<")[0] for cell in row.split('class="num">')[1:]] == ["6", "3", "3"]
    assert '<dd class="num">16</dd>' in page
    assert opal.get("/staff/searches?days=90").get_data(as_text=True).count('<dd class="num">17</dd>') == 1


def test_how_long_it_took_is_kept(app: Flask, world: World) -> None:
    from community.search import log

    world.bookable()
    app.test_client().get("/search?q=labels")
    (made,) = log._searches
    assert made.took_ms >= 0
    assert made.words == "labels"


def test_a_pick_is_labelled_and_ends_by_itself(app: Flask, world: World, opal: FlaskClient, advance: Any) -> None:
    world.bookable()
    visitor = app.test_client()
    assert "Our pick" not in visitor.get("/").get_data(as_text=True)
    address = "http://linchpin.test/noor-haddad/a-brand-identity"
    refused = post(opal, "/staff/picks", {"address": address, "days": "31"})
    assert refused.status_code == 422
    assert "a pick ends by itself" in refused.text
    assert post(opal, "/staff/picks", {"address": "/nobody/nothing", "days": "3"}).status_code == 422
    assert post(opal, "/staff/picks", {"address": address, "days": "3"}).status_code == 302
    assert post(opal, "/staff/picks", {"address": address, "days": "3"}).status_code == 422
    page = visitor.get("/").get_data(as_text=True)
    assert page.count("Our pick") > 1
    assert "Nobody can pay for it" in page
    advance(timedelta(days=3, seconds=1))
    assert "Our pick" not in visitor.get("/").get_data(as_text=True)
    assert post(opal, "/staff/picks", {"address": address, "days": "30"}).status_code == 302
    number = opal.get("/staff/picks").get_data(as_text=True).split("/staff/picks/")[1].split("/")[0]
    assert post(opal, f"/staff/picks/{number}/end", {}, form_at="/staff/picks").status_code == 302
    advance(timedelta(seconds=2))
    assert "Our pick" not in visitor.get("/").get_data(as_text=True)


def test_a_question_before_booking_names_the_listing(app: Flask, world: World) -> None:
    owner, _practice, listing = world.bookable()
    visitor = app.test_client()
    for path in ("/noor-haddad", "/noor-haddad/a-brand-identity"):
        page = visitor.get(path).get_data(as_text=True)
        assert "Ask a question" in page
        assert "/messages/new/noor" in page
    assert visitor.get(f"/messages/new/noor?about={listing}").location == "/signin"
    ada = world.signed_in(world.person("Ada Byron"))
    page = ada.get(f"/messages/new/noor?about={listing}").get_data(as_text=True)
    assert "About “A brand identity”: " in page
    for other in ("0", "99999999999", "x"):
        assert "About “" not in ada.get(f"/messages/new/noor?about={other}").get_data(as_text=True)
    assert "Ask a question" not in world.signed_in(owner).get("/noor-haddad").get_data(as_text=True)
