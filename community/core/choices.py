"""Choices that several forms offer, and the field they are offered in."""

from typing import Any
from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _
from markupsafe import Markup, escape
from wtforms import SelectField as _SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import Select

DAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))


def weekdays() -> list[SelectChoice]:
    """The days of the week, by their number from Monday, 0."""
    return [SelectChoice(str(number), day) for number, day in enumerate(DAYS)]


def zones() -> list[SelectChoice]:
    """The IANA zones. Asked for when a form is made: the machine's own are out of sight once the app stands."""
    return [SelectChoice(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())]


class _Written(Select):
    """Options as they are in HTML. WTForms formats the attributes of each; the form of a listing has six hundred."""

    @classmethod
    def render_option(cls, choice: Any, **kwargs: Any) -> Markup:  # type: ignore[override] # its stubs are older
        """One option; what has attributes of its own is left to WTForms."""
        if kwargs or choice.render_kw:
            return super().render_option(choice, **kwargs)
        selected = " selected" if choice.selected else ""
        words = escape(choice.label or choice.value)
        return Markup(f'<option{selected} value="{escape(str(choice.value))}">{words}</option>')  # noqa: S704 - escaped


class SelectField(_SelectField):
    """One of several, in a list that opens."""

    widget = _Written()
