"""What is said of feeds: why one could not be read, in plain words with what to do, and how fresh it is."""

from datetime import datetime
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import ngettext

from community.availability.models import Feed
from community.core import clock, formats


def error(code: str) -> str:
    """Why a feed could not be read."""
    name, _sep, number = code.partition(":")
    if name == "left_out":
        count = int(number)
        return ngettext(
            "%(num)s event in it could not be understood and closes nothing.",
            "%(num)s events in it could not be understood and close nothing.",
            count,
        )
    return {
        "bad_address": _("Its address leads to a place we do not call. Copy the address of the public calendar file."),
        "no_answer": _("Its server does not answer properly. We keep trying."),
        "too_large": _("The file is larger than 2 MB. Share a calendar with fewer past events."),
        "too_much": _("It holds more than we can read. Share a calendar with fewer events."),
        "too_often": _("It has an event that repeats within the day. We read events that repeat daily or less often."),
        "not_a_calendar": _("What stands at its address is no calendar file. Copy the address that ends in .ics."),
        "moved": _("The calendar has moved. Remove this one and add its new address."),
        "not_allowed": _("Its server refuses us. Make a new secret address there and add that."),
        "not_there": _("There is nothing at its address any more. Make a new address there and add that."),
    }.get(name, _("It could not be read. We keep trying."))


def freshness(feed: Feed) -> str:
    """When it was last read."""
    if feed.read_at is None:
        return _("not read yet") if feed.failures else _("read within a minute")
    return _ago(feed.read_at)


def _ago(at: datetime) -> str:
    minutes = int((clock.now() - at).total_seconds() // 60)
    if minutes < 1:
        return _("read just now")
    if minutes < 60:
        return ngettext("read %(num)s minute ago", "read %(num)s minutes ago", minutes)
    if minutes < 24 * 60:
        return ngettext("read %(num)s hour ago", "read %(num)s hours ago", minutes // 60)
    return _("last read %(day)s", day=formats.short_day(at))


def state(feed: Feed) -> str:
    """ "fresh", "new", "partly" or "failing": what its mark says."""
    if feed.failures:
        return "failing"
    if feed.read_at is None:
        return "new"
    return "partly" if feed.error else "fresh"


def server(feed: Feed) -> str:
    """Where it is from; the rest of its address is a secret."""
    return urlsplit(feed.url).hostname or ""
