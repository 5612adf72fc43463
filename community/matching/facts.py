"""What happened around partners."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WishMade:
    """Somebody would work with others."""

    wish_id: int


@dataclass(frozen=True)
class PairingMade:
    """Two or three were matched."""

    pairing_id: int


@dataclass(frozen=True)
class PairingJoined:
    """One more came to those who were matched already, or to one who sat alone."""

    pairing_id: int
    person_id: int


@dataclass(frozen=True)
class PairingLost:
    """Somebody can't come, before it began: for `person_id`, who stays, another partner is looked for."""

    pairing_id: int
    person_id: int


@dataclass(frozen=True)
class PartnerMissed:
    """Somebody did not come."""

    pairing_id: int
    person_id: int


@dataclass(frozen=True)
class ShowTimeOver:
    """It is five minutes after the start (a timer): time to see who is there."""

    pairing_id: int


@dataclass(frozen=True)
class LonelyLongEnough:
    """It is two minutes later (a timer): whoever is still alone is offered something else."""

    pairing_id: int


@dataclass(frozen=True)
class PartnerWanted:
    """Somebody's time comes and nobody was found: those who often sit with others are asked."""

    wish_id: int


@dataclass(frozen=True)
class HourKept:
    """Nobody was found so far: a chair at a promised hour is kept meanwhile."""

    wish_id: int


@dataclass(frozen=True)
class WishMissed:
    """Nobody was found, and no promised hour is near."""

    wish_id: int
