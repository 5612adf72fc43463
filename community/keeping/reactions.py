"""Saved searches are looked at now and then, and what they found is told."""

from datetime import timedelta

from community.core.events import after
from community.core.jobs import tick
from community.keeping import looking
from community.keeping.facts import MatchesFound


@tick("keeping.look", every=timedelta(minutes=10))
def look() -> None:
    """What is new since the last look."""
    looking.look()


@after(MatchesFound)
def tell_matches(fact: MatchesFound) -> None:
    """By mail, when it is time."""
    looking.tell(fact.saved_id)
