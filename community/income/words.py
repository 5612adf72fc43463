"""Words and small forms of figures that several pages of income share."""

from datetime import date

from babel.dates import format_date
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from community.core import formats
from community.income.rules import sums


def month_short(month: int) -> str:
    """A month as little as it can be said: Nov."""
    return str(format_date(sums.first_day(month), "MMM", locale=str(get_locale() or "en_GB")))


def month_title(month: int) -> str:
    """November 2026."""
    return formats.month_title(sums.first_day(month))


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
