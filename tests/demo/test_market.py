"""The market town, small: whole, deterministic, found, and going on after a kill."""

import pytest
from sqlalchemy import func, select

from community.availability.models import WeeklyHours
from community.core.db import db
from community.core.deliveries import Delivery
from community.demo import load as loading
from community.demo import market, quiet
from community.demo.town import MARKET, Town
from community.listings.models import Length, Listing
from community.profiles.models import Practice
from community.search import index
from community.search.engine import Query
from tests.demo.test_load import town_at

SIZE = 300
STALLS = 120  # at two and a half listings each


def rows(app):
    with app.app_context():
        query = select(Practice.slug, Practice.zone, Listing.slug, Listing.title, Length.minutes, Length.price)
        query = query.join(Listing, Listing.practice_id == Practice.id).join(Length, Length.listing_id == Listing.id)
        query = query.where(Practice.slug.startswith(market.SLUG)).order_by(Listing.id, Length.minutes)
        return [tuple(row) for row in db.session.execute(query)]


@pytest.fixture
def town(tmp_path):
    app = town_at(tmp_path / "market")
    with app.app_context():
        loading.load(Town.called(MARKET), SIZE)
        yield app
        index.engine().close()


def test_it_is_whole_and_can_be_found(town):
    stalls = select(func.count(Practice.id)).where(Practice.slug.startswith(market.SLUG))
    assert db.session.scalar(stalls) == STALLS
    mine = select(Practice.id).where(Practice.slug.startswith(market.SLUG))
    assert db.session.scalar(select(func.count(Listing.id)).where(Listing.practice_id.in_(mine))) == SIZE
    with_hours = select(func.count(WeeklyHours.practice_id.distinct())).where(WeeklyHours.practice_id.in_(mine))
    assert db.session.scalar(with_hours) == STALLS
    everything = db.session.scalar(select(func.count(Listing.id)).where(Listing.status == "published"))
    assert index.engine().count() == everything > SIZE
    found = index.engine().search(Query(limit=50)).hits
    assert any(hit.document.free_days for hit in found)
    assert len({hit.document.free_days for hit in found}) > 5
    assert set(db.session.scalars(select(Delivery.handler))) <= quiet.KEPT


def test_its_pages_can_be_read(town):
    practice, listing = db.session.execute(
        select(Practice.slug, Listing.slug).join(Listing).where(Practice.slug.startswith(market.SLUG)).limit(1)
    ).one()
    client = town.test_client()
    for path in ("/search", f"/{practice}", f"/{practice}/{listing}"):
        assert client.get(path).status_code == 200


@pytest.mark.once
def test_after_a_kill_it_goes_on(town, tmp_path, monkeypatch):
    monkeypatch.setattr(market, "_BATCH", 25)
    real, calls = market._listings, []

    def dies(*given):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        real(*given)

    other = town_at(tmp_path / "other")
    with other.app_context():
        monkeypatch.setattr(market, "_listings", dies)
        with pytest.raises(KeyboardInterrupt):
            loading.load(Town.called(MARKET), SIZE)
        assert not loading.is_loaded()
        assert len(rows(other)) > 0
        monkeypatch.setattr(market, "_listings", real)
        loading.load(Town.called(MARKET), SIZE)
        index.engine().close()
    assert rows(other) == rows(town)


@pytest.mark.once
def test_it_may_grow(town):
    result = town.test_cli_runner().invoke(args=["demo", "load", "--town", "market", "--size", str(SIZE + 5)])
    assert result.exit_code == 0, result.output
    assert "100 %" in result.output
    assert len({(practice, listing) for practice, _, listing, *_ in rows(town)}) == SIZE + 5
