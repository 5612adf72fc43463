"""Choices that several forms offer."""

from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

DAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))


def weekdays() -> list[SelectChoice]:
    """The days of the week, by their number from Monday, 0."""
    return [SelectChoice(str(number), day) for number, day in enumerate(DAYS)]


def zones() -> list[SelectChoice]:
    """The IANA zones. Asked for when a form is made: the machine's own are out of sight once the app stands."""
    return [SelectChoice(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())]
