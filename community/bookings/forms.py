"""What a client may send us with a booking."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]
    Field,
    FieldList,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Email, Length, ValidationError
from wtforms.widgets import CheckboxInput

from community.core.filled import Filled
from community.listings.models import Listing

# The fields that only some kinds have.
_FIELDS = {
    "session": {"at", "minutes", "weeks", "starts", "listed", "promo"},
    "project": {"package", "first", "promo"},
    "workshop": {"date", "promo"},
    "retainer": set(),
    "digital": {"promo"},
    "inquiry": {"need", "wished_by"},
}


class BookingForm(FlaskForm):  # type: ignore[misc]
    """Name and address are enough; the account is made when the booking is paid. What was chosen stands beside them.

    `starts` are the ticked times of a series, of which `listed` stood on the page; `seen` is what it cost there.
    """

    need = TextAreaField(
        _("What do you need?"),
        [Filled(_("Say what you need, so that they can name a price.")), Length(max=4000)],
    )
    wished_by = StringField(_("By when?"), [Length(max=10)])
    package = RadioField(_("Package"), coerce=int, validate_choice=False)
    first = StringField(_("First day"), [Length(max=10)])
    weeks = SelectField(_("How often"), default="1", validate_choice=False)
    starts = SelectMultipleField(validate_choice=False)
    addons = SelectMultipleField(_("Add to it"), coerce=int, validate_choice=False, option_widget=CheckboxInput())
    answers = FieldList(TextAreaField(validators=[Length(max=1000)]))
    promo = StringField(_("Promo code"), [Length(max=40)], render_kw={"autocomplete": "off", "spellcheck": "false"})
    name = StringField(
        _("Your name"),
        [Filled(_("Please tell us your name.")), Length(max=80)],
        render_kw={"autocomplete": "name"},
    )
    email = StringField(
        _("Your e-mail address"),
        [
            Filled(_("Please enter your address: the confirmation goes there.")),
            Email(_("This does not look like an e-mail address.")),
            Length(max=254),
        ],
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )
    note = TextAreaField(_("Anything they should know?"), [Length(max=1000)])
    at = HiddenField()
    minutes = HiddenField()
    listed = HiddenField()
    date = HiddenField()
    tz = HiddenField()
    seen = HiddenField()

    def __init__(self, listing: Listing, *args: Any, asks_address: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_address:
            del self.email
        self.questions = [(str(one["text"]), bool(one.get("required"))) for one in listing.questions]
        while len(self.answers.entries) < len(self.questions):
            self.answers.append_entry()
        del self.answers.entries[len(self.questions) :]
        for entry, (text, _required) in zip(self.answers, self.questions, strict=True):
            entry.label.text = text
        self.most_weeks = listing.series_most
        self.addons.choices = [SelectChoice(one.id, one.title) for one in listing.addons]
        for name in set().union(*_FIELDS.values()) - _FIELDS[listing.kind]:
            del self[name]
        if listing.kind == "inquiry" or not listing.addons:
            self.addons.choices = []
        if self.package:
            self.package.choices = [SelectChoice(one.id, one.title) for one in listing.offers]
        if self.weeks:
            often = {n: gettext("Every week, %(n)s times", n=n) for n in range(2, listing.series_most + 1)}
            self.weeks.choices = [SelectChoice(str(n), words) for n, words in ({1: gettext("Once")} | often).items()]

    refused_promo = ""

    @property
    def typed_email(self) -> str:
        """The address as typed so far."""
        return (self.email.data or "").strip() if self.email else ""

    def validate_promo(self, _field: Field) -> None:
        """A code that holds, as the page found out when it counted up; none is fine."""
        if self.refused_promo:
            raise ValidationError(self.refused_promo)

    def validate_answers(self, _field: Field) -> None:
        """What the practice has to know."""
        for entry, (_text, required) in zip(self.answers, self.questions, strict=True):
            if required and not (entry.data or "").strip():
                entry.errors = [gettext("Please answer this: they need to know it.")]
        if any(entry.errors for entry in self.answers):
            raise ValidationError(gettext("Some questions are still open."))

    def validate_first(self, field: Field) -> None:
        """A day, where one was typed."""
        _check_day(field)

    def validate_wished_by(self, field: Field) -> None:
        """The same."""
        _check_day(field)

    def problems(self) -> list[tuple[str, str]]:
        """(id of the field, what is wrong) for the list above the form; of an old page there is no field to go to."""
        found = [(entry.id, str(entry.errors[0])) for entry in self.answers if entry.errors]
        for field in self:
            if field.type == "CSRFTokenField" and field.errors:
                found.append(("", gettext("This page was open for too long. Please send it again.")))
            elif field.errors and field.type != "FieldList":
                found.append((field.id, str(field.errors[0])))
        return found

    def said_answers(self) -> Iterator[tuple[str, str]]:
        """(question, answer) in the listing's order."""
        for entry, (text, _required) in zip(self.answers, self.questions, strict=True):
            yield text, (entry.data or "").strip()

    def number(self, name: str) -> int | None:
        """A whole number from a field that has one."""
        typed = str(self[name].data or "")
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 12 else None

    @property
    def often(self) -> int:
        """How many weeks were asked for, within what the listing allows."""
        weeks = self.number("weeks") if self.weeks else None
        return weeks if weeks and weeks <= self.most_weeks else 1


def _check_day(field: Field) -> None:
    typed = (field.data or "").strip()
    try:
        field.data = date.fromisoformat(typed).isoformat() if typed else ""
    except ValueError as error:
        raise ValidationError(gettext("Type the day as 2026-12-31, or leave it empty.")) from error


class CancellationForm(FlaskForm):  # type: ignore[misc]
    """Why, if they like to say."""

    reason = StringField(_("Reason (the other side reads it)"), [Length(max=300)])


class WaitingForm(FlaskForm):  # type: ignore[misc]
    """Whom to tell when something opens."""

    name = StringField(
        _("Your name"),
        [Filled(_("Please tell us your name.")), Length(max=80)],
        render_kw={"autocomplete": "name"},
    )
    email = StringField(
        _("Your e-mail address"),
        [
            Filled(_("Please enter your address: we write there when something opens.")),
            Email(_("This does not look like an e-mail address.")),
            Length(max=254),
        ],
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )
    minutes = HiddenField()
    date = HiddenField()
