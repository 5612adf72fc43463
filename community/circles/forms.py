"""What somebody says who founds a circle, or moves its meetings."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField, TextAreaField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length

from community.circles import rules
from community.core import formats
from community.core.choices import SelectField, weekdays
from community.core.filled import Filled


class RhythmForm(FlaskForm):  # type: ignore[misc]
    """When it meets. The time is on the clock of `zone`, for everybody in it."""

    week = SelectField(
        _("Which one of the month"),
        choices=[
            SelectChoice("1", _("The first")),
            SelectChoice("2", _("The second")),
            SelectChoice("3", _("The third")),
            SelectChoice("4", _("The fourth")),
            SelectChoice("5", _("The last")),
        ],
    )
    weekday = SelectField(
        _("Day"),
        choices=weekdays(),
    )
    time = TimeField(_("Time"), [InputRequired(_("At what time?"))])
    minutes = SelectField(
        _("For how long?"),
        choices=[
            SelectChoice("60", _("An hour")),
            SelectChoice("90", _("An hour and a half")),
            SelectChoice("120", _("Two hours")),
        ],
        default="90",
    )

    def __init__(self, zone: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.time.description = gettext("In %(zone)s time, all year", zone=formats.zone_name(zone))

    @property
    def rhythm(self) -> dict[str, int]:
        """As the actions take it."""
        at = self.time.data
        found = {name: int(self[name].data or 0) for name in ("week", "weekday", "minutes")}
        return found | {"at": at.hour * 60 + at.minute if at is not None else 0}


class CircleForm(RhythmForm):
    """A new circle."""

    name = StringField(_("What is it called?"), [Filled(_("Give it a name.")), Length(max=60)])
    about = TextAreaField(_("What for, and for whom?"), [Filled(_("Say in a line what it is for.")), Length(max=600)])
    seats = RadioField(
        _("For how many?"),
        choices=[SelectChoice(str(n), str(n)) for n in range(rules.LEAST, rules.MOST + 1)],
        default=str(rules.MOST),
    )
    takes_asks = BooleanField(_("Members may ask to join"), default=True)
