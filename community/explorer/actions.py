"""Keeping what somebody who looks for a niche has said, and making a first listing of it."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from community.accounts.models import Person
from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.explorer.models import NicheDraft
from community.listings import actions as listings
from community.listings.models import Listing
from community.niches.models import Audience, Niche, Place
from community.profiles import actions as profiles
from community.profiles import queries as practices
from community.profiles.models import Practice

CALL_MINUTES = 15
_MOST_NICHES = 3


def keep(person: Person, **said: Any) -> NicheDraft:
    """Note what was said; what was said before and is not said anew stays."""
    draft = db.session.get(NicheDraft, person.id)
    if draft is None:
        draft = NicheDraft(person_id=person.id, said={})
        db.session.add(draft)
    draft.said = {**draft.said, **said}
    draft.changed_at = clock.now()
    db.session.flush()
    return draft


def forget(person: Person) -> None:
    """Begin anew, or be done."""
    draft = db.session.get(NicheDraft, person.id)
    if draft is not None:
        db.session.delete(draft)
        db.session.flush()


def publish(
    person: Person,
    niche: Niche,
    *,
    sentence: dict[str, str],
    name: str,
    place: Place | None,
    audiences: Sequence[Audience],
    lengths: Sequence[tuple[int, int]],
    call: bool,
    **values: Any,
) -> Listing:
    """Publish a first listing in a niche, and with `call` a free first call beside it. Who has no practice gets one.

    `sentence` are the practice's help_whom, help_what and help_how; `lengths` (minutes, price in minor units); `values`
    as listings take them. Raises `Refused`: "owners_only", and what profiles and listings refuse.
    """
    practice = _practice(person, niche, sentence, name, place, audiences)
    shared = {**values, "niche_id": niche.id, "place_id": place.id if place else None}
    made = listings.create(practice, lengths=lengths, audiences=list(audiences), **shared)
    listings.publish(made)
    if call:
        free = shared | {"title": _("A first call, free"), "text": _call_text(), "summary": ""}
        listings.publish(
            listings.create(practice, lengths=[(CALL_MINUTES, 0)], audiences=list(audiences), **free),
        )
    forget(person)
    return made


def _call_text() -> str:
    return _(
        "A quarter of an hour to see whether I am the right person for you. Tell me what you need; I say what I would "
        "do first, and what it would cost. If somebody else fits better, I say that too."
    )


def _practice(
    person: Person,
    niche: Niche,
    sentence: dict[str, str],
    name: str,
    place: Place | None,
    audiences: Sequence[Audience],
) -> Practice:
    found = practices.practice_of(person)
    if found is None:
        return profiles.start(
            person,
            name=name,
            place_id=place.id if place else None,
            zone=place.zone if place else person.zone,
            niches=[niche],
            audiences=list(audiences),
            **sentence,
        )
    if practices.role_of(person, found) == "assistant":
        raise Refused(
            "owners_only", _("Only an owner or partner can publish. What you typed is kept as your draft."), 403
        )
    niches = list(found.niches)
    if niche not in niches and len(niches) < _MOST_NICHES:
        niches.append(niche)
    profiles.edit(found, niches=niches, **sentence)
    return found
