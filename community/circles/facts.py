"""What happened around circles."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CircleAsked:
    """Somebody would like to join."""

    circle_id: int
    person_id: int


@dataclass(frozen=True)
class CircleInvited:
    """A member asked somebody in."""

    circle_id: int
    person_id: int


@dataclass(frozen=True)
class CircleJoined:
    """Somebody is in it now."""

    circle_id: int
    person_id: int


@dataclass(frozen=True)
class MeetingNears:
    """A meeting is a day away (a timer), if it still begins at `starts`, seconds since 1970."""

    meeting_id: int
    starts: int


@dataclass(frozen=True)
class MeetingOver:
    """A meeting is over by its plan (a timer): the next one is made, and the minutes are told of once written."""

    meeting_id: int
    starts: int
