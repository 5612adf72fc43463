"""What a person may send us about themselves."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _
from flask_security import RegisterFormV2
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]
    BooleanField,
    HiddenField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Email, InputRequired, Length, Regexp, ValidationError

from community.accounts import queries
from community.core import choices
from community.core.filled import Filled
from community.core.site import settings

# The first four are urgent (`safety.rules.URGENT`): whoever is on duty gets a mail at once.
REASONS = (
    ("danger", _("Somebody is in danger")),
    ("threat", _("Threats")),
    ("harassment", _("Harassment that does not stop")),
    ("fraud", _("Fraud with money")),
    ("abuse", _("Insulting or hateful")),
    ("spam", _("Advertising or spam")),
    ("false", _("Pretends to be somebody else")),
    ("other", _("Something else")),
)


class RegisterForm(RegisterFormV2):
    """Joining: name, address, password, and a yes to the terms."""

    name = StringField(
        _("Your name"),
        [Filled(_("Please tell us your name.")), Length(max=80)],
        render_kw={"autocomplete": "name"},
    )
    invitation = StringField(_("Invitation code"), [Length(max=40)])
    terms = BooleanField(
        _("I have read the terms and the privacy page"), [InputRequired(_("Please agree to the terms."))]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if request and not self.invitation.data:
            self.invitation.data = request.args.get("invitation", "")[:40]

    def validate_invitation(self, field: StringField) -> None:
        """A site by invitation needs a live code."""
        if settings().joining == "invitation" and not queries.live_invitation((field.data or "").strip()):
            raise ValidationError(_("This code is not valid. Ask a member for an invitation."))


class CodeRequestForm(FlaskForm):  # type: ignore[misc]
    """Where to send six digits."""

    email = StringField(
        _("Your e-mail address"),
        [
            Filled(_("Please enter your address.")),
            Email(_("This does not look like an e-mail address.")),
        ],
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The six digits."""

    code = StringField(
        _("The six digits from the mail"),
        [Filled(_("Please enter the code.")), Length(max=20)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class PersonForm(FlaskForm):  # type: ignore[misc]
    """What others see of a person."""

    name = StringField(_("Your name"), [Filled(_("Please tell us your name.")), Length(max=80)])
    handle = StringField(
        _("Handle"),
        [
            Filled(),
            Length(3, 30),
            Regexp(r"^[a-z0-9](?:[a-z0-9-]*[a-z0-9])$", message=_("Use small letters, digits and hyphens.")),
        ],
    )
    line = StringField(_("One line about you"), [Length(max=120)])
    zone = SelectField(_("Time zone"), choices=choices.zones)
    looking_for = TextAreaField(_("Looking for"), [Length(max=300)])
    can_help_with = TextAreaField(_("Can help with"), [Length(max=300)])


class ReportForm(FlaskForm):  # type: ignore[misc]
    """Why something is wrong."""

    subject = HiddenField(validators=[Filled(), Regexp(r"^[a-z]+(:\d{1,18}){1,2}$")])
    reason = SelectField(_("What is wrong?"), choices=[SelectChoice(*reason) for reason in REASONS])
    note = TextAreaField(_("Anything we should know"), [Length(max=1000)])
    separate = BooleanField()
    back = HiddenField()


class AppealForm(FlaskForm):  # type: ignore[misc]
    """Why a decision should be looked at again."""

    subject = HiddenField(validators=[Filled(), Regexp(r"^[a-z]+:\d{1,18}$")])
    text = TextAreaField(
        _("Why should it be looked at again?"),
        [Filled(_("Say in a few words why it should be looked at again.")), Length(max=2000)],
    )


class SanctionForm(FlaskForm):  # type: ignore[misc]
    """What staff decide."""

    kind = SelectField(
        _("Decision"),
        choices=[
            SelectChoice("mute", _("Mute")),
            SelectChoice("suspend", _("Suspend")),
            SelectChoice("ban", _("Ban for good")),
        ],
    )
    days = SelectField(
        _("For how long"),
        choices=[
            SelectChoice("1", _("1 day")),
            SelectChoice("7", _("7 days")),
            SelectChoice("30", _("30 days")),
            SelectChoice("", _("Without end")),
        ],
    )
    reason = StringField(_("Reason, shown to them"), [Filled(), Length(max=200)])
