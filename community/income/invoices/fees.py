"""The site's own invoices: once a month to each practice, for the fee that was kept from its clients' payments."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from community.core import clock, formats
from community.core.db import db, writing
from community.core.site import settings
from community.income.invoices import actions, items, queries, rules
from community.income.invoices.models import SITE, Invoice
from community.income.invoices.rules import Item
from community.income.rules import sums
from community.payments import earned, payees
from community.payments.earned import Fees
from community.profiles.models import Practice

PREFIX = "F-"


def last_month() -> int:
    """The month before this one, where the site is."""
    return sums.month_of(_today()) - 1


def _today() -> date:
    return clock.now().astimezone(ZoneInfo(settings().zone)).date()


def bounds(month: int) -> tuple[datetime, datetime]:
    """When a month begins and ends where the site is, UTC."""
    zone = ZoneInfo(settings().zone)
    first, after = (sums.first_day(one) for one in (month, month + 1))
    return datetime(first.year, first.month, 1, tzinfo=zone), datetime(after.year, after.month, 1, tzinfo=zone)


def issue_all(month: int) -> int:
    """Issue what is not issued yet for a month, each in a transaction of its own. Returns how many were."""
    due = earned.by_payee(*bounds(month))
    db.session.rollback()
    return sum(_issue(found, month) for found in due if found.amount)


def _issue(found: Fees, month: int) -> bool:
    practice_id = payees.practice_of(found.payee)
    if practice_id is None:
        return False
    with writing():
        series = actions.lock_series(SITE)
        source = f"fees:{practice_id}:{sums.first_day(month).isoformat()[:7]}:{found.currency}"
        if queries.by_source(source) is not None:
            return False
        _made(series, found, month, source, db.session.get_one(Practice, practice_id))
        return True


def _made(series: Any, found: Fees, month: int, source: str, practice: Practice) -> Invoice:
    known, terms, locale = settings(), queries.terms_of(practice.id), practice.owner.locale
    with force_locale(locale):
        count = ngettext("%(num)s payment", "%(num)s payments", found.payments)
        text = _("Booking fees in %(month)s, %(count)s", month=formats.month_title(sums.first_day(month)), count=count)
        lines = [Item(text, found.amount, known.tax_basis_points)]
        return actions.issue(
            series,
            kind="fee",
            source=source,
            practice_id=practice.id,
            prefix=PREFIX,
            day=_today(),
            lines=lines,
            taxes=rules.taxes(lines, _("VAT")),
            order_id=None,
            payment_ref=None,
            locale=locale,
            currency=found.currency,
            seller={"name": known.site_name, "address": known.address, "country": "", "tax_id": known.tax_id},
            buyer=items.seller(practice, terms),
            note=_("Kept from your clients’ payments already: there is nothing to pay."),
            paid="",
        )
