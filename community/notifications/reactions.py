"""Who is told what by mail."""

from community.bookings import queries as bookings
from community.bookings.facts import BookingConfirmed, BookingHandedOver, BookingRescheduled
from community.core.db import writing
from community.core.events import after, on
from community.notifications import reminding, unread_actions
from community.notifications.facts import ReminderDue, RemindersChanged, UnreadWaits
from community.rooms.facts import MessageSaid


@on(MessageSaid)
def arm_unread(fact: MessageSaid) -> None:
    """Look again in five minutes."""
    if not fact.in_the_open:  # there nobody is mailed
        unread_actions.arm(fact.message_id)


@after(UnreadWaits)
def mail_unread(fact: UnreadWaits) -> None:
    """Write, if it is still unread."""
    with writing():
        unread_actions.tell(fact.room_id, fact.person_id)


@on(BookingConfirmed)
def arm_reminders(fact: BookingConfirmed) -> None:
    """Both sides are reminded before it begins."""
    reminding.arm(bookings.get(fact.booking_id))


@on(BookingRescheduled)
def arm_reminders_anew(fact: BookingRescheduled) -> None:
    """Of the new time; the timers of the old one find that it is over."""
    reminding.arm(bookings.get(fact.booking_id))


@on(BookingHandedOver)
def arm_reminders_of_new(fact: BookingHandedOver) -> None:
    """Whoever has it now is reminded at the times of their own practice."""
    reminding.arm(bookings.get(fact.booking_id))


@after(RemindersChanged)
def arm_all(fact: RemindersChanged) -> None:
    """What is booked already is reminded of at the new times."""
    with writing():
        reminding.arm_all(fact.practice_id)


@after(ReminderDue)
def remind(fact: ReminderDue) -> None:
    """Write, if it still begins then."""
    with writing():
        reminding.remind(fact.booking_id, lead=fact.lead, side=fact.side, starts=fact.starts)
