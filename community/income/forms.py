"""What a practice may type about its income: entries, files, jars, its plan."""

from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import Field, SelectChoice, StringField  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from community.core import money
from community.core.choices import SelectField
from community.core.filled import Filled
from community.core.site import settings
from community.income.fields import AmountField, DayField, ShareField, WholeField
from community.income.models import JARS, IncomePlan
from community.income.overview import Jar
from community.income.words import jar_words, per_cent

KINDS = (SelectChoice("income", _("Income from elsewhere")), SelectChoice("cost", _("A cost")))


class DatedForm(FlaskForm):  # type: ignore[misc]
    """A form that knows which day it is where the practice works."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)


class EntryForm(DatedForm):
    """One thing earned elsewhere, or spent."""

    kind = SelectField(_("What is it"), choices=KINDS, default="income")
    day = DayField(_("Day"), [InputRequired(_("Say when it was paid."))])
    amount = AmountField(
        _("Amount"),
        [InputRequired(_("Say how much it was.")), Length(max=20)],
        description=_("With a minus where money went back."),
    )
    stream = StringField(
        _("What for"),
        [Filled(_("Say what it was for.")), Length(max=80)],
        description=_("A stream such as “Café retainer”, or a kind of cost such as “Rent”. The same name adds up."),
    )
    party = StringField(_("Who paid, or was paid"), [Length(max=120)])
    note = StringField(_("Note"), [Length(max=200)])

    def values(self) -> dict[str, Any]:
        """As `actions.note` takes them."""
        typed = {name: " ".join((getattr(self, name).data or "").split()) for name in ("stream", "party")}
        return typed | {
            "kind": self.kind.data,
            "day": self.day.day,
            "amount": self.amount.amount,
            "text": " ".join((self.note.data or "").split()),
        }


class FileForm(FlaskForm):  # type: ignore[misc]
    """A CSV file of one kind."""

    kind = SelectField(_("What is in it"), choices=KINDS, default="income")
    order = SelectField(
        _("How is 3/4/2026 meant"),
        choices=[
            SelectChoice("day", _("3 April: the day first")),
            SelectChoice("month", _("4 March: the month first")),
        ],
        default="day",
    )
    file = FileField(
        _("CSV file"),
        [FileRequired(_("Choose a file."))],
        description=_(
            "Up to 10 MB and 5,000 rows. Its first line names the columns: date, amount, stream, client, note."
        ),
        render_kw={"accept": ".csv,text/csv,text/plain"},
    )


class PlanForm(DatedForm):
    """Pay, cash and how jars fill."""

    pay = AmountField(
        _("Your pay a month"),
        [Optional(), Length(max=20)],
        description=_("Left empty, we show what your months would bear."),
        least=0,
    )
    cash = AmountField(
        _("In your business account"),
        [Optional(), Length(max=20)],
        description=_("Jars included. Type it anew whenever you look."),
        least=0,
    )
    tax_share = ShareField(_("Into the tax jar"))
    retirement_share = ShareField(_("Into the retirement jar"))
    buffer_share = ShareField(_("Into the buffer"))

    def __init__(self, *args: Any, plan: IncomePlan, jars: list[Jar], **kwargs: Any) -> None:
        data = {"pay": typed(plan.pay), "cash": typed(plan.cash)}
        data |= {f"{jar.name}_share": per_cent(jar.share).rstrip("%") for jar in jars}
        super().__init__(*args, data=data, **kwargs)

    def validate_buffer_share(self, _field: Field) -> None:
        """All three together leave something."""
        if sum(getattr(self, f"{name}_share").points for name in JARS) > 10_000:
            raise ValidationError(gettext("Together the jars take more than all of it."))

    def shares(self) -> dict[str, int]:
        """Basis points by jar."""
        return {name: getattr(self, f"{name}_share").points for name in JARS}

    def values(self) -> dict[str, Any]:
        """Pay and cash, None where nothing was typed."""
        cash = self.cash.said
        return {"pay": self.pay.said, "cash": cash, "cash_day": None if cash is None else self.today}


class JarForm(DatedForm):
    """Something put into a jar, or taken out."""

    jar = SelectField(_("Jar"), choices=[])
    way = SelectField(_("Which way"), choices=[SelectChoice("out", _("Take out")), SelectChoice("in", _("Put in"))])
    jar_amount = AmountField(_("Amount"), [InputRequired(_("Say how much.")), Length(max=20)])
    jar_day = DayField(_("Day"), [InputRequired(_("Say when."))])
    jar_note = StringField(_("What for"), [Length(max=200)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.jar.choices = [SelectChoice(name, jar_words(name)) for name in JARS]

    def values(self) -> dict[str, Any]:
        """As `actions.move_jar` takes them."""
        amount = abs(self.jar_amount.amount)
        return {
            "jar": self.jar.data,
            "amount": amount if self.way.data == "in" else -amount,
            "day": self.jar_day.day,
            "text": " ".join((self.jar_note.data or "").split()),
        }


class ChargeForm(FlaskForm):  # type: ignore[misc]
    """What one wants to live on, and how much of a year can be sold."""

    wanted = AmountField(
        _("Wanted for yourself, a year"),
        [InputRequired(_("Say what you want to live on.")), Length(max=20)],
        description=_("After tax."),
        least=0,
    )
    costs = AmountField(
        _("Costs a year"),
        [Optional(), Length(max=20)],
        description=_("Left empty, the costs you noted in the last twelve months."),
        least=0,
    )
    tax = ShareField(_("Tax and insurance"), [InputRequired(_("Say what share goes to tax."))], most=90)
    weeks_off = WholeField(_("Weeks off a year"), least=0, most=51)
    hours = WholeField(
        _("Hours a week you can sell"),
        least=1,
        most=100,
        description=_("Without writing offers, bookkeeping and the like."),
    )

    def __init__(self, *args: Any, plan: IncomePlan, **kwargs: Any) -> None:
        data = {
            "wanted": typed(plan.wanted), "costs": typed(plan.costs), "tax": per_cent(plan.tax).rstrip("%"),
            "weeks_off": str(plan.weeks_off), "hours": str(plan.hours),
        }  # fmt: skip
        super().__init__(*args, data=data, **kwargs)

    def values(self) -> dict[str, Any]:
        """Columns of the plan."""
        return {
            "wanted": self.wanted.said,
            "costs": self.costs.said,
            "tax": self.tax.points,
            "weeks_off": self.weeks_off.number,
            "hours": self.hours.number,
        }


def typed(amount: int | None) -> str:
    """An amount as one would type it; "" for none."""
    return "" if amount is None else f"{money.to_decimal(amount, settings().currency):f}"
