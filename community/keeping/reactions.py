"""Saved searches are looked at now and then, and what they found is told."""

from datetime import timedelta

from community.core.events import after, on
from community.core.jobs import tick
from community.keeping import actions, looking
from community.keeping.facts import MatchesFound
from community.niches.facts import NicheMerged, NicheRenamed


@tick("keeping.look", every=timedelta(minutes=10))
def look() -> None:
    """What is new since the last look."""
    looking.look()


@after(MatchesFound)
def tell_matches(fact: MatchesFound) -> None:
    """By mail, when it is time."""
    looking.tell(fact.saved_id)


@on(NicheRenamed)
def follow_address(fact: NicheRenamed) -> None:
    """A saved search finds what it found."""
    actions.move_niche(fact.was, fact.now)


@on(NicheMerged)
def follow_merge(fact: NicheMerged) -> None:
    """Or what is found where its niche went."""
    actions.move_niche(fact.was, fact.now)
