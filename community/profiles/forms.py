"""What a practice may send us about itself."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, SelectChoice, StringField, TextAreaField  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, ValidationError

from community.core import choices
from community.core.choices import SelectField
from community.core.filled import Filled
from community.core.text import slugify
from community.niches import queries as niches
from community.niches.models import Audience, Niche, Place
from community.profiles import queries, rules
from community.profiles.models import Practice

_NICHE_FIELDS = ("niche1", "niche2", "niche3")
_AUDIENCE_FIELDS = ("audience1", "audience2", "audience3")


def niche_choices(first: Any) -> list[SelectChoice]:
    """All niches under their fields, for a select; `first` stands for none."""
    groups: dict[str, list[SelectChoice]] = {field.name: [] for field in niches.fields()}
    for niche in niches.niches():
        groups[niche.field.name].append(SelectChoice(niche.slug, niche.name, optgroup=niche.field.name))
    return [SelectChoice("", first), *(choice for group in groups.values() for choice in group)]


def audience_choices(first: Any) -> list[SelectChoice]:
    """All audiences, for a select."""
    return [SelectChoice("", first), *(SelectChoice(one.slug, one.name) for one in niches.audiences())]


def _one_line(typed: str | None) -> str | None:
    return " ".join(typed.split()) if typed else typed


class StartForm(FlaskForm):  # type: ignore[misc]
    """One sentence, a name, an address, what, for whom and where."""

    help_whom = TextAreaField(_("whom"), [Filled(_("Say whom you help.")), Length(max=90)], filters=[_one_line])
    help_what = TextAreaField(
        _("do what"), [Filled(_("Say what they can do then.")), Length(max=90)], filters=[_one_line]
    )
    help_how = TextAreaField(_("how"), [Filled(_("Say how you do it.")), Length(max=90)], filters=[_one_line])
    name = StringField(
        _("Name of the practice"),
        [Filled(_("Please give your practice a name.")), Length(max=80)],
        description=_("Your own name is fine."),
        filters=[_one_line],
    )
    slug = StringField(_("Address"), [Length(max=60)], description=_("Left empty, it is made from the name."))
    niche1 = SelectField(_("First niche"), [InputRequired(_("Choose what you do."))])
    niche2 = SelectField(_("Second niche"), default="")
    niche3 = SelectField(_("Third niche"), default="")
    audience1 = SelectField(_("For whom"), default="")
    audience2 = SelectField(_("Also for"), default="")
    audience3 = SelectField(_("And for"), default="")
    place = StringField(_("Town"), [Length(max=80)], description=_("Where you are. A town is enough."))
    zone = SelectField(_("Time zone"), default="")

    def __init__(self, *args: Any, practice: Practice | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.practice = practice
        self.found_place: Place | None = None
        for number, name in enumerate(_NICHE_FIELDS):
            self[name].choices = niche_choices(_("Choose…") if number == 0 else _("No other"))
        for number, name in enumerate(_AUDIENCE_FIELDS):
            self[name].choices = audience_choices(_("Everybody") if number == 0 else _("No other"))
        self.zone.choices = [SelectChoice("", _("The zone of the town")), *choices.zones()]

    def validate_slug(self, field: Field) -> None:
        """An address nobody has and no page of the site needs."""
        field.data = (field.data or "").strip().lower().strip("/")
        if not field.data:
            return
        if not rules.is_address(field.data):
            proposal = slugify(field.data, 56)
            better = rules.address_from(proposal or "practice", queries.taken_addresses(proposal))
            raise ValidationError(_("This can't be an address. %(better)s would be free.", better=better))
        if queries.is_taken(field.data, self.practice):
            better = rules.address_from(field.data, queries.taken_addresses(field.data))
            raise ValidationError(_("Somebody has this address. %(better)s would be free.", better=better))

    def validate_place(self, field: Field) -> None:
        """A town that we know."""
        if (field.data or "").strip():
            self.found_place = niches.place(field.data)
            if self.found_place is None:
                raise ValidationError(_("We don't know this town. Try the nearest larger one."))

    def chosen_niches(self) -> list[Niche]:
        """The niches chosen, without repeats."""
        return [niches.niche(slug) for slug in self._chosen(_NICHE_FIELDS)]

    def chosen_audiences(self) -> list[Audience]:
        """The audiences chosen, without repeats."""
        return [niches.audience(slug) for slug in self._chosen(_AUDIENCE_FIELDS)]

    def _chosen(self, names: tuple[str, ...]) -> list[str]:
        return list(dict.fromkeys(self[name].data for name in names if self[name].data))

    def values(self, fallback_zone: str) -> dict[str, Any]:
        """What the form says, as the columns of a practice; the zone is the town's when none was chosen."""
        town = self.found_place
        return {
            "name": self.name.data,
            "help_whom": self.help_whom.data,
            "help_what": self.help_what.data,
            "help_how": (self.help_how.data or "").rstrip("."),
            "niches": self.chosen_niches(),
            "audiences": self.chosen_audiences(),
            "place_id": town.id if town else None,
            "zone": self.zone.data or (town.zone if town else fallback_zone),
        }


class AcceptForm(FlaskForm):  # type: ignore[misc]
    """A yes to an invitation: nothing but the token."""


class PracticeForm(StartForm):
    """Everything a practice says of itself."""

    slug = StringField(
        _("Address"),
        [Filled(_("A practice needs an address.")), Length(max=60)],
        description=_("Links to the old address still lead to you."),
    )
    about = TextAreaField(
        _("About"), [Length(max=6000)], description=_("How you work, and since when. Markdown works.")
    )
    languages = StringField(_("Languages"), [Length(max=200)], description=_("With commas: English, Spanish."))
    skills = StringField(_("Skills"), [Length(max=400)], description=_("With commas. Words people search for."))
    links = TextAreaField(_("Links"), [Length(max=1000)], description=_("One a line, beginning with https://"))

    def validate_links(self, field: Field) -> None:
        """Addresses on the web, at most six."""
        lines = [line.strip() for line in (field.data or "").splitlines() if line.strip()]
        if len(lines) > 6:
            raise ValidationError(_("Six links are the most."))
        if any(not line.startswith(("https://", "http://")) or " " in line for line in lines):
            raise ValidationError(_("Each link begins with https:// and stands on its own line."))

    def values(self, fallback_zone: str) -> dict[str, Any]:
        """As the columns of a practice."""
        return super().values(fallback_zone) | {
            "about": (self.about.data or "").strip(),
            "languages": rules.names(self.languages.data or "", 8),
            "skills": rules.names(self.skills.data or ""),
            "links": [line.strip() for line in (self.links.data or "").splitlines() if line.strip()],
        }


def as_typed(practice: Practice) -> dict[str, Any]:
    """A practice as the values of `PracticeForm`."""
    place = practice.place
    columns = ("help_whom", "help_what", "help_how", "name", "slug", "zone", "about")
    typed: dict[str, Any] = {name: getattr(practice, name) for name in columns}
    typed |= {
        "place": f"{place.name}, {place.country}" if place else "",
        "languages": ", ".join(practice.languages),
        "skills": ", ".join(practice.skills),
        "links": "\n".join(practice.links),
    }
    typed |= dict(zip(_NICHE_FIELDS, (one.slug for one in practice.niches), strict=False))
    return typed | dict(zip(_AUDIENCE_FIELDS, (one.slug for one in practice.audiences), strict=False))
