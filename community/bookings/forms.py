"""What a client may send us with a booking."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length


class BookingForm(FlaskForm):  # type: ignore[misc]
    """Name and address are enough; the account is made when the booking is paid."""

    name = StringField(
        _("Your name"),
        [InputRequired(_("Please tell us your name.")), Length(max=80)],
        render_kw={"autocomplete": "name"},
    )
    email = StringField(
        _("Your e-mail address"),
        [
            InputRequired(_("Please enter your address: the confirmation goes there.")),
            Email(_("This does not look like an e-mail address.")),
            Length(max=254),
        ],
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )
    note = TextAreaField(_("Anything they should know?"), [Length(max=1000)])
    at = HiddenField(validators=[InputRequired()])
    minutes = HiddenField(validators=[InputRequired()])
    tz = HiddenField()


class CancellationForm(FlaskForm):  # type: ignore[misc]
    """Why, if they like to say."""

    reason = StringField(_("Reason (the other side reads it)"), [Length(max=300)])


class WaitingForm(FlaskForm):  # type: ignore[misc]
    """Whom to tell when something opens."""

    name = StringField(
        _("Your name"),
        [InputRequired(_("Please tell us your name.")), Length(max=80)],
        render_kw={"autocomplete": "name"},
    )
    email = StringField(
        _("Your e-mail address"),
        [
            InputRequired(_("Please enter your address: we write there when something opens.")),
            Email(_("This does not look like an e-mail address.")),
            Length(max=254),
        ],
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )
    minutes = HiddenField()
    date = HiddenField()
