"""A promo code as a practice types it."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, StringField
from wtforms.validators import Length, ValidationError

from community.core import clock, money
from community.core.filled import Filled
from community.core.site import settings
from community.listings import rules as offer
from community.payments.actions import promos


class PromoForm(FlaskForm):  # type: ignore[misc]
    """What it is called, what it takes off, for whom and how long."""

    code = StringField(
        _("The code"),
        [Filled(_("Give it a name, such as SPRING10.")), Length(max=promos.LONGEST)],
        description=_("Letters and figures. Clients may type it in small letters."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    off = StringField(
        _("What it takes off"),
        [Filled(_("Say how much: 10% or 15.00.")), Length(max=20)],
        description=_("A share of your price such as 10%, 90% at most; or an amount such as 15.00."),
    )
    least = StringField(
        _("Only from this price on"), [Length(max=20)], description=_("Your own price, without the fee.")
    )
    most = StringField(_("How often in all"), [Length(max=6)], description=_("Left empty, as often as it is typed."))
    until = StringField(_("Last day"), [Length(max=10)], description=_("Left empty, until you end it."))
    once_each = BooleanField(_("Once for each client"))

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.values: dict[str, Any] = {}

    def validate_code(self, field: Field) -> None:
        """Letters and figures."""
        if not promos.normal(field.data or "").isalnum():
            raise ValidationError(gettext("Only letters and figures, such as SPRING10."))

    def validate_off(self, field: Field) -> None:
        """A share, or an amount that can be charged."""
        text = (field.data or "").strip()
        if text.endswith("%"):
            self._share(text.rstrip("% ").replace(",", "."))
            return
        amount = _price(text)
        if not amount or amount % money.step(settings().currency):
            raise ValidationError(gettext("Type a share such as 10%, or an amount such as 15.00."))
        self.values |= {"amount": amount, "currency": settings().currency}

    def _share(self, text: str) -> None:
        whole, _point, rest = text.partition(".")
        fine = whole.isdecimal() and len(whole) < 3 and (not rest or (rest.isdecimal() and len(rest) < 3))
        points = int(whole) * 100 + int((rest + "00")[:2]) if fine else 0
        if not 0 < points <= promos.MOST_BASIS_POINTS:
            raise ValidationError(gettext("A share from 0.01% to 90%. What is free needs no code."))
        self.values["basis_points"] = points

    def validate_least(self, field: Field) -> None:
        """A price, or nothing."""
        if (field.data or "").strip():
            self.values["least"] = _price(field.data)

    def validate_most(self, field: Field) -> None:
        """A number, or nothing."""
        text = (field.data or "").strip()
        if text and not (text.isascii() and text.isdigit() and int(text)):
            raise ValidationError(gettext("A whole number from 1, or nothing."))
        self.values["most"] = int(text) if text else None

    def validate_until(self, field: Field) -> None:
        """A day that is still to come, the practice's own; it holds until its end."""
        text = (field.data or "").strip()
        if not text:
            return
        try:
            day = date.fromisoformat(text) + timedelta(days=1)
        except (ValueError, OverflowError) as error:
            raise ValidationError(gettext("Type the day as 2026-12-31, or leave it empty.")) from error
        ends = datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)
        if ends <= clock.now():
            raise ValidationError(gettext("That day is over. Choose today or a later one."))
        self.values["ends_at"] = ends


def _price(text: str) -> int:
    try:
        return offer.parse_price(text, settings().currency)
    except ValueError as error:
        raise ValidationError(gettext("Type a price such as 950 or 950.00.")) from error
