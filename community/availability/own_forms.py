"""What a member may send us about single days and calendars elsewhere."""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from community.availability.forms import Typed, read_ranges
from community.availability.rules import OpenRange
from community.core import clock
from community.core.fetch import is_public


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


class FeedForm(FlaskForm):  # type: ignore[misc]
    """A calendar elsewhere: what it is called here, and the address of its file."""

    name = StringField(_("Name"), [InputRequired(_("What do you call it?")), Length(max=60)])
    url = StringField(
        _("Address"),
        [InputRequired(_("Paste the address of the calendar file.")), Length(max=2000)],
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
