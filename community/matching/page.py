"""What the pages of partners show."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property

from community.accounts.models import Person
from community.core import clock
from community.matching import keeping, queries
from community.matching.models import Pairing, PartnerWish
from community.rooms.gathering import queries as gathering
from community.rooms.models import Room, Session


class Company:
    """One pairing as one of those in it sees it."""

    def __init__(self, viewer: Person, pairing: Pairing) -> None:
        self.pairing = pairing
        self.people: Sequence[Person] = [place.person for place in queries.partners_in(viewer, pairing)]
        self.ends: datetime = pairing.starts_at + timedelta(minutes=pairing.minutes)
        self.has_begun = pairing.starts_at <= clock.now()
        self.is_over = pairing.session.ended_at is not None
        self.is_alone = pairing.state == "alone"
        place = queries.place_for(viewer, pairing.id)
        self.said = place.again
        others = queries.partners_in(viewer, pairing) if place.again else []
        # Only a yes that is answered by a yes is ever shown.
        self.both = [each.person for each in others if each.again]

    @property
    def names(self) -> str:
        """The others by first name."""
        return ", ".join(person.first_name for person in self.people)


class PartnersPage:
    """One's wishes, whom one works with, and how it went of late; what a page does not show is not read."""

    def __init__(self, viewer: Person) -> None:
        self._viewer = viewer
        self.companies = [Company(viewer, pairing) for pairing in queries.coming_of(viewer)]
        self.wishes: Sequence[PartnerWish] = queries.waiting_of(viewer)

    @cached_property
    def hour(self) -> Session | None:
        """The next promised hour."""
        return gathering.next_promised(self._viewer)

    @cached_property
    def regulars(self) -> Sequence[Person]:
        """With whom both said *again*."""
        return queries.regulars(self._viewer)

    @cached_property
    def _history(self) -> list[tuple[datetime, bool]]:
        return queries.history(self._viewer)

    @property
    def asked(self) -> int:
        """How often they had a partner of late."""
        return len(self._history)

    @property
    def came(self) -> int:
        """How often of these they came."""
        return sum(came for _at, came in self._history)

    @property
    def misses(self) -> int:
        """How often they did not and have not made it good."""
        return keeping.misses(self._history, clock.now())

    @property
    def state(self) -> str:
        """Another word once there is something new to show: what the waiting page asks for."""
        waiting = ",".join(f"{wish.id}{wish.state}{wish.hour_id or ''}" for wish in self.wishes)
        found = ",".join(f"{c.pairing.id}{c.pairing.state}{len(c.people)}" for c in self.companies)
        return f"{waiting};{found}"


def company_of(viewer: Person, room: Room) -> Company | None:
    """The pairing whose room this is."""
    pairing = queries.of_room(viewer, room)
    return Company(viewer, pairing) if pairing is not None else None
