"""What a practice may send us about a date of a workshop: meetings in its own wall time, seats, how many must come."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]
    Field,
    FieldList,
    Form,
    FormField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import Length, ValidationError

from community.availability import rules as hours
from community.bookings.actions.workshops import MOST_MEETINGS
from community.core import clock, formats
from community.listings.models import Listing

Span = tuple[datetime, datetime]
MOST_SEATS, MOST_MINUTES, MOST_DAYS_BEFORE = 500, 720, 60


def _whole(field: Field, least: int, most: int) -> int:
    typed = (field.data or "").strip()
    if not (typed.isascii() and typed.isdigit() and least <= int(typed[:6]) <= most):
        raise ValidationError(gettext("A whole number from %(least)s to %(most)s.", least=least, most=most))
    return int(typed)


class MeetingForm(Form):
    """One meeting as typed; an empty row is none."""

    day = StringField(_("Day"), [Length(max=10)])
    starts = StringField(_("Begins"), [Length(max=8)])
    minutes = StringField(_("Minutes"), [Length(max=4)])

    @property
    def is_filled(self) -> bool:
        """True where a day or a time was typed; a length alone is what the row above was given."""
        return bool((self.day.data or "").strip() or (self.starts.data or "").strip())

    def validate_day(self, field: Field) -> None:
        """A day."""
        if self.is_filled:
            try:
                date.fromisoformat((field.data or "").strip())
            except ValueError as error:
                raise ValidationError(_("Choose the day.")) from error

    def validate_starts(self, field: Field) -> None:
        """A wall time."""
        if self.is_filled:
            try:
                hours.parse_clock(field.data or "")
            except ValueError as error:
                raise ValidationError(_("Type when it begins, such as 18:30.")) from error

    def validate_minutes(self, field: Field) -> None:
        """How long."""
        if self.is_filled:
            _whole(field, 10, MOST_MINUTES)

    def wall(self) -> tuple[datetime, int]:
        """(naive local start, minutes)."""
        at = hours.wall_time(
            date.fromisoformat((self.day.data or "").strip()), hours.parse_clock(self.starts.data or "")
        )
        return at, int((self.minutes.data or "").strip())


class DateForm(FlaskForm):  # type: ignore[misc]
    """A date: its meetings one by one, or the first one repeated every week."""

    meetings = FieldList(FormField(MeetingForm), _("Meetings"), min_entries=MOST_MEETINGS, max_entries=MOST_MEETINGS)
    weeks = SelectField(_("Repeat the first one"), default="1")
    seats = StringField(_("Seats"), [Length(max=3)])
    minimum = StringField(_("How many must come"), [Length(max=3)], description=_("0: it takes place whoever comes."))
    days = StringField(
        _("Decided how many days before"),
        [Length(max=2)],
        description=_("With fewer people by then it is called off and everybody gets their money back."),
    )
    deliverer = SelectField(_("Who holds it"))

    def __init__(self, listing: Listing, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(listing.practice.zone)
        self.weeks.choices = [
            SelectChoice(str(n), gettext("Weekly, %(n)s times in all", n=n) if n > 1 else gettext("Don’t repeat it"))
            for n in range(1, MOST_MEETINGS + 1)
        ]
        able = listing.deliverers
        self.deliverer.choices = [SelectChoice(str(one.id), one.name) for one in able]
        self._only = able[0].id if len(able) == 1 else None
        if self._only is not None:
            del self.deliverer

    @property
    def deliverer_id(self) -> int:
        """Who holds it: the one who was chosen, or the one there is."""
        return self._only or int(self.deliverer.data)

    def problems(self) -> list[tuple[str, str]]:
        """(id of the field, what is wrong) for the list above the form."""
        rows = [field for entry in self.meetings for field in entry.form if field.errors]
        own = [self.meetings] if self.meetings.errors and isinstance(self.meetings.errors[0], str) else []
        rest = [field for field in self if field.errors and field.type not in {"CSRFTokenField", "FieldList"}]
        return [(field.id, str(field.errors[0])) for field in (*own, *rows, *rest)]

    def validate_seats(self, field: Field) -> None:
        """At least one."""
        _whole(field, 1, MOST_SEATS)

    def validate_minimum(self, field: Field) -> None:
        """Not more than there are seats."""
        wanted = _whole(field, 0, MOST_SEATS)
        seats = (self.seats.data or "").strip()
        if seats.isascii() and seats.isdigit() and wanted > int(seats):
            raise ValidationError(_("Not more people than there are seats."))

    def validate_days(self, field: Field) -> None:
        """Some days at most."""
        _whole(field, 0, MOST_DAYS_BEFORE)

    def validate(self, extra_validators: Any = None) -> bool:
        """The fields, then the meetings together."""
        if not super().validate(extra_validators):
            return False
        problem = self._problem()
        if problem:
            self.meetings.errors = [problem]
        elif self.minimum_people and self.decides_at() <= clock.now():
            self.days.errors = [gettext("That day is over. Choose fewer days before.")]
        return not self.errors

    def _problem(self) -> str:
        walls = self._walls()
        if not walls:
            return gettext("Say when it meets: one meeting at least.")
        if int(self.weeks.data) > 1 and sum(entry.form.is_filled for entry in self.meetings) > 1:
            return gettext("Either repeat the first meeting, or list them one by one.")
        gone = next((at for at, _minutes in walls if not hours.exists(at, self.zone)), None)
        if gone is not None:
            return gettext(
                "On %(day)s the clocks jump over that time. Choose another one.", day=formats.short_day(gone.date())
            )
        spans = self.spans()
        if spans[0][0] <= clock.now():
            return gettext("The first meeting has to be still to come.")
        if any(end > start for (_begin, end), (start, _end) in pairwise(spans)):
            return gettext("Two meetings overlap.")
        return ""

    def _walls(self) -> list[tuple[datetime, int]]:
        found = [entry.form.wall() for entry in self.meetings if entry.form.is_filled]
        weeks = int(self.weeks.data)
        if weeks > 1 and found:
            at, minutes = found[0]
            return [(at + timedelta(weeks=week), minutes) for week in range(weeks)]
        return sorted(found)

    def spans(self) -> list[Span]:
        """The meetings as (start, end), UTC."""
        starts = [(hours.instant(at, self.zone), minutes) for at, minutes in self._walls()]
        return [(start, start + timedelta(minutes=minutes)) for start, minutes in starts]

    @property
    def minimum_people(self) -> int:
        """How many must come."""
        return int((self.minimum.data or "0").strip())

    def decides_at(self) -> datetime:
        """When it is decided: some days before the first meeting begins, at midday; without a minimum at its start."""
        at, _minutes = self._walls()[0]
        days = int((self.days.data or "0").strip())
        start = hours.instant(at, self.zone)
        if not self.minimum_people or not days:
            return start
        return hours.edge(datetime.combine(at.date() - timedelta(days=days), time(12)), self.zone)
