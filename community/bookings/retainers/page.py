"""What the page of a retainer shows, worked out from it and from who looks."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from flask_babel import gettext as _

from community.accounts.queries import Viewer
from community.bookings.retainers import queries, words
from community.bookings.retainers.models import Retainer
from community.bookings.where import where_words
from community.core import formats
from community.payments.billing import actions as billing
from community.payments.billing import queries as subscriptions
from community.payments.models import Payment, SubscriptionInvoice


@dataclass(frozen=True)
class Month:
    """What was paid for one month."""

    row: SubscriptionInvoice
    payment: Payment

    @property
    def refunds(self) -> list[Any]:
        """What goes back of it."""
        return list(self.payment.refunds)


class RetainerPage:
    """One retainer, as one side sees it."""

    def __init__(self, retainer: Retainer, viewer: Viewer) -> None:
        self.retainer, self.viewer = retainer, viewer
        self.side = queries.side_of(viewer, retainer)
        self.zone = viewer.zone if viewer is not None else retainer.zone
        self.other = retainer.client_name if self.side == "practice" else retainer.practice.name

    @cached_property
    def months(self) -> list[Month]:
        """What was paid, the latest first."""
        if self.retainer.subscription_id is None:
            return []
        found = subscriptions.payments_of(self.retainer.subscription_id)
        return [Month(row, payment) for row, payment in reversed(found)]

    @cached_property
    def asked(self) -> SubscriptionInvoice | None:
        """What is asked for and not paid yet."""
        number = self.retainer.subscription_id
        return subscriptions.open_invoice(number) if number and self.retainer.is_live else None

    @property
    def until(self) -> datetime | None:
        """The end of the month that runs."""
        return self.retainer.subscription.period_until if self.retainer.subscription else None

    @property
    def next_charge(self) -> datetime | None:
        """When the next month is charged; None where none will be."""
        goes_on = self.retainer.state == "active" and not self.retainer.ends_with_period
        return self.until if goes_on else None

    @property
    def card(self) -> str:
        """The card that paid last."""
        return next((month.payment.card for month in self.months if month.payment.card), "") or ""

    @property
    def needs_code(self) -> bool:
        """It is still bound to the browser: the code from the mail opens the rest."""
        return self.viewer is None and self.retainer.is_live

    @property
    def can_end(self) -> bool:
        """With the month, by this side."""
        paid = self.retainer.state == "active" and self.until is not None
        return self.side != "moderator" and paid and not self.retainer.ends_with_period

    @property
    def can_go_on(self) -> bool:
        """Whoever ends it may think again; so may the client where staff did not end it."""
        return self.retainer.is_live and self.retainer.ends_with_period and self.retainer.ended_by == self.side

    @property
    def can_end_now(self) -> bool:
        """At once, with the unused days going back; the client only while a month is unpaid."""
        if self.side == "client":
            return self.retainer.state == "past_due" or (self.retainer.is_live and self.retainer.mode == "off")
        return self.retainer.is_live

    @property
    def back_now(self) -> int:
        """What would go back if it ended now, minor units."""
        zone = self.retainer.practice.zone
        running = [one for one in self.months if self.until and one.row.period_until == self.until]
        return sum(billing.left_of(one.row, one.payment, zone) for one in running)

    @property
    def word(self) -> words.Said:
        """The state in words, with the tag's kind and icon."""
        return words.state_words(self.retainer)

    @property
    def where(self) -> str:
        """Where it happens."""
        return where_words(self.retainer.listing.where_kind, self.retainer.practice.name)

    @property
    def lead(self) -> str:
        """In one sentence what comes next."""
        state, when = self.retainer.state, self.until
        day = formats.long_day(when, self.zone) if when else ""
        total = formats.money(self.retainer.total, self.retainer.currency)
        if state == "past_due":
            return _("The card could not be charged. It goes on as soon as the month is paid.")
        if state == "active" and self.retainer.ends_with_period and day:
            return _("It is paid until %(day)s and ends then.", day=day)
        if state == "active" and day:
            return _("%(amount)s is charged next on %(day)s.", amount=total, day=day)
        if state == "ended" and self.retainer.ended_at:
            return _("It ended on %(day)s.", day=formats.long_day(self.retainer.ended_at, self.zone))
        return ""

    @property
    def told(self) -> list[dict[str, Any]]:
        """The log and the payments, as both sides read them, the latest first."""
        lines = [
            {"title": words.step_words(one), "text": words.step_detail(one, self.retainer), "at": one.at}
            for one in self.retainer.log
        ]
        for month in self.months:
            amount = formats.money(month.payment.amount, month.payment.currency)
            title = _("%(amount)s paid", amount=amount)
            lines.append({"title": title, "text": self.span(month.row), "at": month.payment.paid_at})
        return sorted(lines, key=lambda line: line["at"], reverse=True)

    def span(self, row: SubscriptionInvoice) -> str:
        """The month that something is for."""
        return span_words(row.period_from, row.period_until, self.zone)


def span_words(first: datetime, until: datetime, zone: str) -> str:
    """A month in words."""
    return _("%(first)s to %(last)s", first=formats.short_day(first, zone), last=formats.short_day(until, zone))
