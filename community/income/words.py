"""Words and small forms of figures that several pages of income share."""

from datetime import date

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from community.core import formats, money
from community.core.site import settings
from community.income.rules import sums


def month_short(month: int) -> str:
    """A month as little as it can be said: Nov."""
    return str(format_date(sums.first_day(month), "MMM", locale=str(get_locale() or "en_GB")))


def month_title(month: int) -> str:
    """November 2026."""
    return formats.month_title(sums.first_day(month))


def figure(amount: int) -> str:
    """An amount in a table whose head says the currency: 1,234.50."""
    currency = settings().currency
    digits = money.exponent(currency)
    pattern = "#,##0" + (f".{'0' * digits}" if digits else "")
    return str(format_decimal(money.to_decimal(amount, currency), pattern, locale=str(get_locale() or "en_GB")))


def about(amount: int) -> str:
    """An estimate, which no unit below the whole would make better: £2,447."""
    unit = 10 ** money.exponent(settings().currency)
    return formats.price((2 * amount + unit) // (2 * unit) * unit)


def per_cent(basis_points: int) -> str:
    """A share: 22%, 7.5%."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}".rstrip("0") + "%" if rest else f"{whole}%"


def jar_words(name: str) -> str:
    """What a jar is called."""
    return {"tax": _("Tax"), "retirement": _("Retirement"), "buffer": _("Buffer")}[name]


def lasts(tenths: int) -> str:
    """Tenths of a month in words: 1 month, 3.5 months."""
    whole, rest = divmod(tenths, 10)
    if rest:
        return _("%(n)s months", n=f"{whole}.{rest}")
    return ngettext("%(num)s month", "%(num)s months", whole)


def signed(day: date) -> str:
    """A day for a table: 3 Dec 2026."""
    return str(format_date(day, "d MMM y", locale=str(get_locale() or "en_GB")))


def country_name(code: str) -> str:
    """A country in the reader's words: "DE" is "Germany"."""
    return str((get_locale() or Locale.parse("en_GB")).territories.get(code, code))
