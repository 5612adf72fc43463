"""What can be reported. Upper slices register how their subjects are found on a viewer's behalf."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from community.accounts import queries
from community.accounts.models import Person
from community.core.errors import NotFound


@dataclass(frozen=True)
class Subject:
    """Whom a report is about, and the evidence as it stands."""

    person: Person
    evidence: dict[str, Any]


Finder = Callable[..., Subject]
_finders: dict[str, Finder] = {}


def reportable(kind: str) -> Callable[[Finder], Finder]:
    """Register how a `kind` ("message") is found by id for a viewer; it raises `NotFound` where they may not see it.

    A kind that two numbers name ("win:4:7") has a finder that takes two.
    """

    def register(finder: Finder) -> Finder:
        _finders[kind] = finder
        return finder

    return register


def find(viewer: Person, subject: str) -> Subject:
    """The subject that "message:31" names, as `viewer` may see it. Raises `NotFound`."""
    kind, *numbers = subject.split(":")
    finder = _finders.get(kind)
    if finder is None or not numbers or not all(number.isdigit() for number in numbers):
        raise NotFound
    if len(numbers) != len(inspect.signature(finder).parameters) - 1:
        raise NotFound
    return finder(viewer, *map(int, numbers))


@reportable("person")
def _person(viewer: Person, person_id: int) -> Subject:
    person = queries.get_person_by_id(viewer, person_id)
    return Subject(person, queries.evidence_of(person))
