"""What somebody who looks for their niche may send us."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]
    BooleanField,
    Field,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, ValidationError

from community.core.filled import Filled
from community.listings import rules
from community.listings.forms.fields import WHERE
from community.listings.forms.rows import said, typed_price
from community.niches import queries as niches
from community.niches.models import Audience, Place
from community.profiles.forms import audience_choices

MINUTES = (30, 45, 60, 90, 120)
SENTENCE = ("help_whom", "help_what", "help_how")
_KEPT = ("name", *SENTENCE, "title", "text", "audience", "minutes", "price", "where_kind", "where_detail", "place")


class TitleForm(FlaskForm):  # type: ignore[misc]
    """The last job's title."""

    title = StringField(
        _("Your last job’s title"),
        [Filled(_("Say what you were called, or what you did.")), Length(max=80)],
        description=_("As it stood on your contract or your badge: bookkeeper, head chef, ward nurse."),
    )


class OfferForm(FlaskForm):  # type: ignore[misc]
    """A first listing, with all that it needs, and no more."""

    help_whom = StringField(_("whom"), [Filled(_("Say whom you help.")), Length(max=90)])
    help_what = StringField(_("do what"), [Filled(_("Say what they can do then.")), Length(max=90)])
    help_how = StringField(_("how"), [Filled(_("Say how you do it.")), Length(max=90)])
    name = StringField(
        _("Name of the practice"),
        [Filled(_("Please give your practice a name.")), Length(max=80)],
        description=_("Your own name is fine."),
    )
    title = StringField(
        _("Title"),
        [Filled(_("Give it a title.")), Length(max=90)],
        description=_("What the client gets, in their words."),
    )
    text = TextAreaField(
        _("How it goes"),
        [Filled(_("Say what you do: it is all that people have to go by.")), Length(max=8000)],
        description=_("What happens from hello to goodbye. Markdown works."),
    )
    audience = SelectField(_("For whom"), default="")
    minutes = SelectField(_("How long"), default="60")
    price = StringField(_("Your price"), [Filled(_("Say what it costs; 0 makes it free.")), Length(max=20)])
    where_kind = RadioField(
        _("How you meet"),
        choices=[SelectChoice(*one) for one in WHERE if one[0] != "on_site"],
        default="site_call",
    )
    where_detail = StringField(
        _("Link, number or street"),
        [Length(max=300)],
        description=_("Only those who have booked see it. Not needed for this site’s call."),
    )
    place = StringField(_("Town"), [Length(max=80)], description=_("Everybody sees the town, nobody the street."))
    call = BooleanField(_("Also offer a first call of 15 minutes, free"), default=True)

    def __init__(self, *args: Any, has_practice: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found_place: Place | None = None
        self.audience.choices = audience_choices(_("Everybody"))
        self.minutes.choices = [SelectChoice(str(n), gettext("%(n)s minutes", n=n)) for n in MINUTES]
        if has_practice:
            del self["name"]

    def validate_price(self, field: Field) -> None:
        """Nothing at all, or enough to be charged."""
        typed_price(field.data)

    def validate_place(self, field: Field) -> None:
        """A town that we know; needed where one meets in person."""
        if said(field):
            self.found_place = niches.place(field.data)
            if self.found_place is None:
                raise ValidationError(_("We don't know this town. Try the nearest larger one."))
        elif self.where_kind.data in rules.NEEDS_PLACE:
            raise ValidationError(_("Name the town."))

    def validate_where_detail(self, field: Field) -> None:
        """Where one meets outside of this site, how one gets there."""
        if self.where_kind.data in rules.NEEDS_DETAIL and not said(field):
            raise ValidationError(_("Say which link, number or street. Only those who have booked see it."))
        if self.where_kind.data == "own_link" and not said(field).startswith(("https://", "http://")):
            raise ValidationError(_("A link begins with https://"))

    def typed(self) -> dict[str, Any]:
        """Everything as it was typed, to keep."""
        found: dict[str, Any] = {name: str(self[name].data or "")[:8000] for name in _KEPT if name in self._fields}
        return found | {"call": bool(self.call.data)}

    def sentence(self) -> dict[str, str]:
        """The practice in one sentence."""
        return {name: " ".join(said(self[name]).split()).rstrip(".") for name in SENTENCE}

    def audiences(self) -> list[Audience]:
        """For whom it is, as chosen."""
        return [niches.audience(self.audience.data)] if self.audience.data else []

    def values(self) -> Mapping[str, Any]:
        """The listing, as `actions.publish` takes it."""
        return {
            "title": " ".join(said(self.title).split()),
            "text": said(self.text),
            "lengths": [(int(self.minutes.data), typed_price(self.price.data))],
            "where_kind": self.where_kind.data,
            "where_detail": said(self.where_detail) if self.where_kind.data != "site_call" else "",
        }
