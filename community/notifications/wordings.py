"""A practice's own words in what its clients hear, with placeholders filled. Markdown is off: plain paragraphs."""

from flask_babel import force_locale

from community.bookings.models import Booking
from community.bookings.where import where_words
from community.core import formats
from community.core.db import db
from community.notifications import rules
from community.notifications.models import Reminding, Wording
from community.notifications.readers import Reader

MESSAGES = ("confirmed", "reminder", "follow_up")


def leads(practice_id: int) -> list[int]:
    """When a practice reminds: minutes before the start, the longest first. None at all is a choice, too."""
    chosen = db.session.get(Reminding, practice_id)
    return list(rules.DEFAULT_LEADS if chosen is None else chosen.leads)


def saved(practice_id: int) -> dict[str, str]:
    """A practice's own words by message; empty where it has none."""
    found = {message: db.session.get(Wording, (practice_id, message)) for message in MESSAGES}
    return {message: one.text if one else "" for message, one in found.items()}


def words(booking: Booking, reader: Reader, message: str) -> list[list[str]]:
    """What the practice has to say in a message about a booking, as paragraphs of lines; none where it says nothing."""
    own = db.session.get(Wording, (booking.practice_id, message))
    if own is None or not own.text.strip():
        return []
    with force_locale(reader.locale):
        values = values_of(booking, reader)
    return rules.paragraphs(rules.fill(own.text, values))


def values_of(booking: Booking, reader: Reader) -> dict[str, str]:
    """What the placeholders stand for, in the language that is spoken now."""
    client = booking.order.client
    exactly = booking.where_detail or where_words(booking.where_kind, booking.practice.name)
    return {
        "client": client.first_name if client else booking.order.client_name,
        "title": booking.listing.title,
        "day": formats.long_day(booking.starts_at, reader.zone),
        "time": formats.clock_time(booking.starts_at, reader.zone),
        "place": exactly,
        "practice": booking.practice.name,
    }
