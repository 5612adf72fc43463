"""The marketplace over HTTP: the page, the JSON contract, and who sees what."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from community.accounts import actions as accounts
from community.accounts.models import Person
from community.core.db import db, writing
from community.core.events import emit
from community.listings.facts import ListingChanged
from community.listings.models import Listing
from community.search import actions, index, log
from community.search.engine import Query, SearchError, WriterBusyError
from community.search.models import Impression, SearchMade
from community.serve import warm_up

JSON = {"Accept": "application/json"}
pytestmark = pytest.mark.usefixtures("market")


def find(client, **parameters):
    """The JSON answer for some parameters."""
    answer = client.get("/search", query_string=parameters, headers=JSON)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def titles(found):
    """The titles of the results, in order."""
    return [result["title"] for result in found["results"]]


def test_json_contract(client):
    found = find(client, q="brand identity")
    assert set(found) == {"total", "results", "facets", "next", "took_ms"}
    first = found["results"][0]
    assert set(first) == {"slug", "title", "url", "practice", "niche", "price"}
    assert first["price"] == {"amount": 9975, "currency": "GBP"}
    assert (first["practice"], first["niche"]) == ("noor-haddad", "brand-identity-food")
    assert first["url"].startswith("/")
    assert {"value", "label", "count"} == set(found["facets"]["niche"][0])


def test_a_free_call_costs_nothing(client):
    found = find(client, q="free first call")
    assert found["results"][0]["price"] == {"amount": 0, "currency": "GBP"}


def test_typo_finds_and_says_so(client):
    assert "Wedding cake tasting" in titles(find(client, q="weding cake tastng"))
    page = client.get("/search?q=weding").get_data(as_text=True)
    assert "you typed “weding”" in page


def test_facet_counts_are_what_the_filter_gives(client):
    for facet in find(client)["facets"]["niche"]:
        assert find(client, niche=facet["value"])["total"] == facet["count"]
    for facet in find(client)["facets"]["where"]:
        assert find(client, where=facet["value"])["total"] == facet["count"]
    for facet in find(client)["facets"]["free"][:3]:
        assert find(client, free=facet["value"])["total"] == facet["count"]


def test_prices_filter_all_in(client):
    assert titles(find(client, price_min=9975, price_max=9975)) == ["A brand identity for hot sauce"]
    assert find(client, price_min=9976)["total"] == 0
    assert titles(find(client, price_max=0)) == ["Free first call"]
    page = client.get("/search?low=90&high=%C2%A3100").get_data(as_text=True)
    assert "A brand identity for hot sauce" in page
    assert "VAT return" not in page.partition('class="cards"')[2].partition("</section>")[0]


def test_sorting_by_price_and_paging(client):
    found = find(client, sort="price")
    amounts = [result["price"]["amount"] for result in found["results"]]
    assert amounts == sorted(amounts)
    assert found["next"] is None


def test_bad_cursor_is_a_problem(client):
    answer = client.get("/search?cursor=nonsense", headers=JSON)
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    assert client.get("/search?cursor=nonsense").status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "?q=%00%ff%00&niche=../..&price_min=-1&price_max=99999999999999999999",
        "?free=9999-99-99&km=x&sort=drop&kind=x&place=%F0%9F%8D%B0&audience='",
        "?free=9999-12-31/9999-12-31&place=Bristol&km=99999",
        "?q=" + "a" * 5000,
        "?q=AND+OR+NOT+%22+*+~+%5B%5D&low=%C2%A3%C2%A3&high=1e9",
        "?q=%3Cscript%3Ealert(1)%3C/script%3E&place=%3Cb%3E",
        "?low=%C2%B2&high=%D9%A3&price_min=%C2%B2&free=0000-00-00",
    ],
)
def test_hostile_parameters(client, address):
    page = client.get("/search" + address)
    assert page.status_code == 200
    assert "<script>alert" not in page.get_data(as_text=True)
    assert client.get("/search" + address, headers=JSON).status_code == 200


def test_no_cookie_for_those_who_look(client):
    for path in ("/search", "/search?q=cake&free=today&filters=1", "/search?q=zzzz"):
        answer = client.get(path)
        assert "Set-Cookie" not in answer.headers
        assert "csrf" not in answer.get_data(as_text=True)


def test_the_page_says_what_is_there(client):
    page = client.get("/search?q=cake&free=week").get_data(as_text=True)
    assert "<title>Cake · Linchpin</title>" in page
    assert "Remove filter Free this week" in page
    assert "Free tomorrow" in page or "Free today" in page
    addresses = set(re.findall(r'(?:action|href)="([^"#?]*)[?"]', page.partition("<main")[2]))
    assert "/search" in addresses
    assert not [address for address in addresses if "%" in address or "&" in address]
    empty = client.get("/search?q=cake&price_min=99999999").get_data(as_text=True)
    assert "Nothing found" in empty


def test_close_ones_stand_under_a_line_of_their_own(client):
    page = client.get("/search?q=wedding+plumbing").get_data(as_text=True)
    assert "These come close" in page
    assert "<mark>Wedding</mark> cake tasting" in page.partition("These come close")[2]


def test_pausing_takes_it_out_at_once_and_from_the_index_soon(app, client, market, drain, engine):
    assert engine.count() == 5
    with app.app_context(), writing():
        db.session.get_one(Listing, market["Wedding cake tasting"]).status = "paused"
        emit(ListingChanged(market["Wedding cake tasting"]))
    assert "Wedding cake tasting" not in titles(find(client, q="wedding cake"))
    drain()
    assert engine.count() == 4


def test_a_blocked_viewer_does_not_find(app, world, market):
    with app.app_context(), writing():
        owner, viewer = (db.session.get_one(Person, market[n]) for n in ("Mara Ellis", "Bea Lyle"))
        accounts.block(viewer, by=owner)
    client = world.signed_in(market["Bea Lyle"])
    found = find(client, q="cake")
    assert "Wedding cake tasting" not in titles(found)
    assert found["total"] == len(found["results"])


def test_a_suspended_owner_leaves_the_index(app, client, market, drain, engine):
    with app.app_context(), writing():
        accounts.sanction(db.session.get_one(Person, market["Mara Ellis"]), kind="suspend", reason="spam")
    assert find(client, q="wedding")["total"] == 0
    drain()
    assert engine.count() == 3


def test_one_batch_serves_many_announcements(app, market, drain, engine, monkeypatch):
    batches = []
    real = engine.apply
    monkeypatch.setattr(engine, "apply", lambda *given: (batches.append(1), real(*given)))
    with app.app_context(), writing():
        for name in ("Wedding cake tasting", "Books by phone", "VAT return in an hour", "Free first call"):
            emit(ListingChanged(market[name]))
    assert drain() >= 4
    assert len(batches) == 1


def test_a_failed_batch_is_tried_again(app, market, drain, engine, monkeypatch, advance):
    real, fails = engine.apply, [True]

    def apply(*given):
        if fails.pop() if fails else False:
            raise SearchError("disk full")
        real(*given)

    monkeypatch.setattr(engine, "apply", apply)
    with app.app_context(), writing():
        db.session.get_one(Listing, market["Free first call"]).title = "A call about marzipan"
        emit(ListingChanged(market["Free first call"]))
    drain()
    advance(timedelta(minutes=1))
    drain()
    with app.app_context():
        assert engine.search(Query("marzipan")).total >= 1


def test_searches_and_impressions_are_kept(app, client, market):
    client.get("/search?q=cake", headers={"User-Agent": "one"})
    client.get("/search?q=cake", headers={"User-Agent": "two"})
    client.get("/search")
    with app.app_context():
        log.note_opened("mara-ellis", "wedding-cake-tasting")
        actions.write_log()
        kept = db.session.scalars(select(SearchMade)).all()
        assert [row.words for row in kept] == ["cake", "cake"]
        assert len({row.visitor for row in kept}) == 2
        assert kept[0].hits >= 1
        row = db.session.get_one(Impression, (market["Wedding cake tasting"], kept[0].at.date()))
        assert (row.shown, row.opened) == (3, 1)


@pytest.mark.usefixtures("market")
def test_a_process_that_warms_up_is_no_visitor(app):
    warm_up(app)
    assert log.is_empty()
    app.test_client().get("/search")
    assert not log.is_empty()


@pytest.mark.usefixtures("market")
def test_counts_are_written_in_one_order_everywhere(app, monkeypatch):
    """Two processes that hold what the other wants next would wait for each other until one loses its figures."""
    written = []
    monkeypatch.setattr(log, "_add", lambda listing_id, *_: written.append(listing_id))
    with app.app_context(), writing():
        ids = sorted(db.session.scalars(select(Listing.id)))
        log.note_shown(reversed(ids))
        log.write()
    assert written == ids
    assert len(ids) > 1


def test_reindex_swaps_whole(app, market, engine):
    engine.apply([], [str(market["Free first call"])])
    assert engine.count() == 4
    result = app.test_cli_runner().invoke(args=["search", "reindex"])
    assert result.exit_code == 0, result.output
    assert "5 listings can be found." in result.output
    assert engine.count() == 5


def test_reindex_by_the_server_when_it_writes(app, market, engine, drain, monkeypatch):
    engine.apply([], [str(market["Free first call"])])

    def busy():
        raise WriterBusyError("the server has it")

    monkeypatch.setattr(index, "rebuild", busy)
    monkeypatch.setattr(actions, "is_waiting", lambda _id: (monkeypatch.undo(), drain())[0])
    result = app.test_cli_runner().invoke(args=["search", "reindex"])
    assert result.exit_code == 0, result.output
    assert engine.count() == 5


def test_a_new_index_is_asked_for_when_sizes_differ(app, market, engine, drain):
    with app.app_context():
        index.rebuild()
        assert not actions.check_index()
        engine.apply([], [str(market["Free first call"])])
        assert actions.check_index()
        assert actions.check_index()
    drain()
    assert engine.count() == 5


def test_what_is_not_found_while_the_index_is_built_is_no_lack(app, market, client, engine, drain):
    engine.apply([], [str(number) for number in market.values()])
    assert "Nothing found" in client.get("/search?q=wedding").text
    with app.app_context():
        actions.check_index()
        log.write()
        before = db.session.scalar(select(func.count(SearchMade.id)))
        page = client.get("/search?q=wedding").text
        log.write()
        assert db.session.scalar(select(func.count(SearchMade.id))) == before == 1
    assert "Search is being put in order" in page
    assert "0 of 5 listings" in page
    assert '<meta http-equiv="refresh" content="3">' in page
    drain()
    assert "<mark>Wedding</mark> cake tasting" in client.get("/search?q=wedding").text
