"""A person's bookings under a secret address that other calendars follow; only its digest is kept."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.bookings.models import Booking, FeedKey, Order
from community.bookings.queries import AGREED
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound, Refused
from community.listings.models import WorkshopDate

MOST_KEYS = 5
BACK = timedelta(days=90)
MOST = 1_000
_NOTED_EVERY = timedelta(hours=1)


def keys(person: Person) -> Sequence[FeedKey]:
    """The addresses that open a person's calendar, the oldest first."""
    query = select(FeedKey).where(FeedKey.person_id == person.id, FeedKey.revoked_at.is_(None))
    return db.session.scalars(query.order_by(FeedKey.id)).all()


def make(person: Person) -> str:
    """A new address's secret part; it can't be shown again. Raises `Refused("too_many_keys")`."""
    if len(keys(person)) >= MOST_KEYS:
        raise Refused("too_many_keys", _("Five addresses are the most. Take back one you no longer use."), 422)
    secret = secrets.token_urlsafe(32)
    db.session.add(FeedKey(person_id=person.id, digest=_digest(secret)))
    return secret


def revoke(person: Person, key_id: int) -> None:
    """Close one of a person's addresses. Raises `NotFound` for another's."""
    key = db.session.get(FeedKey, key_id)
    if key is None or key.person_id != person.id or key.revoked_at is not None:
        raise NotFound
    key.revoked_at = clock.now()


def opened_by(secret: str) -> tuple[FeedKey, Person]:
    """The address and whose calendar it opens. Raises `NotFound`: unknown, taken back, or the person is shut out."""
    key = db.session.scalar(select(FeedKey).where(FeedKey.digest == _digest(secret), FeedKey.revoked_at.is_(None)))
    person = db.session.get(Person, key.person_id) if key else None
    if key is None or person is None or accounts.sanction(person, "suspend", "ban") is not None:
        raise NotFound
    return key, person


def wants_noting(key: FeedKey) -> bool:
    """True when it was last noted as read a while ago."""
    return key.read_at is None or key.read_at < clock.now() - _NOTED_EVERY


def bookings_of(person: Person) -> Sequence[Booking]:
    """What a person has agreed on, as the one who delivers or as the client, from 90 days back on, by start."""
    query = select(Booking).join(Order).where(Booking.state.in_(AGREED), Booking.kind != "digital")
    query = query.where(or_(Booking.deliverer_id == person.id, Order.client_id == person.id))
    query = query.where(Booking.ends_at >= clock.now() - BACK).order_by(Booking.starts_at, Booking.id)
    whole = (
        joinedload(Booking.listing),
        joinedload(Booking.practice),
        joinedload(Booking.date).options(selectinload(WorkshopDate.meetings)),
    )
    return db.session.scalars(query.options(*whole).limit(MOST)).all()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
