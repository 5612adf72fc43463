"""What an operator types about money. Everything that changes something takes a reason."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice, TextAreaField  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length

from community.core.choices import SelectField
from community.core.filled import Filled
from community.income.fields import AmountField, ShareField
from community.moderation.money.words import sources
from community.niches.names import names


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why something is done."""

    reason = TextAreaField(
        _("Why"),
        [
            Filled(_("Say why, so that others understand it later.")),
            Length(3, 500, _("Say why in 3 to 500 letters.")),
        ],
        description=_("Kept in the log with your name."),
        render_kw={"rows": 2, "maxlength": 500},
    )

    @property
    def why(self) -> str:
        """As it is kept."""
        return " ".join((self.reason.data or "").split())


class FeeForm(ReasonForm):
    """One rule of the fee."""

    niche = SelectField(_("Niche"))
    source = SelectField(_("How the client came"))
    share = ShareField(
        _("Share of the price"), [InputRequired(_("Say how much, such as 5 or 7.5; 0 for none."))], most=50
    )
    minimum = AmountField(_("At least"), [Length(max=20)], least=0, description=_("Nothing typed is no least."))
    side = RadioField(
        _("Who pays it"),
        choices=[
            SelectChoice("client", _("The client, on top of the price")),
            SelectChoice("practice", _("The practice, out of the price")),
        ],
        default="client",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = names().niches.values()
        self.niche.choices = [
            SelectChoice("", _("Any niche")),
            *(SelectChoice(one.slug, one.name) for one in known),
        ]
        self.source.choices = [SelectChoice(*one) for one in sources().items()]

    def values(self) -> dict[str, Any]:
        """As `fees.set_rule` takes them."""
        return {
            "niche": self.niche.data,
            "source": self.source.data,
            "side": self.side.data,
            "basis_points": self.share.points,
            "minimum": self.minimum.amount,
        }


class PayoutForm(ReasonForm):
    """So much to the site's own bank."""

    amount = AmountField(_("How much"), [InputRequired(_("Say how much is to go out.")), Length(max=20)], least=0)
