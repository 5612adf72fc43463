"""What is said about both sides of an invoice."""

import re
from typing import Any

from babel import Locale
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString  # type: ignore[import-untyped]
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, SelectChoice, StringField, TextAreaField  # type: ignore[attr-defined]
from wtforms.validators import Length, ValidationError

from community.core.choices import SelectField
from community.core.filled import Filled
from community.income.fields import ShareField
from community.income.invoices.models import BillingDetails, InvoiceTerms
from community.income.words import per_cent
from community.listings.rules import KINDS
from community.listings.words import kind_words
from community.profiles.models import Practice

_PREFIX = re.compile(r"[A-Za-z0-9/._-]*", re.A)
_NO_COUNTRY = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})
_CODE = re.compile(r"[A-Z]{2}", re.A)


def countries() -> list[SelectChoice]:
    """All countries by name, none first."""
    known = (get_locale() or Locale.parse("en_GB")).territories
    named = sorted((name, code) for code, name in known.items() if _CODE.fullmatch(code) and code not in _NO_COUNTRY)
    return [SelectChoice("", _("Not said")), *(SelectChoice(code, name) for name, code in named)]


def _lines(text: str | None) -> str:
    """Lines without blanks around them or empty ones between."""
    return "\n".join(line for line in (" ".join(one.split()) for one in (text or "").splitlines()) if line)


def _line(text: str | None) -> str:
    return " ".join((text or "").split())


class SideForm(FlaskForm):  # type: ignore[misc]
    """A name, an address, a country, a tax number."""

    name = StringField(_("Name on the invoice"), [Length(max=120)])
    address = TextAreaField(_("Address"), [Length(max=400)], render_kw={"rows": "3", "autocomplete": "street-address"})
    country = SelectField(_("Country"), default="")
    tax_id = StringField(_("Tax number"), [Length(max=40)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = countries()

    def side(self) -> dict[str, str]:
        """As it is kept."""
        return {
            "name": _line(self.name.data),
            "address": _lines(self.address.data),
            "country": self.country.data or "",
            "tax_id": _line(self.tax_id.data).upper(),
        }


class BuyerForm(SideForm):
    """Whom it is made out to."""

    name = StringField(_("Name on the invoice"), [Filled(_("Say whom it is for.")), Length(max=120)])

    def __init__(self, *args: Any, details: BillingDetails, **kwargs: Any) -> None:
        data = {name: getattr(details, name) for name in ("name", "address", "country", "tax_id")}
        super().__init__(*args, data=data, **kwargs)


class TermsForm(SideForm):
    """What a practice's invoices say."""

    active = BooleanField(_("Send an invoice for every payment"))
    prefix = StringField(
        _("Before the number"), [Length(max=12)], description=_("Such as LP- for LP-0001. Numbers have no gaps.")
    )
    tax_name = StringField(_("What the tax is called"), [Length(max=20)], description=_("Such as VAT."))
    rate = ShareField(_("Tax in your prices"), most=90)
    reverse_charge = BooleanField(_("No tax for businesses of other countries (reverse charge)"))
    note = TextAreaField(
        _("Beneath the sums"),
        [Length(max=400)],
        render_kw={"rows": "2"},
        description=_("For example why no tax is charged."),
    )

    def __init__(self, *args: Any, terms: InvoiceTerms, practice: Practice, **kwargs: Any) -> None:
        columns = ("active", "prefix", "name", "address", "country", "tax_id", "tax_name", "reverse_charge", "note")
        data = {name: getattr(terms, name) for name in columns}
        data |= {"name": terms.name or practice.name, "rate": _typed(terms.rates.get("", 0))}
        data |= {f"rate_{kind}": _typed(terms.rates[kind]) for kind in KINDS if kind in terms.rates}
        super().__init__(*args, data=data, **kwargs)

    def validate_prefix(self, field: Field) -> None:
        """Letters, digits and a few signs."""
        if not _PREFIX.fullmatch((field.data or "").strip()):
            raise ValidationError(gettext("Letters, digits and . / _ - only."))

    def validate_reverse_charge(self, field: Field) -> None:
        """One's own country has to be known for it."""
        if field.data and not self.country.data:
            raise ValidationError(gettext("Say which country you are in, too."))

    def by_kind(self) -> list[tuple[str, ShareField]]:
        """The rate fields of the kinds of listing."""
        return [(kind, getattr(self, f"rate_{kind}")) for kind in KINDS]

    def values(self) -> dict[str, Any]:
        """Columns of `InvoiceTerms`."""
        rates = {kind: field.points for kind, field in self.by_kind() if (field.data or "").strip()}
        return self.side() | {
            "active": bool(self.active.data),
            "prefix": (self.prefix.data or "").strip(),
            "tax_name": _line(self.tax_name.data),
            "rates": rates | ({"": self.rate.points} if self.rate.points else {}),
            "reverse_charge": bool(self.reverse_charge.data),
            "note": _lines(self.note.data),
        }


def _typed(points: int) -> str:
    return per_cent(points).rstrip("%") if points else ""


for _kind in KINDS:  # a rate of its own for each kind of listing, where it has one
    setattr(TermsForm, f"rate_{_kind}", ShareField(LazyString(kind_words, _kind), most=90))
