"""What people may send into rooms."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length

from community.core.filled import Filled
from community.rooms import rules


class MessageForm(FlaskForm):  # type: ignore[misc]
    """One message. `client_id` makes sending it twice harmless."""

    text = TextAreaField(
        _("Message"),
        [Length(max=rules.MOST_LETTERS)],
        render_kw={"maxlength": rules.MOST_LETTERS, "rows": 1},
    )
    reply_to = HiddenField()
    client_id = HiddenField(validators=[Filled(), Length(max=rules.MOST_CLIENT_ID)])


class EditForm(FlaskForm):  # type: ignore[misc]
    """Other words for a message."""

    text = TextAreaField(_("Message"), [Length(max=rules.MOST_LETTERS)], render_kw={"maxlength": rules.MOST_LETTERS})


class SessionForm(FlaskForm):  # type: ignore[misc]
    """A session to begin now."""

    name = StringField(_("What is it for?"), [Length(max=60)])
    template = RadioField(
        _("Rounds"),
        choices=[
            SelectChoice("long", _("4 rounds of 50 minutes, 10 off")),
            SelectChoice("short", _("2 rounds of 25 minutes, 5 off")),
        ],
        default="long",
    )
