"""What somebody says who plans a session."""

from datetime import date, datetime, timedelta
from datetime import time as wall_time
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, IntegerField, RadioField, StringField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from community.core import formats
from community.core.choices import SelectField
from community.core.filled import Filled
from community.rooms import rules as room_rules
from community.rooms.gathering import rules


class PlanForm(FlaskForm):  # type: ignore[misc]
    """A session to come. Day and time are on the clock of who plans it."""

    name = StringField(_("What is it called?"), [Filled(_("Give it a name people know it by.")), Length(max=60)])
    room = SelectField(_("Room"))
    day = DateField(_("Day"), [InputRequired(_("Which day?"))])
    time = TimeField(_("Starts at"), [InputRequired(_("At what time?"))])
    plan = RadioField(
        _("Rounds"),
        choices=[
            SelectChoice("long", _("4 × 50 minutes, 10 off between")),
            SelectChoice("invoice", _("Invoice hour: 2 × 25, 10 off")),
            SelectChoice("deep", _("Deep work: 2 × 90, 15 off")),
            SelectChoice("own", _("My own, as below")),
        ],
        default="long",
    )
    rounds = IntegerField(
        _("How many rounds"), [Optional(), NumberRange(1, rules.MOST_ROUNDS, _("Between 1 and %(max)s."))]
    )
    focus = IntegerField(_("Minutes of each"), [Optional(), NumberRange(10, 180, _("Between 10 and 180 minutes."))])
    rest = IntegerField(_("Minutes off between"), [Optional(), NumberRange(0, 60, _("An hour at most."))])
    mutuality = RadioField(
        _("How together"),
        choices=[
            SelectChoice("silent", _("Silent: nobody talks")),
            SelectChoice("check_in", _("Check-in: a line at each break")),
            SelectChoice("chat", _("Chat: talk at the breaks")),
        ],
        default="check_in",
    )
    seats = IntegerField(
        _("Chairs"), [Optional(), NumberRange(2, 500, _("Between 2 and 500, or leave it empty."))],
        description=_("Leave it empty for as many as like to come."),
    )  # fmt: skip
    until = DateField(
        _("Every week until"), [Optional()], description=_("Half a year at most. Leave it empty for once.")
    )
    promised = BooleanField(_("Promise company: somebody greets, and nobody sits alone"))
    open_house = BooleanField(_("Open house: guests may come too, clients and whoever else has an account"))

    def __init__(self, rooms: list[tuple[str, str]], zone: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.room.choices = rooms
        self.time.description = gettext("In %(zone)s time", zone=formats.zone_name(zone))

    def validate_plan(self, field: RadioField) -> None:
        """Own rounds are said whole, and end the same day."""
        if field.data != "own":
            return
        if self.rounds.data is None or self.focus.data is None:
            raise ValidationError(gettext("Say how many rounds, and how long each is."))
        if room_rules.length(room_rules.plan_of(self.chosen)) > rules.LONGEST:
            raise ValidationError(gettext("That is more than eight hours. Fewer rounds, or shorter ones?"))

    @property
    def chosen(self) -> room_rules.Template:
        """The rounds; one of those in `rules.PLANS`, or one's own."""
        own = room_rules.Template("own", self.rounds.data or 1, self.focus.data or 50, self.rest.data or 0)
        return room_rules.template(self.plan.data or "", rules.PLANS) or own

    def validate_until(self, field: DateField) -> None:
        """Not before the first, nor too many."""
        if field.data is None or not isinstance(self.day.data, date):
            return
        if field.data < self.day.data:
            raise ValidationError(gettext("The last day is before the first."))
        if field.data >= self.day.data + timedelta(weeks=rules.MOST_WEEKS):
            raise ValidationError(gettext("That is more than half a year. Choose an earlier day."))

    @property
    def first(self) -> datetime:
        """The naive wall time of the first one."""
        return datetime.combine(self.day.data or date.min, self.time.data or wall_time())
