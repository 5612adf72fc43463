"""How many statements a list page sends: the same few, however many cards it shows."""

import pytest
from sqlalchemy import event

from community.core.db import db
from community.core.db import writing as writes
from community.core.events import emit
from community.listings.facts import ListingChanged
from community.niches import queries as niches
from community.pages import market as shown
from community.search.rules import Wanted

MOST = 6


@pytest.fixture
def many(app, world, drain):
    """Fifty listings of a niche."""
    with app.app_context():
        niche_id = niches.niche("vat-help").id
    practices = [world.practice(world.person(f"Member{n} Lyle"), f"Practice {n}") for n in range(10)]
    ids = [world.listing(practices[n % 10], f"VAT return {n}", prices={60: 5000}, niche_id=niche_id) for n in range(50)]
    with app.app_context(), writes():
        for one in ids:
            emit(ListingChanged(one))
    drain()


def statements(app, client, path):
    seen = []

    def note(_connection, _cursor, statement, *_more):
        if not statement.startswith(("SAVEPOINT", "ROLLBACK TO")):  # the tests' own
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    client.get(path)  # what is looked at once a minute
    event.listen(engine, "before_cursor_execute", note)
    try:
        page = client.get(path).get_data(as_text=True)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen), page.count('<article class="card">')


def test_a_search_page_sends_as_many_statements_for_fifty_cards_as_for_five(app, client, many, monkeypatch):
    counts = {}
    for cards in (5, 50):
        monkeypatch.setitem(Wanted.query.__kwdefaults__, "limit", cards)
        counts[cards], found = statements(app, client, "/search?q=vat")
        assert found == cards
    assert counts[5] == counts[50] <= MOST


def test_a_niche_page_sends_as_many_statements_for_fifty_cards_as_for_five(app, client, many, monkeypatch):
    counts = {}
    for cards in (5, 50):
        monkeypatch.setitem(shown.cards.__kwdefaults__, "most", cards)
        counts[cards], found = statements(app, client, "/niches/vat-help")
        assert found == cards
    assert counts[5] == counts[50] <= MOST
