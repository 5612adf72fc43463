"""What operators do to the catalogue, as it is typed."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from community.core.choices import SelectField
from community.core.filled import Filled
from community.listings.rules import parse_price
from community.niches import queries
from community.niches.catalogue import CURRENCY
from community.niches.models import Niche


def one_line(typed: str | None) -> str:
    """Without spaces at the ends and doubled ones."""
    return " ".join((typed or "").split())


class NameForm(FlaskForm):  # type: ignore[misc]
    """What a niche is called, and what it is in a line."""

    name = StringField(_("Name"), [Filled(_("What do people call it?")), Length(min=3, max=60)], filters=[one_line])
    line = StringField(
        _("In one line"), [Filled(_("Say in a line what is done there.")), Length(max=160)], filters=[one_line]
    )


class NicheForm(NameForm):
    """A new niche."""

    field = SelectField(_("Field"))
    low = StringField(_("A first job costs from"), [Filled(_("About how much?")), Length(max=12)])
    high = StringField(_("up to"), [Filled(_("About how much?")), Length(max=12)])
    unit = StringField(_("The price is for"), [Filled(_("An hour, a day, a project?")), Length(max=40)])
    minutes = IntegerField(
        _("A usual session, minutes"), [NumberRange(5, 720, message=_("From 5 to 720 minutes."))], default=60
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field.choices = [SelectChoice(one.slug, one.name) for one in queries.fields()]
        self.amounts: dict[str, int] = {}

    def validate_low(self, field: Field) -> None:
        """An amount."""
        self._amount(field)

    def validate_high(self, field: Field) -> None:
        """An amount not below the other."""
        self._amount(field)
        if self.amounts["high"] < self.amounts.get("low", 0):
            raise ValidationError(_("The upper end is below the lower one."))

    def _amount(self, field: Field) -> None:
        try:
            self.amounts[field.short_name] = parse_price(field.data or "", CURRENCY)
        except ValueError as error:
            raise ValidationError(_("Type an amount such as 250.")) from error

    def values(self) -> dict[str, Any]:
        """As the action takes it."""
        return {
            "field": queries.field(self.field.data),
            "name": self.name.data,
            "line": self.line.data,
            "unit": one_line(self.unit.data),
            "minutes": self.minutes.data,
            **self.amounts,
        }


class MergeForm(FlaskForm):  # type: ignore[misc]
    """Into which other one."""

    into = SelectField(_("Into"), [InputRequired(_("Choose the niche that stays."))], default="")

    def __init__(self, niche: Niche, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [SelectChoice(one.slug, one.name) for one in queries.niches() if one.id != niche.id]
        self.into.choices = [SelectChoice("", _("Choose…")), *others]


class DeclineForm(FlaskForm):  # type: ignore[misc]
    """Why not."""

    reason = TextAreaField(
        _("Why not, as the member is told"),
        [Filled(_("Say why, in words that help whoever proposed it.")), Length(max=500)],
    )
