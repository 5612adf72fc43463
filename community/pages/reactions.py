"""Which terms a person agreed to: those in force when the account was made."""

from community.accounts.facts import PersonJoined
from community.accounts.models import Person
from community.core.db import db
from community.core.events import on
from community.pages import texts


@on(PersonJoined)
def note_terms(fact: PersonJoined) -> None:
    """Signing up and paying both say yes to the terms; remember which."""
    person = db.session.get_one(Person, fact.person_id)
    person.terms_version = texts.version("terms").isoformat()
