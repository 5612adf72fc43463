"""What happened in rooms."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RoomOpened:
    """There is a new room."""

    room_id: int


@dataclass(frozen=True)
class MessageSaid:
    """Somebody wrote something. `in_the_open`: in a room that members walk into; `told`: the room is told already."""

    message_id: int
    in_the_open: bool = False
    told: bool = False


@dataclass(frozen=True)
class MessageChanged:
    """A message got other words, a sign, or a pin."""

    message_id: int


@dataclass(frozen=True)
class MessageDeleted:
    """Its writer, or staff, took a message back; its text is gone."""

    message_id: int


@dataclass(frozen=True)
class SessionStarted:
    """A session's first round began."""

    session_id: int


@dataclass(frozen=True)
class SessionMoved:
    """A session's clock changed: a phase began, or it is over."""

    session_id: int


@dataclass(frozen=True)
class PhaseEnded:
    """A phase's time is over (a timer). `version` is the clock's when the timer was set; an older one does nothing."""

    session_id: int
    version: int


@dataclass(frozen=True)
class MessagesRead:
    """Somebody read on."""

    room_id: int
    person_id: int
