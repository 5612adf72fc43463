"""What the tests of the explorer share: the hand-made log, written into the tables."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from community.bookings.models import Booking, Order
from community.core import clock
from community.core.db import db, writing
from community.explorer import keeping
from community.listings.models import Listing
from community.niches.models import Niche
from community.search.models import SearchMade
from tests.world import World

HERE = Path(__file__).parent


@pytest.fixture
def logged(app: Flask, world: World) -> Flask:
    """The app with 300 searches and 40 bookings of half a year, counted."""
    owner = world.person("Noor Haddad", handle="noor")
    practice = world.practice(owner)
    rows = [line.split("\t") for line in (HERE / "log.tsv").read_text().splitlines()]
    with app.app_context(), writing():
        for ago, words, niche, _meant, audience, place, hits, visitor in (r[1:] for r in rows if r[0] == "search"):
            at = clock.now() - timedelta(days=int(ago))
            made = SearchMade(at=at, words=words, niche=niche or None, audience=audience or None)
            made.place_id, made.hits, made.visitor = int(place) if place else None, int(hits), visitor
            db.session.add(made)
    listings = {(r[2], r[3]) for r in rows if r[0] == "booking"}
    known = {key: _listing(world, practice, *key) for key in sorted(listings)}
    with app.app_context(), writing():
        for ago, niche, place, kind, confirmed, client in (r[1:] for r in rows if r[0] == "booking"):
            db.session.add(_booking(known[niche, place], owner, int(ago), kind, confirmed == "1", client))
    with app.app_context():
        keeping.count_all()
    return app


def _listing(world: World, practice: int, niche: str, place: str) -> int:
    with world.app.app_context():
        niche_id = db.session.scalars(select(Niche.id).where(Niche.slug == niche)).one()
    return world.listing(practice, f"{niche} {place}", niche_id=niche_id, place_id=int(place))


def _booking(listing_id: int, owner: int, ago: int, kind: str, confirmed: bool, client: str) -> Booking:
    at = clock.now() - timedelta(days=ago)
    name = f"{listing_id}-{ago}-{client}"
    order = Order(ref=f"o{name}", client_name="Bea", client_email=client, browser=name, locale="en_GB", created_at=at)
    listing = db.session.get_one(Listing, listing_id)
    return Booking(
        ref=f"b{name}", order=order, listing=listing, practice=listing.practice, deliverer_id=owner, kind=kind,
        state="completed" if confirmed else "expired", confirmed_at=at if confirmed else None, created_at=at,
        starts_at=at, ends_at=at + timedelta(hours=1), first_start=at, zone="Europe/London", price=0, fee=0, total=0,
        currency="GBP", policy="flexible", where_kind="own_link", where_detail="https://meet.example/noor",
    )  # fmt: skip
