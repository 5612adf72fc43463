"""What happened around planned sessions."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SeatTaken:
    """Somebody said that they come to a session."""

    session_id: int
    person_id: int


@dataclass(frozen=True)
class SessionCalledOff:
    """Its host, or staff, called a session off; `person_id` did it."""

    session_id: int
    person_id: int


@dataclass(frozen=True)
class HourNears:
    """A promised hour begins in a quarter of an hour (a timer)."""

    session_id: int


@dataclass(frozen=True)
class HourGaveWay:
    """A promised hour began with nobody to keep company; who was coming is moved to another, or to none (0)."""

    session_id: int
    to_id: int


@dataclass(frozen=True)
class HouseClosed:
    """A session is no open house any more, and a guest who was coming has no chair."""

    session_id: int
    person_id: int


@dataclass(frozen=True)
class SessionOver:
    """A session ended a while ago (a timer): time to sum it up."""

    session_id: int
