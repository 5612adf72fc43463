"""What somebody says who would work with a partner."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, RadioField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation, ValidationError

from community.availability.rules import exists, instant
from community.core import clock, formats
from community.core.choices import SelectField
from community.matching import keeping, rules
from community.matching.models import PartnerTaste


def _where_wanted(form: FlaskForm, field: Field) -> None:
    """Nothing is asked of it while no day and time is chosen."""
    if form["when"].data == "at" and field.data is not None:
        return
    field.errors = []
    missing = gettext("Choose a day and a time.") if form["when"].data == "at" else ""
    raise StopValidation(missing)


class WishForm(FlaskForm):  # type: ignore[misc]
    """When, how long, with how many. Day and time are on the clock of who asks."""

    when = RadioField(
        _("When would you begin?"),
        choices=[
            SelectChoice("soon", _("As soon as somebody is there, within the hour")),
            SelectChoice("at", _("On a day, at a time")),
        ],
        default="soon",
    )
    day = DateField(_("Day"), [_where_wanted])
    time = TimeField(_("Time"), [_where_wanted])
    give_or_take = SelectField(
        _("Later would do, too"),
        choices=[
            SelectChoice("0", _("No, at that time")),
            SelectChoice("30", _("Up to half an hour later")),
            SelectChoice("60", _("Up to an hour later")),
        ],
        default="30",
    )
    minutes = RadioField(
        _("For how long?"),
        choices=[
            SelectChoice("25", _("25 minutes")),
            SelectChoice("50", _("50 minutes")),
            SelectChoice("110", _("2 × 50 minutes, 10 off between")),
        ],
        default="50",
    )
    company = RadioField(
        _("With how many?"),
        choices=[
            SelectChoice("three", _("One or two others, as it comes")),
            SelectChoice("pair", _("One other only")),
        ],
        default="three",
    )
    stage = SelectField(
        _("Where is your business?"),
        choices=[
            SelectChoice("", _("I’d rather not say")),
            SelectChoice("starting", _("Starting out")),
            SelectChoice("steady", _("Running steadily")),
            SelectChoice("growing", _("Growing")),
        ],
    )
    same_niche = BooleanField(_("I’d like somebody who does what I do"))

    def __init__(self, zone: str, taste: PartnerTaste | None, *args: Any, **kwargs: Any) -> None:
        known: dict[str, Any] = {} if taste is None else {"minutes": str(taste.minutes), "stage": taste.stage}
        if taste is not None:
            known |= {"company": "three" if taste.three else "pair", "same_niche": taste.same_niche}
        super().__init__(*args, data=known, **kwargs)
        self._zone = ZoneInfo(zone)
        self.time.description = gettext("In %(zone)s time", zone=formats.zone_name(zone))

    def validate_time(self, field: TimeField) -> None:
        """One that there is on that day."""
        if (
            self.day.data is not None
            and field.data is not None
            and not exists(datetime.combine(self.day.data, field.data), self._zone)
        ):
            raise ValidationError(gettext("The clocks skip this time on that day. Please choose another."))

    @property
    def window(self) -> tuple[datetime, datetime]:
        """(earliest, latest) start, UTC."""
        if self.when.data != "at" or self.day.data is None or self.time.data is None:
            return keeping.soon(clock.now())
        begins = rules.next_step(instant(datetime.combine(self.day.data, self.time.data), self._zone))
        return begins, begins + timedelta(minutes=int(self.give_or_take.data or 0))
