"""What a practice may say about the messages its clients get."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, SelectMultipleField, TextAreaField
from wtforms.validators import Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from community.notifications import rules

MOST = 1000


def _no_strangers(_form: FlaskForm, field: Field) -> None:
    """Refuse braces around what is no placeholder of ours: it would reach the client as it stands."""
    unknown = rules.unknown_placeholders(str(field.data or ""))
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in rules.PLACEHOLDERS)
        raise ValidationError(
            gettext("There is no placeholder {%(name)s}. These can be used: %(known)s.", name=unknown[0], known=known)
        )


def _before(minutes: int) -> str:
    if minutes % 1440 == 0:
        return ngettext("%(num)s day before", "%(num)s days before", minutes // 1440)
    if minutes % 60 == 0:
        return ngettext("%(num)s hour before", "%(num)s hours before", minutes // 60)
    return ngettext("%(num)s minute before", "%(num)s minutes before", minutes)


class MessagesForm(FlaskForm):  # type: ignore[misc]
    """When clients are reminded, and the practice's own words."""

    leads = SelectMultipleField(
        _("Remind both sides"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_(
            "Nobody is woken at night: a reminder that falls there waits for the morning, or comes the evening before."
        ),
    )
    confirmed = TextAreaField(
        _("In the confirmation"), [Length(max=MOST), _no_strangers], description=_("What to prepare, how to find you.")
    )
    reminder = TextAreaField(_("In the reminder"), [Length(max=MOST), _no_strangers], description=_("Short is best."))
    follow_up = TextAreaField(
        _("After it took place"),
        [Length(max=MOST), _no_strangers],
        description=_("Left empty, no such mail is sent."),
    )

    def __init__(self, *args: Any, leads: Iterable[int], texts: Mapping[str, str], **kwargs: Any) -> None:
        chosen = list(leads)
        super().__init__(*args, data={"leads": chosen, **texts}, **kwargs)
        every = sorted({*rules.LEADS, *chosen}, reverse=True)
        self.leads.choices = [(minutes, _before(minutes)) for minutes in every]

    def texts(self) -> dict[str, str]:
        """What was typed, by message."""
        fields = {"confirmed": self.confirmed, "reminder": self.reminder, "follow_up": self.follow_up}
        return {name: str(field.data or "") for name, field in fields.items()}
