"""The small seed world: named people, two practices, listings that can be booked. Factories for more."""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select

from community.accounts import actions as accounts
from community.accounts.models import Person
from community.availability import actions as availability
from community.availability.rules import OpenRange
from community.core import clock
from community.core.db import db, writing
from community.listings.models import Length, Listing
from community.niches import queries as niches
from community.payments.models import ConnectedAccount
from community.profiles.models import Practice, PracticeRole

PASSWORD = "correct horse battery"
WORKDAYS = tuple(OpenRange(day, 9 * 60, 17 * 60) for day in range(5))


class World:
    """Makes people and things through the app's own actions."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A context to change data in."""
        with self.app.app_context(), writing():
            yield

    def person(self, name: str = "Mara Ellis", *, member: bool = True, role: str | None = None, **values: Any) -> int:
        """A confirmed person with a password; returns the id."""
        with self.writing():
            email = values.pop("email", f"{name.split(maxsplit=1)[0].lower()}@example.com")
            person = accounts.register(email=email, name=name, password=hash_password(PASSWORD))
            if member:
                accounts.join(person)
            accounts.confirm(person)
            if role:
                accounts.give_role(person, role)
            for key, value in values.items():
                setattr(person, key, value)
            db.session.flush()
            return person.id

    def practice(self, owner_id: int, name: str = "Noor Haddad", **values: Any) -> int:
        """A practice that can be paid, open on workdays from 9 to 17 in its zone; returns the id."""
        with self.writing():
            known: dict[str, Any] = {
                "slug": re.sub(r"\W+", "-", name.lower()),
                "name": name,
                "help_whom": "food makers",
                "help_what": "look as good as they taste",
                "help_how": "drawing labels people read",
                "zone": "Europe/London",
            }
            practice = Practice(**(known | values))
            practice.roles = [PracticeRole(person_id=owner_id, role="owner")]
            practice.niches = [niches.niche("brand-identity-food")]
            db.session.add(practice)
            db.session.flush()
            db.session.add(_connected(practice.id))
            person = db.session.get_one(Person, owner_id)
            availability.set_terms(practice, step=30, buffer_before=0, buffer_after=15, notice=120, horizon_days=60)
            availability.set_hours(practice, person, WORKDAYS)
            return practice.id

    def listing(self, practice_id: int, title: str = "A brand identity", **values: Any) -> int:
        """A published session of 30, 60 and 90 minutes; returns the id."""
        prices = values.pop("prices", {30: 5500, 60: 9500, 90: 13500})
        with self.writing():
            known: dict[str, Any] = {
                "slug": re.sub(r"\W+", "-", title.lower()),
                "title": title,
                "summary": "An honest week.",
                "text": "We start with an hour together.",
                "niche_id": niches.niche("brand-identity-food").id,
                "where_kind": "own_link",
                "where_detail": "https://meet.example/noor",
                "cover": title,
                "status": "published",
                "published_at": clock.now(),
            }
            listing = Listing(practice_id=practice_id, **(known | values))
            listing.lengths = [Length(minutes=minutes, price=price) for minutes, price in prices.items()]
            db.session.add(listing)
            db.session.flush()
            return listing.id

    def bookable(self) -> tuple[int, int, int]:
        """Noor with a practice and a listing: (person, practice, listing)."""
        person = self.person("Noor Haddad", handle="noor")
        practice = self.practice(person)
        return person, practice, self.listing(practice)

    def tomorrow_at(self, hour: int, minute: int = 0) -> datetime:
        """A UTC instant on the day after the clock's."""
        return (clock.now() + timedelta(days=1)).replace(hour=hour, minute=minute, second=0, microsecond=0)

    def signed_in(self, person_id: int) -> FlaskClient:
        """A browser of that person, signed in through the form."""
        client = self.app.test_client()
        with self.app.app_context():
            email = db.session.scalar(select(Person.email).where(Person.id == person_id))
        answer = post(client, "/signin", {"email": email, "password": PASSWORD})
        assert answer.status_code == 302, answer.get_data(as_text=True)
        return client


def _connected(practice_id: int) -> ConnectedAccount:
    """An account that can be paid by our own books; Stripe knows nothing of it."""
    return ConnectedAccount(
        ref=f"ac-world-{practice_id}",
        payee=f"practice:{practice_id}",
        stripe_id=f"acct_world{practice_id}",
        details_submitted=True,
        charges_enabled=True,
        payouts_enabled=True,
        transfers="active",
    )


_shown: set[str] = set()  # endpoints whose form was read here


def token(client: FlaskClient, path: str) -> str:
    """The CSRF token of the form at `path`, made as the site makes it.

    On the full profile, where the database is stricter, each page is shown once to read it off there. To show every
    form before it is sent took a fifth of a run.
    """
    page = client.application.url_map.bind("").match(path.partition("?")[0])[0]
    if page in _shown or not os.environ.get("TEST_DATABASE_URL"):
        return _made(client)
    _shown.add(page)
    return _read(client, path)


def _made(client: FlaskClient) -> str:
    with client.session_transaction() as session:
        raw = session.setdefault("csrf_token", secrets.token_hex())
    return str(URLSafeTimedSerializer(client.application.config["SECRET_KEY"], salt="wtf-csrf-token").dumps(raw))


def _read(client: FlaskClient, path: str) -> str:
    page = client.get(path).get_data(as_text=True)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page) or re.search(
        r'csrf-token" content="([^"]+)"', page
    )
    assert found, f"no CSRF token at {path}"
    return found.group(1)


def post(client: FlaskClient, path: str, data: dict[str, Any], *, form_at: str | None = None, **options: Any) -> Any:
    """Send a form as a browser does: fetch it, then post it with its token."""
    return client.post(path, data=data | {"csrf_token": token(client, form_at or path)}, **options)
