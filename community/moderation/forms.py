"""What staff decide."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length

from community.core.choices import SelectField, weekdays
from community.core.filled import Filled

DAYS = [
    SelectChoice("1", _("1 day")),
    SelectChoice("7", _("7 days")),
    SelectChoice("30", _("30 days")),
    SelectChoice("", _("Without end")),
]


class DecisionForm(FlaskForm):  # type: ignore[misc]
    """About a report."""

    decision = RadioField(
        _("Decision"),
        choices=[
            SelectChoice("nothing", _("Nothing to do: it is within the rules")),
            SelectChoice("warned", _("Warn: tell them, no more")),
            SelectChoice("mute", _("Mute: they read, and do not write")),
            SelectChoice("suspend", _("Suspend: they see their bookings and money, nothing else")),
            SelectChoice("ban", _("Ban: the same, and nobody sees them")),
        ],
        validators=[InputRequired(_("Choose what you decide."))],
    )
    days = SelectField(_("For how long"), choices=DAYS, default="7")
    said = TextAreaField(
        _("Reason, as the person is told"),
        [Length(max=500)],
        description=_("Plain words. They read it with the way to a second look."),
    )
    outcome = StringField(_("For the staff’s eyes"), [Length(max=300)])


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """About an appeal."""

    granted = RadioField(
        _("Second look"),
        choices=[SelectChoice("yes", _("Take the decision back")), SelectChoice("no", _("It stands"))],
        validators=[InputRequired(_("Choose what you decide."))],
    )
    answer = TextAreaField(
        _("Why, as the person is told"),
        [Filled(_("Say why, in words that the person can understand.")), Length(max=2000)],
    )


class ShiftForm(FlaskForm):  # type: ignore[misc]
    """A weekly shift, on the clock of who has it."""

    person = SelectField(_("Who"))
    day = SelectField(
        _("Day"),
        choices=weekdays(),
    )
    starts = StringField(_("From"), [Filled(_("From when?"))])
    ends = StringField(_("Until"), [Filled(_("Until when?"))])
