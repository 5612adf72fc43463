"""The form of a listing: what all kinds share, and what only some have."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (  # type: ignore[attr-defined]
    Field,
    FieldList,
    FormField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, ValidationError

from community.core.filled import Filled
from community.listings import rules
from community.listings.actions import Picture
from community.listings.forms.fields import FIELDS, POLICIES, REMOTE, WHERE
from community.listings.forms.files import KeptForm, PictureForm, check_file, own_name
from community.listings.forms.packages import PackageForm
from community.listings.forms.rows import (
    AddonForm,
    LengthForm,
    OutcomeForm,
    QuestionForm,
    TierForm,
    said,
    typed_price,
    typed_whole,
)
from community.niches import queries as niches
from community.niches.models import Place
from community.profiles.forms import audience_choices, niche_choices
from community.profiles.models import Practice


def _rows(form: type[Any], label: Any, count: int) -> Any:
    return FieldList(FormField(form), label, min_entries=count, max_entries=count)


def _problems(fields: Iterable[Field]) -> Iterator[tuple[str, str]]:
    for field in fields:
        own = isinstance(field, FieldList) and field.errors and isinstance(field.errors[0], str)
        if isinstance(field, FieldList) and not own:
            yield from _problems(field.entries)
        elif isinstance(field, FormField):
            yield from _problems(field.form)
        elif field.errors and field.type != "CSRFTokenField":
            yield field.id, str(field.errors[0])


class ListingForm(FlaskForm):  # type: ignore[misc]
    """A listing of one kind; fields of other kinds are taken out."""

    title = StringField(
        _("Title"),
        [Filled(_("Give it a title.")), Length(max=90)],
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
    lengths = _rows(LengthForm, _("Lengths and prices"), rules.MOST_LENGTHS)
    series_most = SelectField(_("Weekly, several at once"), default="1")
    packages = _rows(PackageForm, _("Packages"), rules.MOST_PACKAGES)
    price = StringField(_("Your price"), [Length(max=20)])
    scope = TextAreaField(_("What is in a month"), [Length(max=4000)])
    clients_most = StringField(_("How many clients at most"), [Length(max=4)])
    file = FileField(_("The file"))
    on_request = RadioField(
        _("Who says yes"),
        choices=[SelectChoice("no", _("It is booked at once")), SelectChoice("yes", _("I say yes first"))],
        default="no",
    )
    deliverer = SelectField(_("Who delivers it"), default="")
    addons = _rows(AddonForm, _("Add-ons"), rules.MOST_ADDONS)
    questions = _rows(QuestionForm, _("Questions"), rules.MOST_QUESTIONS)
    where_kind = RadioField(_("How you meet"), [InputRequired(_("Say where it happens."))])
    where_detail = StringField(
        _("Link, number or street"),
        [Length(max=300)],
        description=_("Only those who have booked see it. Not needed for this site’s call."),
    )
    place = StringField(_("Town"), [Length(max=80)], description=_("Everybody sees the town, nobody the street."))
    radius_km = StringField(_("How far you travel"), [Length(max=4)])
    policy = RadioField(_("Policy"), choices=[SelectChoice(*one) for one in POLICIES], default="flexible")
    tiers = _rows(TierForm, _("Your own terms"), rules.MOST_TIERS)
    outcomes = _rows(OutcomeForm, _("What they walk away with"), rules.MOST_OUTCOMES)
    kept = FieldList(FormField(KeptForm), max_entries=rules.MOST_IMAGES)
    pictures = _rows(PictureForm, _("Pictures"), rules.MOST_IMAGES)

    def __init__(
        self, *args: Any, kind: str, practice: Practice, has_file: bool = False, published: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.has_file, self.must_be_complete = kind, has_file, published
        self.found_place: Place | None = None
        self.niche.choices = niche_choices(_("Choose…"))
        for number in (1, 2, 3):
            self[f"audience{number}"].choices = audience_choices(_("Everybody") if number == 1 else _("No other"))
        for name in set().union(*FIELDS.values()) - FIELDS[kind]:
            del self[name]
        if self.where_kind:
            self.where_kind.choices = [SelectChoice(*one) for one in (WHERE if kind in rules.PLACED else REMOTE)]
            self.where_kind.data = self.where_kind.data or ("own_link" if kind in rules.PLACED else rules.ONLINE)
        if self.series_most:
            more = [(str(n), gettext("Up to %(n)s weeks in a row", n=n)) for n in range(2, rules.MOST_SERIES + 1)]
            self.series_most.choices = [SelectChoice("1", gettext("One at a time")), *(SelectChoice(*m) for m in more)]
        self._deliverers(practice)

    def _deliverers(self, practice: Practice) -> None:
        able = [role.person for role in practice.roles if role.left_at is None and role.role != "assistant"]
        if len(able) < 2 or self.kind == "digital":
            del self["deliverer"]
            return
        named = {str(person.id): person.name for person in able}
        free = SelectChoice("", gettext("Whoever of us is free"))
        self.deliverer.choices = [free, *(SelectChoice(*one) for one in named.items())]
        if self.deliverer.data not in named and not self.is_submitted():
            self.deliverer.data = ""

    def validate_place(self, field: Field) -> None:
        """A town that we know."""
        if said(field):
            self.found_place = niches.place(field.data)
            if self.found_place is None:
                raise ValidationError(_("We don't know this town. Try the nearest larger one."))

    def validate_where_detail(self, field: Field) -> None:
        """A link is one that browsers open."""
        if said(field) and self.where_kind.data == "own_link" and not said(field).startswith(("https://", "http://")):
            raise ValidationError(_("A link begins with https://"))

    def validate_radius_km(self, field: Field) -> None:
        """Whole kilometres."""
        if said(field) and typed_whole(field.data, 1, 500) is None:
            raise ValidationError(_("Whole kilometres, from 1 to 500."))

    def validate_price(self, field: Field) -> None:
        """Nothing at all, or enough to be charged; a draft may have none yet."""
        if said(field):
            typed_price(field.data, free=self.kind != "retainer")

    def validate_clients_most(self, field: Field) -> None:
        """A whole number, or nothing."""
        if said(field) and typed_whole(field.data, 1, rules.MOST_CLIENTS) is None:
            raise ValidationError(_("A whole number from 1 to 500, or leave it empty."))

    def validate_file(self, field: Field) -> None:
        """Not too large."""
        if field.data:
            check_file(field.data)

    def validate(self, extra_validators: Any = None) -> bool:
        """All fields, then what only shows between them; a draft may be incomplete."""
        if not super().validate(extra_validators):
            return False
        minutes = [pair[0] for pair in self._pairs()]
        if len(set(minutes)) != len(minutes):
            self.lengths.errors = [gettext("Each length can be offered once.")]
        if not rules.are_tiers(self._tiers()):
            self.tiers.errors = [
                gettext("The nearer the start, the less goes back: 100% until 3 days, 50% until 1 day.")
            ]
        if self.must_be_complete and not self.errors:
            self._complete()
        return not self.errors

    def _complete(self) -> None:
        words = {
            "text": gettext("Say what you do: it is all that people have to go by."),
            "lengths": gettext("Offer at least one length with its price."),
            "packages": gettext("Offer at least one package."),
            "price": gettext("Say what a month costs.")
            if self.kind == "retainer"
            else gettext("Say what it costs; 0 makes it free."),
            "scope": gettext("Say what a client gets every month."),
            "file": gettext("Choose the file that clients get."),
            "place": gettext("Name the town."),
            "where_detail": gettext("Say which link, number or street. Only those who have booked see it."),
            "radius_km": gettext("Say how far you travel."),
            "tiers": gettext("Say until when how much goes back, or choose another policy."),
        }
        for name in rules.missing(**self._what_counts()):
            self[name].errors = [words[name]]

    def _what_counts(self) -> dict[str, Any]:
        names = ("text", "price", "scope", "policy", "tiers", "where_kind", "where_detail", "radius_km")
        values = self.values()
        return {name: values[name] for name in names if name in values} | {
            "kind": self.kind,
            "lengths": self._pairs(),
            "packages": len(self._filled("packages")),
            "has_file": self.has_file or bool(self.file and self.file.data),
            "has_place": self.found_place is not None,
        }

    def problems(self) -> list[tuple[str, str]]:
        """(id of the field, what is wrong) for the list above the form."""
        return list(_problems(self))

    def _filled(self, name: str) -> list[Any]:
        return [entry.form for entry in self[name] if entry.form.is_filled] if self._fields.get(name) else []

    def _pairs(self) -> list[tuple[int, int]]:
        return sorted(one.pair() for one in self._filled("lengths"))

    def _tiers(self) -> list[list[int]]:
        return [one.tier() for one in self._filled("tiers")] if self.policy and self.policy.data == "own" else []

    def values(self) -> dict[str, Any]:
        """What the form says, as `actions.create` and `actions.edit` take it."""
        audiences = dict.fromkeys(self[f"audience{n}"].data for n in (1, 2, 3) if self[f"audience{n}"].data)
        questions = self._filled("questions")
        found: dict[str, Any] = {
            "title": " ".join((self.title.data or "").split()),
            "summary": said(self.summary),
            "text": said(self.text),
            "niche_id": niches.niche(self.niche.data).id,
            "audiences": [niches.audience(slug) for slug in audiences],
            "outcomes": [one.data for one in self._filled("outcomes")],
            "addons": [one.pair() for one in self._filled("addons")],
            "questions": [{"text": said(one.text), "required": bool(one.required.data)} for one in questions],
            "where_kind": rules.ONLINE,
        }
        return found | self._values_of_kind()

    def _values_of_kind(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.where_kind:
            found |= {"where_kind": self.where_kind.data, "where_detail": said(self.where_detail)}
            found["place_id"] = self.found_place.id if self.found_place else None
            found["radius_km"] = typed_whole(self.radius_km.data, 1, 500)
        if self.policy:
            found |= {"policy": self.policy.data, "tiers": self._tiers()}
        if self.lengths:
            found |= {"lengths": self._pairs(), "series_most": int(self.series_most.data)}
        if self.packages:
            found["packages"] = [one.offer() for one in self._filled("packages")]
        if self.price:
            found["price"] = typed_price(self.price.data) if said(self.price) else None
        if self.scope:
            found |= {"scope": said(self.scope), "clients_most": typed_whole(self.clients_most.data, 1, 500)}
        if self.on_request:
            found["on_request"] = self.on_request.data == "yes"
        if self.deliverer:
            found["deliverer_id"] = int(self.deliverer.data) if self.deliverer.data else None
        return found

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

    def new_file(self) -> tuple[bytes, str] | None:
        """The file to deliver from now on, with the name it was called; None where none was chosen."""
        if not self.file or not self.file.data:
            return None
        return self.file.data.read(), own_name(self.file.data)
