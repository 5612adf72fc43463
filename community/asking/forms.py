"""What a client says in a brief, and a practice in a reply."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]
    DateField,
    Field,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional, ValidationError

from community.asking import rules
from community.core import clock
from community.core.filled import Filled
from community.core.formats import local
from community.core.site import settings
from community.listings.models import Listing
from community.listings.rules import parse_price
from community.niches import guessing
from community.niches import queries as niches
from community.niches.models import Place
from community.profiles.forms import audience_choices, niche_choices
from community.profiles.rules import names

_KM = (5, 10, 25, 50, 100)


def _money(typed: str | None) -> int | None:
    """Minor units as typed, None for nothing. Raises `ValidationError`."""
    if not (typed or "").strip():
        return None
    try:
        return parse_price(typed or "", settings().currency)
    except ValueError as error:
        raise ValidationError(gettext("Type an amount such as 250, or leave it empty.")) from error


class BriefForm(FlaskForm):  # type: ignore[misc]
    """A brief. A niche left open is proposed from the words."""

    title = StringField(
        _("In one line"),
        [Filled(_("Say in one line what you need.")), Length(max=rules.MOST_TITLE)],
        description=_("As you would tell a friend: “Labels for a new hot sauce”."),
    )
    need = TextAreaField(
        _("What do you need?"),
        [
            Filled(_("Say what it is about: what is there, what is missing, what it is for.")),
            Length(
                min=rules.LEAST_LETTERS, max=rules.MOST_NEED, message=_("A sentence or two, 3,000 letters at most.")
            ),
        ],
        description=_("Practices read this. Leave out names, numbers and addresses until you have chosen somebody."),
    )
    niche = SelectField(_("Who should hear of it?"), default="")
    audience = SelectField(_("For whom is it?"), default="")
    low = StringField(_("Budget from"), [Length(max=20)])
    high = StringField(
        _("Budget up to"),
        [Length(max=20)],
        description=_("All in, as you would pay it. Not known yet? Leave it empty."),
    )
    due = DateField(
        _("By when?"), [Optional()], description=_("Leave it empty where you are flexible."), format="%Y-%m-%d"
    )
    where = RadioField(
        _("Where?"),
        choices=[SelectChoice("online", _("Online")), SelectChoice("place", _("Near a town"))],
        default="online",
    )
    place = StringField(_("Town"), [Length(max=80)])
    km = SelectField(_("How near?"), default="25")
    languages = StringField(
        _("Languages"), [Length(max=120)], description=_("Only where it matters, with commas: English, Spanish.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.niche.choices = niche_choices(_("Find it from my words"))
        self.audience.choices = audience_choices(_("Anybody"))
        self.km.choices = [SelectChoice(str(km), gettext("Within %(km)s km", km=km)) for km in _KM]
        self.found_place: Place | None = None
        self.band: list[int | None] = [None, None]

    def validate_niche(self, field: Field) -> None:
        """Proposed from the words where none was chosen; the client then says yes, or chooses another."""
        if field.data:
            return
        found = guessing.guess(self.title.data or "") or guessing.guess(self.need.data or "")
        if not found:
            raise ValidationError(gettext("We can’t tell from the words. Please choose who should hear of it."))
        field.data = found[0].slug
        others = ", ".join(one.name for one in found[1:])
        more = gettext("It could also be: %(others)s.", others=others) if others else ""
        words = gettext(
            "From your words: %(niche)s. If that is right, send it; else choose another.", niche=found[0].name
        )
        raise ValidationError(f"{words} {more}".strip())

    def validate_low(self, field: Field) -> None:
        """An amount, or nothing."""
        self.band[0] = _money(field.data)

    def validate_high(self, field: Field) -> None:
        """An amount not below the other, or nothing."""
        self.band[1] = _money(field.data)
        low, high = self.band
        if low is not None and high is not None and high < low:
            raise ValidationError(gettext("The upper end is below the lower one."))

    def validate_due(self, field: Field) -> None:
        """A day to come."""
        if field.data and field.data < local(clock.now()).date():
            raise ValidationError(gettext("That day is over. Choose a day that is still to come."))

    def validate_place(self, field: Field) -> None:
        """A town that we know, where one is needed."""
        if self.where.data != "place":
            return
        if not (field.data or "").strip():
            raise ValidationError(gettext("Near which town?"))
        self.found_place = niches.place(field.data)
        if self.found_place is None:
            raise ValidationError(gettext("We don't know this town. Try the nearest larger one."))

    def typed(self) -> dict[str, Any]:
        """All as it was typed, to be kept while somebody signs in."""
        fields = ("title", "need", "niche", "audience", "low", "high", "where", "place", "km", "languages")
        due = self.due.data.isoformat() if isinstance(self.due.data, date) else ""
        return {name: str(self[name].data or "")[: rules.MOST_NEED] for name in fields} | {"due": due}

    def values(self) -> dict[str, Any]:
        """As the action takes it."""
        return {
            "title": " ".join((self.title.data or "").split()),
            "need": (self.need.data or "").strip(),
            "niche": niches.niche(self.niche.data),
            "audience": niches.audience(self.audience.data) if self.audience.data else None,
            "budget": (self.band[0], self.band[1]),
            "due_day": self.due.data or None,
            "place": self.found_place,
            "km": int(self.km.data) if self.found_place else None,
            "languages": names(self.languages.data or "", 5),
        }


class ReplyForm(FlaskForm):  # type: ignore[misc]
    """One reply of a practice: words, and what the client can have."""

    text = TextAreaField(
        _("Your reply"),
        [
            Filled(_("Say how you would go about it.")),
            Length(
                min=rules.LEAST_LETTERS,
                max=rules.MOST_LETTERS,
                message=_("From a sentence (20 letters) to 1,500 letters."),
            ),
        ],
        description=_("How you would go about it, and what happens first. One reply each, so take a breath."),
    )
    listing = SelectField(_("What they can book"), default="")
    price = StringField(_("About what it would cost"), [Length(max=20)], description=_("What they pay, fee included."))

    def __init__(self, listings: Sequence[Listing], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_id = {str(one.id): one for one in listings}
        inquiry = next((one for one in listings if one.kind == "inquiry"), None)
        first = gettext("They ask me for a quote (%(title)s)", title=inquiry.title) if inquiry else gettext("Choose…")
        self.has_inquiry = inquiry is not None
        named = [SelectChoice(key, one.title) for key, one in self.by_id.items() if one is not inquiry]
        self.listing.choices = [SelectChoice("", first), *named]
        self.amount: int | None = None

    def validate_listing(self, field: Field) -> None:
        """One of their own; without an inquiry one must be named."""
        if not field.data and not self.has_inquiry:
            words = gettext("Choose what they can book. With a listing of the kind inquiry they could ask for a quote.")
            raise ValidationError(words)

    def validate_price(self, field: Field) -> None:
        """An amount, or nothing."""
        self.amount = _money(field.data)

    @property
    def chosen(self) -> Listing | None:
        """The listing that was named."""
        return self.by_id.get(self.listing.data or "")
