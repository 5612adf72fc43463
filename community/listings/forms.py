"""What a practice may send us about a listing."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (  # type: ignore[attr-defined]
    BooleanField,
    Field,
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, ValidationError

from community.core import images, money
from community.core.errors import Refused
from community.core.locale import reader_locale
from community.core.site import settings
from community.listings import rules
from community.listings.actions import Picture
from community.listings.models import Listing
from community.niches import queries as niches
from community.niches.models import Place
from community.profiles.forms import audience_choices, niche_choices

WHERE = (
    ("own_link", _("Online, on my own video link")),
    ("site_call", _("Online, on this site’s call")),
    ("phone", _("By phone")),
    ("on_site", _("At the client’s, near a town")),
    ("at_mine", _("At my place")),
)
POLICIES = (("flexible", _("Flexible")), ("moderate", _("Moderate")), ("strict", _("Strict")))
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


class LengthForm(Form):
    """One length and its price, as typed."""

    minutes = StringField(_("Minutes"), [Length(max=5)])
    price = StringField(_("Your price"), [Length(max=20)])

    def validate_minutes(self, field: Field) -> None:
        """Whole minutes, where anything was typed."""
        typed = (field.data or "").strip()
        if not typed and (self.price.data or "").strip():
            raise ValidationError(_("Say how many minutes this is for."))
        least, most = rules.LEAST_MINUTES, rules.MOST_MINUTES
        if typed and not (typed.isascii() and typed.isdigit() and least <= int(typed) <= most):
            raise ValidationError(_("Whole minutes, from %(least)s to %(most)s.", least=least, most=most))

    def validate_price(self, field: Field) -> None:
        """Nothing at all, or enough to be charged."""
        if not (self.minutes.data or "").strip() and not (field.data or "").strip():
            return
        currency = settings().currency
        try:
            price = rules.parse_price(field.data or "", currency)
        except ValueError as error:
            raise ValidationError(_("Type a price such as 95 or 95.00; 0 is free.")) from error
        if not rules.is_price(price, currency):
            least = money.format_money(money.minimum(currency), currency, reader_locale())
            raise ValidationError(_("The least that can be charged is %(least)s; 0 is free.", least=least))

    def pair(self) -> tuple[int, int] | None:
        """(minutes, price in minor units), or None when left empty."""
        if not (self.minutes.data or "").strip():
            return None
        return int(self.minutes.data or 0), rules.parse_price(self.price.data or "", settings().currency)


class OutcomeForm(Form):
    """Something the client walks away with."""

    icon = SelectField(_("Sign"), choices=[SelectChoice(*one) for one in ICONS], default=ICONS[0][0])
    title = StringField(_("In a few words"), [Length(max=60)])
    text = StringField(_("In a sentence"), [Length(max=160)])


class KeptForm(Form):
    """A picture that is there already."""

    id = StringField()
    alt = StringField(_("What it shows"), [Length(max=160)])
    remove = BooleanField(_("Remove this picture"))


class PictureForm(Form):
    """A picture to add."""

    file = FileField(_("Picture"), render_kw={"accept": "image/jpeg,image/png,image/webp"})
    alt = StringField(_("What it shows"), [Length(max=160)])

    content: bytes | None = None

    def validate_file(self, field: Field) -> None:
        """Read and encode it anew; what the camera wrote into it is dropped."""
        if not field.data:
            return
        try:
            self.content = images.reencode(field.data.read(images.MAX_BYTES + 1))
        except Refused as refusal:
            raise ValidationError(str(refusal.message)) from refusal


class ListingForm(FlaskForm):  # type: ignore[misc]
    """A bookable session."""

    title = StringField(
        _("Title"),
        [InputRequired(_("Give it a title.")), Length(max=90)],
        description=_("What the client gets, in their words."),
    )
    summary = StringField(_("In one line"), [Length(max=160)], description=_("Shown in lists and search results."))
    text = TextAreaField(
        _("How it goes"), [Length(max=8000)], description=_("What happens from hello to goodbye. Markdown works.")
    )
    niche = SelectField(_("Niche"), [InputRequired(_("Choose a niche."))])
    audience1 = SelectField(_("For whom"), default="")
    audience2 = SelectField(_("Also for"), default="")
    audience3 = SelectField(_("And for"), default="")
    lengths = FieldList(
        FormField(LengthForm), _("Lengths and prices"), min_entries=rules.MOST_LENGTHS, max_entries=rules.MOST_LENGTHS
    )
    where_kind = RadioField(
        _("How you meet"),
        [InputRequired(_("Say where it happens."))],
        choices=[SelectChoice(*one) for one in WHERE],
    )
    where_detail = StringField(
        _("Link, number or street"),
        [Length(max=300)],
        description=_("Only those who have booked see it. Not needed for this site’s call."),
    )
    place = StringField(_("Town"), [Length(max=80)], description=_("Everybody sees the town, nobody the street."))
    radius_km = StringField(_("How far you travel"), [Length(max=4)])
    policy = RadioField(_("Policy"), choices=[SelectChoice(*one) for one in POLICIES])
    outcomes = FieldList(FormField(OutcomeForm), min_entries=rules.MOST_OUTCOMES, max_entries=rules.MOST_OUTCOMES)
    kept = FieldList(FormField(KeptForm), max_entries=rules.MOST_IMAGES)
    pictures = FieldList(
        FormField(PictureForm), _("Pictures"), min_entries=rules.MOST_IMAGES, max_entries=rules.MOST_IMAGES
    )

    def __init__(self, *args: Any, published: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found_place: Place | None = None
        self.must_be_complete = published
        self.niche.choices = niche_choices(_("Choose…"))
        for number in (1, 2, 3):
            self[f"audience{number}"].choices = audience_choices(_("Everybody") if number == 1 else _("No other"))

    def validate_place(self, field: Field) -> None:
        """A town that we know."""
        if (field.data or "").strip():
            self.found_place = niches.place(field.data)
            if self.found_place is None:
                raise ValidationError(_("We don't know this town. Try the nearest larger one."))

    def validate_where_detail(self, field: Field) -> None:
        """A link is one that browsers open."""
        typed = (field.data or "").strip()
        if typed and self.where_kind.data == "own_link" and not typed.startswith(("https://", "http://")):
            raise ValidationError(_("A link begins with https://"))

    def validate_radius_km(self, field: Field) -> None:
        """Whole kilometres."""
        typed = (field.data or "").strip()
        if typed and not (typed.isascii() and typed.isdigit() and 1 <= int(typed) <= 500):
            raise ValidationError(_("Whole kilometres, from 1 to 500."))

    def validate(self, extra_validators: Any = None) -> bool:
        """All fields, then what only shows between them; a draft may be incomplete."""
        fine = super().validate(extra_validators)
        if not fine:
            return False
        minutes = [pair[0] for pair in self.pairs()]
        if len(set(minutes)) != len(minutes):
            self.lengths.errors = [gettext("Each length can be offered once.")]
            return False
        return self._complete() if self.must_be_complete else True

    def _complete(self) -> bool:
        words = {
            "lengths": gettext("Offer at least one length with its price."),
            "place": gettext("Name the town."),
            "where_detail": gettext("Say which link, number or street. Only those who have booked see it."),
            "radius_km": gettext("Say how far you travel."),
        }
        lacking = rules.missing(
            lengths=self.pairs(),
            where_kind=self.where_kind.data,
            where_detail=self.where_detail.data or "",
            has_place=self.found_place is not None,
            radius_km=self._radius(),
        )
        for name in lacking:
            self[name].errors = [words[name]]
        return not lacking

    def pairs(self) -> list[tuple[int, int]]:
        """The lengths as (minutes, price in minor units), shortest first."""
        found = (entry.form.pair() for entry in self.lengths)
        return sorted(pair for pair in found if pair is not None)

    def _radius(self) -> int | None:
        typed = (self.radius_km.data or "").strip()
        return int(typed) if typed else None

    def values(self) -> dict[str, Any]:
        """What the form says, as the columns of a listing."""
        audiences = dict.fromkeys(self[f"audience{n}"].data for n in (1, 2, 3) if self[f"audience{n}"].data)
        outcomes = (entry.form.data for entry in self.outcomes)
        return {
            "title": " ".join((self.title.data or "").split()),
            "summary": (self.summary.data or "").strip(),
            "text": (self.text.data or "").strip(),
            "niche_id": niches.niche(self.niche.data).id,
            "audiences": [niches.audience(slug) for slug in audiences],
            "where_kind": self.where_kind.data,
            "where_detail": (self.where_detail.data or "").strip(),
            "place_id": self.found_place.id if self.found_place else None,
            "radius_km": self._radius(),
            "policy": self.policy.data,
            "outcomes": [one for one in outcomes if (one["title"] or "").strip()],
        }

    def kept_pictures(self) -> dict[int, str]:
        """The pictures that stay: id → what it shows."""
        staying = (entry.form for entry in self.kept if not entry.form.remove.data)
        named = ((one.id.data or "", one.alt.data or "") for one in staying)
        return {int(number): alt.strip() for number, alt in named if number.isascii() and number.isdigit()}

    def new_contents(self) -> list[bytes]:
        """The pictures to add, encoded anew."""
        return [entry.form.content for entry in self.pictures if entry.form.content]

    def new_pictures(self, names: Sequence[str]) -> list[Picture]:
        """The same, once their files are kept under these names."""
        added = (entry.form for entry in self.pictures if entry.form.content)
        return [Picture(name, (one.alt.data or "").strip()) for name, one in zip(names, added, strict=True)]


def as_typed(listing: Listing) -> dict[str, Any]:
    """A listing as the values of `ListingForm`."""
    currency = settings().currency
    place = listing.place
    columns = ("title", "summary", "text", "where_kind", "where_detail", "policy")
    typed: dict[str, Any] = {name: getattr(listing, name) for name in columns}
    typed |= {
        "niche": listing.niche.slug,
        "place": f"{place.name}, {place.country}" if place else "",
        "radius_km": str(listing.radius_km or ""),
        "lengths": [
            {"minutes": str(length.minutes), "price": f"{money.to_decimal(length.price, currency):f}"}
            for length in listing.lengths
        ],
        "outcomes": [dict(one) for one in listing.outcomes],
        "kept": [{"id": str(image.id), "alt": image.alt} for image in listing.images],
    }
    return typed | {f"audience{n}": one.slug for n, one in enumerate(listing.audiences[:3], start=1)}
