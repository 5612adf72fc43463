"""What a practice may send us about its time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]
    DateField,
    Field,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Length, ValidationError

from community.availability import rules
from community.availability.models import Calendar
from community.availability.rules import OpenRange
from community.core.choices import DAYS

MOST_RANGES = 3

_BUFFERS = (0, 5, 10, 15, 20, 30, 45, 60, 90, 120)
_STEPS = (5, 10, 15, 20, 30, 60)
_NOTICE = (0, 60, 120, 240, 720, 1440, 2880, 4320, 10080)
_HORIZON = (7, 14, 28, 60, 90, 180, 365)


class Typed(Protocol):
    """A form as it came: all values of a name."""

    def getlist(self, key: str) -> list[str]:
        """Every value sent under `key`."""


@dataclass
class Day:
    """One weekday as typed: its ranges, whether it is open, and what is wrong with it."""

    weekday: int
    opened: bool = False
    typed: list[tuple[str, str]] = field(default_factory=list)
    ranges: list[OpenRange] = field(default_factory=list)
    error: str = ""

    @property
    def name(self) -> Any:
        """Its name in the reader's language."""
        return DAYS[self.weekday]

    def read(self) -> None:
        """Fill `ranges` from `typed`, or say what is wrong."""
        if self.opened:
            self.ranges, self.error = read_ranges(self.weekday, self.typed)


def read_ranges(weekday: int, typed: Sequence[tuple[str, str]]) -> tuple[list[OpenRange], str]:
    """A day's ranges from pairs of times as typed, and what is wrong with them; empty pairs say nothing."""
    filled = [pair for pair in typed if any(part.strip() for part in pair)]
    found = []
    for starts, ends in filled:
        try:
            found.append(rules.range_of(weekday, rules.parse_clock(starts), rules.parse_clock(ends)))
        except ValueError:
            return found, gettext("Type two times such as 09:00 and 12:30.")
    if rules.overlap(found):
        return found, gettext("Two of these overlap.")
    if len(filled) > MOST_RANGES:
        return found, gettext("Three ranges a day are the most.")
    return found, ""


def week_from(values: Typed) -> list[Day]:
    """The week as it was sent: `open` lists the open days, `d0_from` and `d0_to` the times of Monday."""
    opened = set(values.getlist("open"))
    week = []
    for weekday in range(7):
        pairs = zip(values.getlist(f"d{weekday}_from"), values.getlist(f"d{weekday}_to"), strict=False)
        day = Day(weekday, str(weekday) in opened, [(a[:8], b[:8]) for a, b in pairs][:12])
        day.read()
        week.append(day)
    return week


def week_of(ranges: Sequence[OpenRange]) -> list[Day]:
    """The week as it stands."""
    week = []
    for weekday in range(7):
        own = [one for one in ranges if one.weekday == weekday]
        typed = [(rules.clock_text(one.starts), rules.clock_text(one.ends)) for one in own]
        week.append(Day(weekday, bool(own), typed, own))
    return week


def _span(minutes: int) -> Any:
    if minutes == 0:
        return gettext("No time")
    if minutes % 10080 == 0:
        return gettext("One week") if minutes == 10080 else gettext("%(n)s weeks", n=minutes // 10080)
    if minutes % 1440 == 0 and minutes > 1440:
        return gettext("%(n)s days", n=minutes // 1440)
    if minutes % 60 == 0:
        return gettext("1 hour") if minutes == 60 else gettext("%(n)s hours", n=minutes // 60)
    return gettext("%(n)s minutes", n=minutes)


def _days(days: int) -> Any:
    if days == 365:
        return gettext("A year")
    return gettext("%(n)s days", n=days) if days % 7 or days < 14 else gettext("%(n)s weeks", n=days // 7)


def _rest(days: int) -> Any:
    return ngettext("%(num)s day a month", "%(num)s days a month", days) if days else gettext("None")


class Number(StringField):
    """A whole number, or nothing. `most` is the largest."""

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = most

    def number(self) -> int | None:
        """What was typed, once it is valid."""
        typed = str(self.data or "").strip()
        return int(typed) if typed else None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' signature
        """A whole number from 1 on, or nothing."""
        typed = str("" if self.data is None else self.data).strip()
        if typed and not (typed.isascii() and typed.isdigit() and len(typed) <= 4 and 1 <= int(typed) <= self.most):
            raise ValidationError(gettext("A whole number from 1 to %(most)s, or nothing.", most=self.most))


class Hours(Number):
    """Whole hours, kept as minutes."""

    def process_data(self, value: Any) -> None:
        """The minutes of the column as hours."""
        self.data = f"{value / 60:g}" if value else ""

    def minutes(self) -> int | None:
        """What was typed, in minutes."""
        typed = self.number()
        return None if typed is None else typed * 60


class Clock(StringField):
    """A time of day, kept as minutes from midnight; empty is none."""

    def process_data(self, value: Any) -> None:
        """The minute of the column as a time."""
        self.data = "" if value is None else rules.clock_text(value)

    def minute(self) -> int | None:
        """What was typed, once it is valid."""
        typed = str(self.data or "").strip()
        return rules.parse_clock(typed) % rules.DAY_MINUTES if typed else None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """A time, or nothing."""
        try:
            self.minute()
        except ValueError as error:
            raise ValidationError(gettext("Type a time such as 21:00.")) from error


class TermsForm(FlaskForm):  # type: ignore[misc]
    """How bookings are taken, for the whole practice. Minutes, but the horizon in days."""

    buffer_before = SelectField(_("Free before"), coerce=int)
    buffer_after = SelectField(_("Free after"), coerce=int)
    notice = SelectField(_("Shortest notice"), coerce=int)
    horizon_days = SelectField(_("Bookable ahead"), coerce=int)
    step = SelectField(_("Times start every"), coerce=int)
    clients_at_once = Number(_("Clients at once"), most=500, description=_("Open projects. Empty: no limit."))
    daily_limit = Number(_("Bookings a day"), most=50, description=_("Left empty, there is no limit."))
    weekly_limit = Hours(_("Hours a week"), most=168, description=_("Booked time. Empty: no limit."))
    rest_days = SelectField(_("Days to keep free"), coerce=int)
    quiet_from = Clock(_("Quiet from"))
    quiet_until = Clock(_("Quiet until"))

    def __init__(self, *args: Any, calendar: Calendar, **kwargs: Any) -> None:
        super().__init__(*args, obj=calendar, **kwargs)
        for name, offered, words in (
            ("buffer_before", _BUFFERS, _span),
            ("buffer_after", _BUFFERS, _span),
            ("notice", _NOTICE, _span),
            ("horizon_days", _HORIZON, _days),
            ("step", _STEPS, _span),
            ("rest_days", range(11), _rest),
        ):
            values = sorted({*offered, getattr(calendar, name)})
            self[name].choices = [SelectChoice(value, words(value)) for value in values]

    def validate_quiet_until(self, field: Clock) -> None:
        """Both or neither, and apart."""
        both = [str(one.data or "").strip() for one in (self.quiet_from, field)]
        if any(both) and not all(both):
            raise ValidationError(_("Type both times, or neither."))
        if all(both) and not self.quiet_from.errors and self.quiet_from.minute() == field.minute():
            raise ValidationError(_("The two times are the same."))

    def values(self) -> Mapping[str, int | None]:
        """As the columns of a calendar."""
        chosen = ("buffer_before", "buffer_after", "notice", "horizon_days", "step", "rest_days")
        return {name: self[name].data for name in chosen} | {
            "clients_at_once": self.clients_at_once.number(),
            "daily_limit": self.daily_limit.number(),
            "weekly_limit": self.weekly_limit.minutes(),
            "quiet_from": self.quiet_from.minute(),
            "quiet_until": self.quiet_until.minute(),
        }

    def terms(self) -> rules.Terms:
        """As the rules take them."""
        values: dict[str, Any] = dict(self.values())
        return rules.Terms(**{name: values[name] for name in rules.Terms.__dataclass_fields__})


class LeaveForm(FlaskForm):  # type: ignore[misc]
    """Days off, both included."""

    first = DateField(_("First day"), [InputRequired(_("Which is the first day off?"))])
    last = DateField(_("Last day"), [InputRequired(_("Which is the last day off?"))])
    note = StringField(_("What for"), [Length(max=80)], description=_("Only you see it."))

    def validate_last(self, field: Field) -> None:
        """Not before the first, and not for longer than a year."""
        if self.first.data and field.data and field.data < self.first.data:
            raise ValidationError(_("The last day is before the first."))
        if self.first.data and field.data and (field.data - self.first.data).days > 366:
            raise ValidationError(_("A year at a time is the most."))

    def span(self) -> tuple[date, date]:
        """First and last day, once the form is valid; raises ValueError before."""
        if self.first.data is None or self.last.data is None:
            raise ValueError("a leave without days")
        return self.first.data, self.last.data
