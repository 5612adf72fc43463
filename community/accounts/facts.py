"""What happened to persons."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PersonJoined:
    """An account was made."""

    person_id: int


@dataclass(frozen=True)
class PersonConfirmed:
    """Somebody proved that the address is theirs."""

    person_id: int


@dataclass(frozen=True)
class PersonChanged:
    """Name, line or photo changed."""

    person_id: int


@dataclass(frozen=True)
class PersonBlocked:
    """One wants nothing of the other any more."""

    blocker_id: int
    blocked_id: int


@dataclass(frozen=True)
class PersonSanctioned:
    """Staff muted, suspended or banned somebody."""

    person_id: int
    kind: str
    sanction_id: int = 0


@dataclass(frozen=True)
class MembershipEnded:
    """Somebody is no longer a member."""

    person_id: int


@dataclass(frozen=True)
class PersonReported:
    """A report was filed."""

    report_id: int
