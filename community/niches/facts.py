"""What operators did to the catalogue."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NicheChanged:
    """A niche is called otherwise, or other things are in it."""

    niche_id: int


@dataclass(frozen=True)
class NicheRenamed:
    """A niche has another address: what is kept by the old one follows."""

    niche_id: int
    was: str
    now: str


@dataclass(frozen=True)
class NicheMerged:
    """One niche goes into another, and then is no more: what points at it moves, in the same transaction. `was` and
    `now` are their addresses.
    """

    niche_id: int
    into_id: int
    was: str
    now: str


@dataclass(frozen=True)
class AudienceChanged:
    """An audience is called otherwise."""

    audience_id: int


@dataclass(frozen=True)
class ProposalDecided:
    """An operator decided about a proposed niche."""

    proposal_id: int
