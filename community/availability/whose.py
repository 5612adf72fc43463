"""Whose time is edited: one's own, or, for an assistant, that of the member named in the address."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from community.accounts.models import Person
from community.core.auth import current_user
from community.core.errors import NotFound
from community.profiles import queries as profiles
from community.profiles.models import Practice


@dataclass(frozen=True)
class Whose:
    """Whose time is edited, of which practice, and whose else could be."""

    practice: Practice
    member: Person
    others: tuple[Person, ...] = ()

    @property
    def asked(self) -> dict[str, Any]:
        """What the address says of it: nothing while it is one's own."""
        return {} if self.member.id == current_user.id else {"member": self.member.handle}

    def url(self, endpoint: str, **values: Any) -> str:
        """An address that keeps to this member."""
        return url_for(endpoint, **self.asked, **values)

    def of(self, person_id: int) -> "Whose":
        """The same for somebody whose time may be edited here. Raises `NotFound` for anybody else's."""
        found = next((one for one in (self.member, *self.others) if one.id == person_id), None)
        if found is None:
            raise NotFound
        return Whose(self.practice, found, self.others)


def whose() -> Whose:
    """One's own time; an assistant edits that of the member named in the address, else the owner's.

    Raises `NotFound` for anybody else's.
    """
    practice = profiles.own_practice(current_user)
    asked = request.values.get("member", "")
    if profiles.role_of(current_user, practice) != "assistant":
        if asked not in {"", current_user.handle}:
            raise NotFound
        return Whose(practice, current_user)
    working = tuple(working_in(practice))
    member = next((one for one in working if one.handle == asked), None) if asked else practice.owner
    if member is None:
        raise NotFound
    return Whose(practice, member, working)


def working_in(practice: Practice) -> list[Person]:
    """Who has hours there: everybody but the assistants."""
    return [one for one in practice.people if profiles.role_of(one, practice) != "assistant"]
