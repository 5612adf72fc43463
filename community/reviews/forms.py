"""What can be said of each other."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Email, InputRequired, Length, Optional

from community.core.filled import Filled

MOST = 1_000
STARS = (
    ("5", _("5 stars: excellent")),
    ("4", _("4 stars: good")),
    ("3", _("3 stars: all right")),
    ("2", _("2 stars: not good")),
    ("1", _("1 star: bad")),
)
_PARTS = [SelectChoice("", _("No answer")), *(SelectChoice(str(n), str(n)) for n in range(5, 0, -1))]


def _text(label: Any, hint: Any, least: int = 10) -> TextAreaField:
    message = _("Write at least a sentence, and at most 1,000 letters.")
    checks = [Filled(_("Please write something.")), Length(least, MOST, message=message)]
    return TextAreaField(label, checks, description=hint, render_kw={"rows": 6, "maxlength": MOST})


class ReviewForm(FlaskForm):  # type: ignore[misc]
    """What a client says of the practice."""

    stars = RadioField(
        _("In all"),
        [InputRequired(_("Choose one to five stars."))],
        choices=[SelectChoice(*one) for one in STARS],
        validate_choice=True,
    )
    clear = SelectField(_("Clear"), [Optional()], choices=_PARTS, description=_("You knew what you would get."))
    on_time = SelectField(_("On time"), [Optional()], choices=_PARTS, description=_("As agreed, when agreed."))
    worth = SelectField(_("Worth it"), [Optional()], choices=_PARTS, description=_("Worth what you paid."))
    text = _text(_("How was it?"), _("What would you tell a friend who thinks of booking them?"))

    @property
    def said(self) -> dict[str, Any]:
        """What was filled in, as `actions.write` takes it."""
        parts = {name: int(self[name].data) if self[name].data else None for name in ("clear", "on_time", "worth")}
        return {"stars": int(self.stars.data), "text": self.text.data, **parts}


class ClientForm(FlaskForm):  # type: ignore[misc]
    """What a practice says of its client."""

    stars = RadioField(
        _("In all"), [InputRequired(_("Choose one to five stars."))], choices=[SelectChoice(*one) for one in STARS]
    )
    text = _text(_("How was it to work with them?"), _("Other practices read it when this client asks them."))

    @property
    def said(self) -> dict[str, Any]:
        """What was filled in, as `actions.write` takes it."""
        return {"stars": int(self.stars.data), "text": self.text.data}


class ReplyForm(FlaskForm):  # type: ignore[misc]
    """The practice's one public answer."""

    text = TextAreaField(
        _("Your answer"),
        [Filled(_("Write your answer first.")), Length(max=MOST)],
        description=_("Everybody can read it, and it can’t be changed. Short and friendly works best."),
        render_kw={"rows": 4, "maxlength": MOST},
    )


class HideForm(FlaskForm):  # type: ignore[misc]
    """Why staff take something out of sight; empty lets it be seen again."""

    reason = StringField(_("Reason, shown to both; empty to show it again"), [Length(max=200)])


class ReferenceAskForm(FlaskForm):  # type: ignore[misc]
    """Whom to ask for a word about work from before."""

    name = StringField(_("Their name"), [Filled(_("Who is it?")), Length(max=80)])
    email = StringField(
        _("Their e-mail address"),
        [
            Filled(_("We need it to ask them.")),
            Email(_("This does not look like an e-mail address.")),
            Length(max=200),
        ],
        render_kw={"inputmode": "email"},
    )
    about = StringField(
        _("What you did for them"),
        [Filled(_("They should know at once what it is about.")), Length(max=160)],
        description=_("“The labels of your 2024 harvest”"),
    )


class ReferenceForm(FlaskForm):  # type: ignore[misc]
    """The word of a client from before."""

    name = StringField(_("Your name, as it should stand there"), [Filled(_("Please sign it.")), Length(max=80)])
    work = StringField(_("What they did for you, and when"), [Filled(_("A few words are enough.")), Length(max=160)])
    text = _text(_("How was it?"), _("What would you tell a friend who thinks of booking them?"))


class VouchForm(FlaskForm):  # type: ignore[misc]
    """Standing up for a colleague."""

    text = TextAreaField(
        _("Why you stand up for them"),
        [Filled(_("Please write something.")), Length(10, 300)],
        description=_("One or two sentences, with your name."),
        render_kw={"rows": 3, "maxlength": 300},
    )
