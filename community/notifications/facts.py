"""Timers of what people are told."""

from dataclasses import dataclass


@dataclass(frozen=True)
class UnreadWaits:
    """Somebody may have words to read that they do not know of (a timer)."""

    room_id: int
    person_id: int


@dataclass(frozen=True)
class ReminderDue:
    """One side of a booking is to be reminded, if it still begins at `starts`, seconds since 1970 (a timer)."""

    booking_id: int
    lead: int  # minutes before the start
    side: str
    starts: int


@dataclass(frozen=True)
class RemindersChanged:
    """A practice chose other times to remind at: what is booked already follows."""

    practice_id: int


@dataclass(frozen=True)
class SessionReminderDue:
    """Somebody may have to be reminded of a session they come to (a timer)."""

    session_id: int
    person_id: int
