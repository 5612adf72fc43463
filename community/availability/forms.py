"""What a practice may send us about its time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, Field, SelectChoice, SelectField, StringField  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, ValidationError

from community.availability import rules
from community.availability.models import Calendar
from community.availability.rules import OpenRange

MOST_RANGES = 3
DAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))

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
        filled = [pair for pair in self.typed if any(part.strip() for part in pair)]
        if not self.opened or not filled:
            return
        for starts, ends in filled:
            try:
                minutes = rules.parse_clock(starts), rules.parse_clock(ends)
                self.ranges.append(rules.range_of(self.weekday, *minutes))
            except ValueError:
                self.error = gettext("Type two times such as 09:00 and 12:30.")
        if not self.error and rules.overlap(self.ranges):
            self.error = gettext("Two of these overlap.")
        if not self.error and len(filled) > MOST_RANGES:
            self.error = gettext("Three ranges a day are the most.")


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


class TermsForm(FlaskForm):  # type: ignore[misc]
    """How bookings are taken. Minutes, but the horizon in days."""

    buffer_before = SelectField(_("Free before"), coerce=int)
    buffer_after = SelectField(_("Free after"), coerce=int)
    notice = SelectField(_("Shortest notice"), coerce=int)
    horizon_days = SelectField(_("Bookable ahead"), coerce=int)
    step = SelectField(_("Times start every"), coerce=int)
    daily_limit = StringField(_("Bookings a day"), [Length(max=4)], description=_("Left empty, there is no limit."))

    def __init__(self, *args: Any, calendar: Calendar, **kwargs: Any) -> None:
        super().__init__(*args, obj=calendar, **kwargs)
        for name, offered, words in (
            ("buffer_before", _BUFFERS, _span),
            ("buffer_after", _BUFFERS, _span),
            ("notice", _NOTICE, _span),
            ("horizon_days", _HORIZON, _days),
            ("step", _STEPS, _span),
        ):
            values = sorted({*offered, getattr(calendar, name)})
            self[name].choices = [SelectChoice(value, words(value)) for value in values]

    def validate_daily_limit(self, field: Field) -> None:
        """A whole number, or nothing."""
        typed = str(field.data or "").strip()
        if typed and not (typed.isascii() and typed.isdigit() and 1 <= int(typed) <= 50):
            raise ValidationError(_("A whole number from 1 to 50, or nothing."))

    def values(self) -> Mapping[str, int | None]:
        """As the columns of a calendar."""
        typed = str(self.daily_limit.data or "").strip()
        return {
            "buffer_before": self.buffer_before.data,
            "buffer_after": self.buffer_after.data,
            "notice": self.notice.data,
            "horizon_days": self.horizon_days.data,
            "step": self.step.data,
            "daily_limit": int(typed) if typed else None,
        }

    def terms(self) -> rules.Terms:
        """As the rules take them."""
        return rules.Terms(**self.values())  # type: ignore[arg-type]


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
