"""References: a word by clients from before, asked by mail. Who has the mail has the address, so it is theirs."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import func, or_, select

from community.accounts import queries as accounts
from community.accounts.models import Person
from community.accounts.queries import Viewer
from community.accounts.subjects import Subject, reportable
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound, Refused
from community.core.events import emit
from community.core.site import settings
from community.core.text import fold
from community.profiles.models import Practice, PracticeRole
from community.profiles.queries import get_practice_by_id
from community.reviews import rules
from community.reviews.facts import ReferenceAsked, ReferenceGiven
from community.reviews.models import Reference


def of_practice(viewer: Viewer, practice_id: int) -> Sequence[Reference]:
    """What clients from before said, newest first; what staff hid is read by staff alone."""
    query = select(Reference).where(Reference.practice_id == practice_id, Reference.status == "given")
    if viewer is None or not viewer.is_staff:
        query = query.where(Reference.hidden_at.is_(None))
    return db.session.scalars(query.order_by(Reference.given_at.desc()).limit(12)).all()


def on_desk(practice: Practice) -> Sequence[Reference]:
    """All that a practice asked for, newest first: for its own desk."""
    query = select(Reference).where(Reference.practice_id == practice.id)
    return db.session.scalars(query.order_by(Reference.id.desc()).limit(100)).all()


def get_own(practice: Practice, reference_id: int) -> Reference:
    """One of the practice's own; raises `NotFound`."""
    found = db.session.get(Reference, reference_id)
    if found is None or found.practice_id != practice.id:
        raise NotFound
    return found


def get(reference_id: int) -> Reference:
    """One by id, for mails and staff; raises `NotFound`."""
    found = db.session.get(Reference, reference_id)
    if found is None:
        raise NotFound
    return found


def token(reference: Reference) -> str:
    """What the link in the mail carries: signed, good until the word is given or taken back."""
    return _signer().dumps(reference.id)


def by_token(said: str) -> Reference:
    """The reference a link leads to; raises `NotFound` for a forged one and one that was taken back."""
    try:
        found = db.session.get(Reference, int(_signer().loads(said)))
    except (BadData, ValueError, TypeError) as error:
        raise NotFound from error
    if found is None or found.status == "removed":
        raise NotFound
    return found


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="client-reference")


def digest(email: str) -> str:
    """A mail address nobody can read back, the same each time."""
    return hmac.new(settings().secret_key.encode(), f"reference:{fold(email)}".encode(), hashlib.sha256).hexdigest()


def ask(practice: Practice, *, name: str, email: str, about: str, by: Person) -> Reference:
    """Ask somebody for a word, by mail. Call with the practice locked.

    Raises `Refused`: "own" for people of the practice, "asked" for an address that was asked before, "too_many".
    """
    address = fold(email)
    _check_not_own(practice, address)
    known = select(Reference.id).where(Reference.practice_id == practice.id, Reference.address == digest(address))
    if db.session.scalar(known) is not None:
        raise Refused("asked", _("You have asked this address before. Once is enough: nobody likes to be pressed."))
    _check_limits(practice)
    made = Reference(
        practice_id=practice.id, asked_by_id=by.id, name=name, email=address, address=digest(address), about=about
    )
    db.session.add(made)
    db.session.flush()
    emit(ReferenceAsked(made.id))
    return made


def _check_not_own(practice: Practice, address: str) -> None:
    own = select(Person.id).join(PracticeRole, PracticeRole.person_id == Person.id)
    own = own.where(PracticeRole.practice_id == practice.id, Person.email == address)
    if db.session.scalar(own.limit(1)) is not None:
        raise Refused("own", _("That is one of you. A reference comes from a client."), 422)


def _check_limits(practice: Practice) -> None:
    mine = select(func.count(Reference.id)).where(Reference.practice_id == practice.id)
    today = db.session.scalar(mine.where(Reference.asked_at > clock.now() - timedelta(days=1))) or 0
    waiting = db.session.scalar(mine.where(Reference.status == "asked")) or 0
    if today >= rules.MOST_REFERENCES_A_DAY or waiting >= rules.MOST_REFERENCES_OPEN:
        raise Refused("too_many", _("Five a day, and twenty that have not answered: ask the next one tomorrow."), 429)


def give(reference: Reference, *, name: str, work: str, text: str) -> None:
    """The client wrote a word; it can be changed by the same link. Raises `Refused("gone")` once it was refused."""
    if reference.status not in {"asked", "given"}:
        raise Refused("gone", _("This was settled already. Thank you."))
    is_first = reference.status == "asked"
    reference.name, reference.work, reference.text = name.strip(), work.strip(), text.strip()
    reference.status, reference.given_at = "given", clock.now()
    if is_first:
        emit(ReferenceGiven(reference.id))


def refuse(reference: Reference) -> None:
    """No, or no longer: nothing is shown, the address is forgotten, and nobody of this practice asks again."""
    reference.status, reference.email, reference.text, reference.work = "refused", "", "", ""
    reference.name = ""


def remove(reference: Reference) -> None:
    """The practice takes it off its page. It can't pick words, only all of it."""
    reference.status, reference.email, reference.text, reference.work = "removed", "", "", ""


def forget(email: str) -> int:
    """Somebody wants all they ever said here gone; returns how much that was."""
    found = db.session.scalars(
        select(Reference).where(or_(Reference.email == fold(email), Reference.address == digest(email)))
    )
    gone = found.all()
    for one in gone:
        refuse(one)
    return len(gone)


@reportable("reference")
def _reported(viewer: Person, reference_id: int) -> Subject:
    """A report on a reference is about the practice that shows it."""
    found = db.session.get(Reference, reference_id)
    if found is None or found.status != "given" or found.hidden_at is not None:
        raise NotFound
    practice = get_practice_by_id(viewer, found.practice_id)
    return Subject(accounts.get_person_by_id(viewer, practice.owner.id), {"text": found.text, "name": found.name})
