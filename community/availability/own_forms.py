"""What a member may send us about single days, time to keep free, and calendars elsewhere."""

from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from community.availability import rules
from community.availability.forms import Typed, read_ranges
from community.availability.rules import OpenRange
from community.core import clock
from community.core.fetch import is_public
from community.core.filled import Filled


class DayForm(FlaskForm):  # type: ignore[misc]
    """Other hours on one day, or none: "from" and "to" are sent once for each range."""

    day = DateField(_("Which day"), [InputRequired(_("Which day is different?"))])
    closed = BooleanField(_("Closed all day"))

    def __init__(self, *args: Any, typed: Typed | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pairs = zip(typed.getlist("from"), typed.getlist("to"), strict=False) if typed else ()
        self.typed = [(a[:8], b[:8]) for a, b in pairs][:12] or [("", "")] * 2
        self.ranges: list[OpenRange] = []
        self.wrong = ""

    def validate_day(self, field: Field) -> None:
        """Not in the past, within two years."""
        if field.data:
            ahead = (field.data - clock.now().date()).days
            if ahead < -1:
                raise ValidationError(_("That day is over."))
            if ahead > 731:
                raise ValidationError(_("Two years ahead is the most."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Its hours too: `wrong` says what is not right with them."""
        fine = super().validate(extra_validators)
        if self.day.data is None or self.closed.data:
            return bool(fine)
        self.ranges, self.wrong = read_ranges(self.day.data.weekday(), self.typed)
        if not self.ranges and not self.wrong:
            self.wrong = gettext("Type the hours of that day, or mark it as closed.")
        return bool(fine) and not self.wrong


class BlockForm(FlaskForm):  # type: ignore[misc]
    """Time to keep free on one day; an end before its start is the next day's."""

    day = DateField(_("Day"), [InputRequired(_("Which day?"))])
    starts = StringField(_("From"), [Filled(_("From when?")), Length(max=8)])
    ends = StringField(_("To"), [Filled(_("Until when?")), Length(max=8)])
    note = StringField(_("What for"), [Length(max=80)], description=_("Only your practice sees it."))

    def validate_starts(self, field: Field) -> None:
        """A time of day."""
        _check_clock(field)

    def validate_ends(self, field: Field) -> None:
        """A time of day, not the same one."""
        _check_clock(field)
        if (self.starts.data or "").strip() == (field.data or "").strip():
            raise ValidationError(_("The two times are the same."))

    def span(self, zone: str) -> tuple[datetime, datetime]:
        """The instants it means in `zone`, once the form is valid; raises ValueError before."""
        if self.day.data is None:
            raise ValueError("a block without a day")
        minutes = rules.parse_clock(self.starts.data or ""), rules.parse_clock(self.ends.data or "")
        known = rules.range_of(self.day.data.weekday(), *minutes)
        walls = (rules.wall_time(self.day.data, minute) for minute in (known.starts, known.ends))
        first, last = (rules.edge(wall, ZoneInfo(zone)) for wall in walls)
        return first, last


def _check_clock(field: Field) -> None:
    try:
        rules.parse_clock(field.data or "")
    except ValueError:
        raise ValidationError(_("Type a time such as 09:30.")) from None


class FeedForm(FlaskForm):  # type: ignore[misc]
    """A calendar elsewhere: what it is called here, and the address of its file."""

    name = StringField(_("Name"), [Filled(_("What do you call it?")), Length(max=60)])
    url = StringField(
        _("Address"),
        [Filled(_("Paste the address of the calendar file.")), Length(max=2000)],
        description=_("The secret or public address that ends in .ics. We read busy times from it, nothing else."),
    )

    def validate_url(self, field: Field) -> None:
        """https, with a host that is not plainly inside, and no password in it."""
        self.address = str(field.data or "").strip()
        if self.address.lower().startswith("webcal://"):
            self.address = "https" + self.address[6:]
        try:
            parts = urlsplit(self.address)
            port_is_fine = parts.port is None or 0 < parts.port < 65536
        except ValueError:
            raise ValidationError(_("This is no web address.")) from None
        if parts.scheme != "https" or not parts.hostname or not port_is_fine or self.address.split() != [self.address]:
            raise ValidationError(_("Paste an address that begins with https:// or webcal://."))
        if parts.username or parts.password:
            raise ValidationError(_("Leave the user name and password out. Use the calendar’s secret address."))
        if _is_inward(parts.hostname):
            raise ValidationError(
                _("This address leads into a private network. Nobody can be reached there from here.")
            )

    address: str = ""


def _is_inward(host: str) -> bool:
    try:
        return not is_public(str(ip_address(host)))
    except ValueError:
        return host.rstrip(".").rpartition(".")[2] in {"localhost", "local", "internal", "home", "lan"}
