"""The people of the town. Only the printed sign-ins have passwords: hashing is slow on purpose."""

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache

from flask_security import hash_password
from sqlalchemy import select

from community.accounts import actions as accounts
from community.accounts.models import Person
from community.core import clock
from community.core.db import db, writing
from community.core.text import slugify
from community.demo import content
from community.demo.progress import Progress
from community.demo.town import MAIL, PASSWORD, Town, dice

SIGN_INS = {"Mara Ellis": "mara", "Noor Haddad": "noor", content.CLIENT_WITHOUT_PRACTICE: "sam"}
OPERATOR = "operator"
_BATCH = 25
_LINES = ("At the yard on Tuesdays.", "Usually in the quiet room.", "New here. Hello!", "Always up for tea.", "")
_LABEL = "Demo member."  # nobody should take them for people


@lru_cache(maxsize=4)
def everybody(town: Town) -> list[content.Person]:
    """Those who live in a town of this size: the owners of its practices, Sam, then others."""
    owners = {practice.owner for practice in content.practices()[: town.size.practices]}
    known = content.people()
    first = [person for person in known if person.name in owners or person.name in SIGN_INS]
    others = [person for person in known if person not in first and not _owns(person)]
    return (first + others)[: max(town.size.members, len(first))]


def _owns(person: content.Person) -> bool:
    return any(practice.owner == person.name for practice in content.practices())


def address(name: str) -> str:
    """The mail address of somebody in the town."""
    return f"{SIGN_INS.get(name) or slugify(name).replace('-', '.')}@{MAIL}"


def load(town: Town, progress: Progress) -> None:
    """Register, confirm and join whoever is not there yet."""
    progress.begin("People")
    known = set(db.session.scalars(select(Person.email).where(Person.email.endswith(f"@{MAIL}"))))
    db.session.rollback()
    wanted = everybody(town)
    for start in range(0, len(wanted), _BATCH):
        with writing():
            for number in range(start, min(start + _BATCH, len(wanted))):
                if address(wanted[number].name) not in known:
                    _person(town, number, wanted[number])
        db.session.expunge_all()
        progress.add(len(wanted[start : start + _BATCH]))
    if f"{OPERATOR}@{MAIL}" not in known:
        _operator(town)


def _person(town: Town, number: int, who: content.Person) -> None:
    chance = dice("person", number)
    known = who.name in SIGN_INS
    owner = _owns(who)
    came = town.begins if owner or known else town.moment(chance)
    with clock.frozen(came + timedelta(minutes=number)):
        person = accounts.register(
            email=address(who.name),
            name=who.name,
            password=hash_password(PASSWORD) if known else None,
        )
        if who.name in SIGN_INS:
            person.handle = slugify(who.name)
        accounts.join(person, invited=True)
        accounts.confirm(person)
        accounts.edit(person, line=f"{_LABEL} {'' if owner else chance.choice(_LINES)}".strip())


def _operator(town: Town) -> None:
    with writing(), clock.frozen(town.begins):
        person = accounts.register(email=f"{OPERATOR}@{MAIL}", name="Ola Perry", password=hash_password(PASSWORD))
        accounts.join(person, invited=True)
        accounts.confirm(person)
        accounts.give_role(person, "operator")


def ids(names: Sequence[str]) -> dict[str, int]:
    """Person ids by name, of those who are there."""
    by_address = {address(name): name for name in names}
    rows = db.session.execute(select(Person.email, Person.id).where(Person.email.in_(by_address)))
    return {by_address[email]: person_id for email, person_id in rows}
