"""The packages of a project as typed, and the parts in which each is paid."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (  # type: ignore[attr-defined]
    Field,
    FieldList,
    FormField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, ValidationError

from community.core import money
from community.core.locale import reader_locale
from community.core.site import settings
from community.listings import rules
from community.listings.actions import PackageOffer
from community.listings.forms.rows import Row, said, typed_price, typed_whole

DUE = (
    ("booking", _("at booking")),
    ("date", _("days after the start")),
    ("milestone", _("when this is accepted")),
)


class PartForm(Row):
    """One part of how a package is paid."""

    key = ("per_cent", "detail")
    per_cent = StringField(_("Per cent"), [Length(max=3)])
    due = SelectField(_("Due"), choices=[SelectChoice(*one) for one in DUE], default="milestone")
    detail = StringField(_("How many days, or what"), [Length(max=80)])

    def validate_per_cent(self, field: Field) -> None:
        """A whole share."""
        if self.is_filled and typed_whole(field.data, 1, 100) is None:
            raise ValidationError(_("A whole number from 1 to 100."))

    def validate_detail(self, field: Field) -> None:
        """The days of a date, the name of a milestone; at booking there is nothing to say."""
        if not self.is_filled or self.due.data == "booking":
            return
        if self.due.data == "date" and typed_whole(field.data, 1, rules.MOST_DAYS) is None:
            raise ValidationError(_("How many days after the start: from 1 to 365."))
        if not said(field):
            raise ValidationError(_("Say what the client accepts, such as “First draft”."))

    def part(self) -> dict[str, Any]:
        """As a plan keeps it."""
        due, detail = str(self.due.data), said(self.detail)
        found: dict[str, Any] = {"due": due, "per_cent": int(said(self.per_cent))}
        if due == "date":
            found["days"] = int(detail)
        return found | ({"title": detail} if due == "milestone" else {})


class PackageForm(Row):
    """One size of a project."""

    key = ("title", "scope", "days", "price")
    title = StringField(_("Name"), [Length(max=60)])
    scope = TextAreaField(_("What is in it"), [Length(max=1000)])
    days = StringField(_("Days until delivery"), [Length(max=3)])
    price = StringField(_("Your price"), [Length(max=20)])
    parts = FieldList(
        FormField(PartForm),
        _("Paid in parts"),
        min_entries=rules.MOST_INSTALMENTS,
        max_entries=rules.MOST_INSTALMENTS,
    )

    def validate_title(self, field: Field) -> None:
        """Needed once anything is typed."""
        if self.is_filled and not said(field):
            raise ValidationError(_("Give this package a name, such as “Small”."))

    def validate_days(self, field: Field) -> None:
        """Whole days."""
        if self.is_filled and typed_whole(field.data, 1, rules.MOST_DAYS) is None:
            raise ValidationError(_("Whole days, from 1 to 365."))

    def validate_price(self, field: Field) -> None:
        """Nothing at all, or enough to be charged."""
        if self.is_filled:
            typed_price(field.data)

    def validate(self, extra_validators: Any = None) -> bool:
        """The fields, then the parts together."""
        if not super().validate(extra_validators):
            return False
        problem = self._problem_of_parts() if self.is_filled else ""
        if problem:
            self.parts.errors = [problem]
        return not problem

    def _problem_of_parts(self) -> str:
        plan, currency = self._typed_parts(), settings().currency
        if not plan:
            return ""
        if not self.parts[0].form.is_filled:
            return gettext("Say how much of it is due at booking: that is the first part.")
        total = sum(part["per_cent"] for part in plan)
        if total != 100:
            return gettext("The parts make %(total)s%%. Together they are 100%%.", total=total)
        if [part["due"] for part in plan].count("booking") > 1:
            return gettext("Only the first part is due at booking.")
        if not rules.can_be_charged(typed_price(self.price.data), plan, currency):
            least = money.format_money(money.minimum(currency), currency, reader_locale())
            return gettext("One part is below %(least)s, the least that can be charged.", least=least)
        return ""

    def _typed_parts(self) -> list[dict[str, Any]]:
        """The filled rows; the first is at booking, whatever was chosen there."""
        found = [entry.form.part() for entry in self.parts if entry.form.is_filled]
        return [{"due": "booking", "per_cent": one["per_cent"]} if not at else one for at, one in enumerate(found)]

    def offer(self) -> PackageOffer:
        """As actions take it: without a plan where all is due at booking."""
        parts = self._typed_parts()
        plan = parts if len(parts) > 1 else []
        title, days, price = said(self.title), int(said(self.days)), typed_price(self.price.data)
        return PackageOffer(title=title, days=days, price=price, scope=said(self.scope), plan=plan)
