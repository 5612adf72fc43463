"""How dates, times and money are written, in the reader's language and zone. Also template filters of these names."""

from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_timezone_location
from flask import Flask

from community.core.locale import babel, reader_zone
from community.core.money import format_money
from community.core.site import settings
from community.core.text import initials


def _locale() -> str:
    return babel.domain_instance.spoken().name or settings().locale


def local(at: datetime, zone: str | None = None) -> datetime:
    """The wall time of an instant in `zone`, the reader's when none is given."""
    return at.astimezone(ZoneInfo(zone or reader_zone()))


def money(amount: int, currency: str | None = None) -> str:
    """Minor units as £99.75."""
    return _money(amount, currency or settings().currency, _locale(), whole=False)


def price(amount: int, currency: str | None = None) -> str:
    """The same without zeros after the point: £126, £126.50."""
    return _money(amount, currency or settings().currency, _locale(), whole=True)


@lru_cache(maxsize=4096)
def _money(amount: int, currency: str, locale: str, *, whole: bool) -> str:
    return format_money(amount, currency, locale, whole=whole)


def clock_time(at: datetime, zone: str | None = None) -> str:
    """14:30, or 2:30 pm where people write that."""
    there = local(at, zone)
    return _time_text(there.hour, there.minute, _locale())


def long_day(at: datetime | date, zone: str | None = None) -> str:
    """Thursday 3 December."""
    return _day(at, "EEEE d MMMM", "MMMMEEEEd", zone)


def short_day(at: datetime | date, zone: str | None = None) -> str:
    """Thu 3 Dec."""
    return _day(at, "EEE d MMM", "MMMEd", zone)


def day_mark(at: datetime | date, zone: str | None = None) -> tuple[str, str]:
    """A day in two words for a small mark: ("Thu", "3")."""
    day = local(at, zone).date() if isinstance(at, datetime) else at
    return format_date(day, "EEE", locale=_locale()), str(day.day)


def full_date(at: datetime | date, zone: str | None = None) -> str:
    """3 December 2026."""
    return format_date(local(at, zone) if isinstance(at, datetime) else at, "long", locale=_locale())


def month_title(day: date) -> str:
    """December 2026."""
    return format_skeleton("yMMMM", datetime(day.year, day.month, 1), locale=_locale())  # noqa: DTZ001 - a month has no zone


# A thousand minutes and a few thousand days are all that a site shows; to write one takes 150 µs.
@lru_cache(maxsize=4096)
def _time_text(hour: int, minute: int, locale: str) -> str:
    return format_time(time(hour, minute), "short", locale=locale)


def _day(at: datetime | date, english: str, skeleton: str, zone: str | None) -> str:
    return _day_text(local(at, zone).date() if isinstance(at, datetime) else at, english, skeleton, _locale())


@lru_cache(maxsize=4096)
def _day_text(day: date, english: str, skeleton: str, locale: str) -> str:
    if locale.startswith("en"):
        return format_date(day, english, locale=locale)
    return format_skeleton(skeleton, datetime(day.year, day.month, day.day), locale=locale)  # noqa: DTZ001


@lru_cache(maxsize=4096)
def tone(name: str) -> int:
    """A colour tone from 1 to 8, always the same for the same name."""
    total = 7
    for place, letter in enumerate((name or "").lower(), start=1):
        total = (total * 31 + place + "abcdefghijklmnopqrstuvwxyz".find(letter)) % 8191
    return total % 8 + 1


def zone_name(zone: str) -> str:
    """The town that people know a zone by: London."""
    try:
        return get_timezone_location(zone, locale=_locale(), return_city=True)
    except LookupError:
        return zone.rpartition("/")[2].replace("_", " ")


def language_name(code: str) -> str:
    """A language in the reader's words: "en" is "English"; what is no code stays as it was written."""
    return str(Locale.parse(_locale()).languages.get(code, code))


def iso(at: datetime) -> str:
    """A UTC instant for machines."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def init_app(app: Flask) -> None:
    """Give templates these filters."""
    days = (clock_time, long_day, short_day, day_mark, full_date, iso, local)
    for filter_ in (*days, tone, initials, money, price, zone_name, language_name):
        app.jinja_env.filters[filter_.__name__] = filter_
