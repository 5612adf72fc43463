"""The demo town: the same each time, quiet, whole after a kill, and labelled."""

import atexit
import json
import shutil
import tempfile
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from community import create_app
from community.accounts.models import Person
from community.bookings.models import Booking
from community.core import clock
from community.core.db import db, writing
from community.core.deliveries import Delivery
from community.core.mail import outbox
from community.demo import load as loading
from community.demo import loop, offers, people, quiet
from community.demo.town import Town
from community.listings.models import Listing
from community.niches.actions import load_catalogue
from community.payments.models import Payment
from community.profiles.rules import sentence
from community.reviews.models import Review
from community.rooms.models import Message
from community.rooms.presence import presence
from community.search import index
from community.search.models import SearchMade
from community.serve import migrate
from tests.conftest import NOON, test_settings

pytestmark = pytest.mark.once


def app_at(path) -> Flask:
    """An app with the database that lies there, or none yet."""
    return create_app(test_settings(path, database_url=f"sqlite:///{path / 'town.db'}"))


def town_at(path) -> Flask:
    """An app with an empty database of its own."""
    return app_at(shutil.copytree(_empty(), path))


@cache
def _empty() -> Path:
    """A folder with a migrated database and the catalogue, made once."""
    folder = tempfile.TemporaryDirectory(prefix="linchpin-town-")
    atexit.register(folder.cleanup)
    app = app_at(Path(folder.name))
    migrate(app)
    with app.app_context(), writing():
        load_catalogue()
    with app.app_context():
        db.engine.dispose()
    return Path(folder.name)


def story(app: Flask) -> dict[str, list[object]]:
    """Everything that happened, without the random references."""
    with app.app_context():
        bookings = select(
            Booking.starts_at, Booking.state, Booking.total, Person.email, Listing.slug, Booking.confirmed_at
        )
        bookings = bookings.join(Person, Person.id == Booking.deliverer_id).join(Booking.listing)
        bookings = bookings.order_by(Booking.starts_at)
        queries = {
            "reviews": select(Review.stars, Review.side, Review.text, Review.written_at).order_by(
                Review.text, Review.id
            ),
            "people": select(Person.email, Person.handle, Person.created_at).order_by(Person.email),
            "listings": select(Listing.slug, Listing.status, Listing.cover).order_by(Listing.slug),
            "bookings": bookings,
            "searches": select(SearchMade.words, SearchMade.at, SearchMade.hits, SearchMade.visitor).order_by(
                SearchMade.id
            ),
            "talk": select(Message.text, Message.created_at, Message.sender_id).order_by(Message.client_id),
        }
        return {name: [tuple(row) for row in db.session.execute(query)] for name, query in queries.items()}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """The folder of a loaded hamlet."""
    path = tmp_path_factory.mktemp("hamlet") / "one"
    with clock.frozen(NOON):
        app = town_at(path)
        with app.app_context():
            loading.load(Town.called("hamlet"))
            index.engine().close()
            db.engine.dispose()
    return path


@pytest.fixture
def town(loaded, tmp_path):
    """A loaded hamlet."""
    return app_at(shutil.copytree(loaded, tmp_path / "one"))


def test_twice_the_same(town, tmp_path):
    other = town_at(tmp_path / "two")
    with other.app_context():
        loading.load(Town.called("hamlet"))
    one = story(town)
    assert one == story(other)
    assert all(one.values())


def test_after_a_kill_it_goes_on(town, tmp_path, monkeypatch):
    other = town_at(tmp_path / "two")
    real, calls = loading.past._one, []

    def dies(*given):
        calls.append(1)
        if len(calls) == 8:
            raise KeyboardInterrupt
        return real(*given)

    with other.app_context():
        monkeypatch.setattr(loading.past, "_one", dies)
        with pytest.raises(KeyboardInterrupt):
            loading.load(Town.called("hamlet"))
        assert not loading.is_loaded()
        monkeypatch.setattr(loading.past, "_one", real)
        loading.load(Town.called("hamlet"))
        assert loading.is_loaded()
    assert story(other) == story(town)


def test_nobody_is_mailed_and_only_coming_timers_wait(town):
    with town.app_context():
        assert outbox() == []
        waiting = db.session.execute(select(Delivery.handler, Delivery.due_at)).all()
        assert {handler for handler, _ in waiting} <= quiet.KEPT
        assert all(due > clock.now() for _, due in waiting)


def test_what_is_to_come_is_paid_at_the_sandbox(town):
    with town.app_context():
        query = select(func.count()).select_from(Payment).where(Payment.intent_id.not_like("pi_demo%"))
        coming = select(func.count()).select_from(Booking).where(Booking.state == "confirmed", Booking.total > 0)
        assert db.session.scalar(query) == db.session.scalar(coming)


def test_everything_can_be_found(town):
    with town.app_context():
        published = db.session.scalar(select(func.count()).select_from(Listing).where(Listing.status == "published"))
        assert index.engine().count() == published > 5
        index.engine().close()
        said = json.loads((town.extensions["settings"].var / "demo.json").read_text())
        assert said["done"] == said["total"]


def test_only_the_printed_sign_ins_have_passwords(town):
    with town.app_context():
        found = set(db.session.scalars(select(Person.email).where(Person.password.is_not(None))))
    assert found == {f"{name}@bramble-yard.example" for name in ("mara", "noor", "sam", "operator")}


def test_the_command_prints_them_once_it_is_there(town):
    result = town.test_cli_runner().invoke(args=["demo", "load"])
    assert result.exit_code == 0, result.output
    assert "The town is there already." in result.output
    assert "mara@bramble-yard.example" in result.output


def test_the_progress_is_shown_while_it_grows(town):
    client = town.test_client()
    file = town.extensions["settings"].var / "demo.json"
    assert "being built" not in client.get("/").get_data(as_text=True)
    assert "The demo town is there" in client.get("/demo/progress").get_data(as_text=True)
    file.write_text(json.dumps({"done": 1, "total": 4, "step": "Talk"}))
    assert "Talk: 25%" in client.get("/").get_data(as_text=True)
    page = client.get("/demo/progress")
    assert "Talk, 25 %" in page.get_data(as_text=True)
    assert "Set-Cookie" not in page.headers
    assert client.get("/demo/progress", headers={"Accept": "application/json"}).get_json()["done"] == 1
    file.write_text("{")
    assert client.get("/demo/progress").status_code == 404


def test_sentences_read_the_same_in_parts():
    class Practice:
        def __init__(self, value):
            self.help_whom, self.help_what, self.help_how = offers.sentence(value)

    for practice in offers.content.practices():
        made = Practice(practice.value)
        assert all((made.help_whom, made.help_what, made.help_how)), practice.value
        assert f"{sentence(made)}." == practice.value


def test_the_loop_is_labelled_and_keeps_hours(town):
    with town.app_context():
        presence.clear()
        awake = loop.once(1)
        assert awake >= 3
        assert len(next(iter(presence.rooms(clock.now()).values()))) == awake
        loop.once(loop._LINE_EVERY)
        said = db.session.scalars(select(Message).where(Message.client_id.startswith("loop-"))).one()
        assert said.text.endswith("(demo)")
        assert said.sender.line.startswith("Demo member.")
        clock.advance(timedelta(hours=14))
        assert loop.once(2) == 0
        presence.clear()


def test_the_whole_town_is_as_large_as_promised():
    whole = Town.called("association")
    assert len(people.everybody(whole)) == 300
    assert len(offers.wanted(whole)) == 60
    assert len(offers.offered(whole)) >= 150
    assert len({listing.niche for listing in offers.offered(whole)}) >= 30
