"""The rows of a listing's form that are lines of text: lengths, add-ons, questions, tiers, what clients walk away with.

A row that was left empty is no row.
"""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, Form, SelectChoice, StringField  # type: ignore[attr-defined]
from wtforms.validators import Length, ValidationError

from community.core import money
from community.core.choices import SelectField
from community.core.locale import reader_locale
from community.core.site import settings
from community.listings import rules

ICONS = (
    ("circle-check", _("Tick")),
    ("shapes", _("Shapes")),
    ("type", _("Type")),
    ("package", _("Parcel")),
    ("message-circle", _("Speech bubble")),
    ("file-text", _("Page")),
    ("lightbulb", _("Light bulb")),
    ("calendar", _("Calendar")),
    ("calculator", _("Calculator")),
    ("camera", _("Camera")),
    ("palette", _("Palette")),
    ("heart", _("Heart")),
    ("star", _("Star")),
    ("wrench", _("Spanner")),
    ("trending-up", _("Rising line")),
    ("book-open", _("Book")),
)


def typed_price(typed: str | None, *, free: bool = True) -> int:
    """A typed price in minor units: nothing at all (where `free`), or enough to charge. Raises ValidationError."""
    currency = settings().currency
    try:
        price = rules.parse_price(typed or "", currency)
    except ValueError as error:
        words = gettext("Type a price such as 95 or 95.00; 0 is free.") if free else gettext("Type a price such as 15.")
        raise ValidationError(words) from error
    if not rules.is_price(price, currency) or (not price and not free):
        least = money.format_money(money.minimum(currency), currency, reader_locale())
        words = gettext("The least that can be charged is %(least)s; 0 is free.", least=least)
        raise ValidationError(words if free else gettext("The least that can be charged is %(least)s.", least=least))
    return price


def typed_whole(typed: str | None, least: int, most: int) -> int | None:
    """A whole number from `least` to `most` as typed, or None for anything else."""
    text = (typed or "").strip()
    return int(text) if text.isascii() and text.isdigit() and least <= int(text[:9]) <= most else None


def said(field: Field) -> str:
    """What was typed into a field, trimmed."""
    return (field.data or "").strip() if isinstance(field.data, str) else ""


class Row(Form):
    """One row; `key` names the fields of which one must be filled for the row to count."""

    key: tuple[str, ...] = ()

    @property
    def is_filled(self) -> bool:
        """True where something was typed."""
        return any(said(self[name]) for name in self.key)


class LengthForm(Row):
    """One length and its price, as typed."""

    key = ("minutes", "price")
    minutes = StringField(_("Minutes"), [Length(max=5)])
    price = StringField(_("Your price"), [Length(max=20)])

    def validate_minutes(self, field: Field) -> None:
        """Whole minutes, where anything was typed."""
        if not said(field) and said(self.price):
            raise ValidationError(_("Say how many minutes this is for."))
        least, most = rules.LEAST_MINUTES, rules.MOST_MINUTES
        if said(field) and typed_whole(field.data, least, most) is None:
            raise ValidationError(_("Whole minutes, from %(least)s to %(most)s.", least=least, most=most))

    def validate_price(self, field: Field) -> None:
        """Nothing at all, or enough to be charged."""
        if self.is_filled:
            typed_price(field.data)

    def pair(self) -> tuple[int, int]:
        """(minutes, price in minor units)."""
        return int(said(self.minutes)), typed_price(self.price.data)


class AddonForm(Row):
    """Something small to add."""

    key = ("title", "price")
    title = StringField(_("What"), [Length(max=80)])
    price = StringField(_("Your price"), [Length(max=20)])

    def validate_title(self, field: Field) -> None:
        """Needed with a price."""
        if self.is_filled and not said(field):
            raise ValidationError(_("Say what can be added."))

    def validate_price(self, field: Field) -> None:
        """Enough to be charged."""
        if self.is_filled:
            typed_price(field.data, free=False)

    def pair(self) -> tuple[str, int]:
        """(what, price in minor units)."""
        return said(self.title), typed_price(self.price.data, free=False)


class QuestionForm(Row):
    """Something to ask before the work."""

    key = ("text",)
    text = StringField(_("Question"), [Length(max=160)])
    required = BooleanField(_("Must be answered"))


class TierForm(Row):
    """Until then, so much goes back."""

    key = ("ahead", "per_cent")
    ahead = StringField(_("Until"), [Length(max=4)])
    unit = SelectField(
        _("Hours or days"),
        choices=[SelectChoice("hours", _("hours before")), SelectChoice("days", _("days before"))],
        default="hours",
    )
    per_cent = StringField(_("Goes back"), [Length(max=3)])

    def validate_ahead(self, field: Field) -> None:
        """Whole hours or days, 90 days at most."""
        most = rules.MOST_TIER_MINUTES // 60 // (24 if self.unit.data == "days" else 1)
        if self.is_filled and typed_whole(field.data, 0, most) is None:
            raise ValidationError(_("A whole number from 0 to %(most)s.", most=most))

    def validate_per_cent(self, field: Field) -> None:
        """A whole share."""
        if self.is_filled and typed_whole(field.data, 1, 100) is None:
            raise ValidationError(_("A whole number from 1 to 100."))

    def tier(self) -> list[int]:
        """[minutes ahead, per cent]."""
        minutes = int(said(self.ahead)) * (24 * 60 if self.unit.data == "days" else 60)
        return [minutes, int(said(self.per_cent))]


class OutcomeForm(Row):
    """Something the client walks away with."""

    key = ("title",)
    icon = SelectField(_("Sign"), choices=[SelectChoice(*one) for one in ICONS], default=ICONS[0][0])
    title = StringField(_("In a few words"), [Length(max=60)])
    text = StringField(_("In a sentence"), [Length(max=160)])
