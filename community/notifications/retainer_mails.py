"""Mails about retainers: begun, a payment failed or was made good, ending, ended. A month's invoice is its receipt."""

from collections.abc import Callable, Sequence

from flask import url_for
from flask_babel import gettext as _

from community.bookings.retainers import queries as retainers
from community.bookings.retainers.facts import (
    RetainerEnded,
    RetainerEnding,
    RetainerFailed,
    RetainerRecovered,
    RetainerStarted,
)
from community.bookings.retainers.models import Retainer
from community.core import formats
from community.core.db import writing
from community.core.events import after
from community.notifications.readers import Reader, worker
from community.notifications.telling import Fact, News, code_for, tell
from community.payments.billing import queries as subscriptions

Said = Callable[[Retainer, Reader], News]


def _client(retainer: Retainer) -> Reader:
    person, order = retainer.client, retainer.order
    locale = person.locale if person else order.locale
    return Reader("client", "client", person.email if person else order.client_email, locale, retainer.zone, person)


def _both(retainer: Retainer) -> list[Reader]:
    return [_client(retainer), worker(retainer.practice.owner)]


def _tell(retainer: Retainer, key: str, said: Said, readers: Sequence[Reader]) -> None:
    tell(readers, f"{key}:{retainer.id}", lambda reader: said(retainer, reader))


def _page(retainer: Retainer, words: str) -> tuple[str, str]:
    return words, url_for("retainers.show", ref=retainer.ref, _external=True)


def _month(retainer: Retainer, reader: Reader) -> Fact:
    """What it costs a month: what the client pays, what the practice has of it."""
    amount = retainer.total if reader.side == "client" else retainer.price - retainer.commission
    label = _("Every month") if reader.side == "client" else _("Yours every month")
    return Fact(label, formats.money(amount, retainer.currency))


def _other(retainer: Retainer, reader: Reader) -> str:
    return retainer.practice.name if reader.side == "client" else retainer.client_name


@after(RetainerStarted)
def tell_started(fact: RetainerStarted) -> None:
    """Both sides: it has begun, for how much, when the next month is charged; a code while there is no account."""
    with writing():
        retainer = retainers.get(fact.retainer_id)
        _tell(retainer, "retainer_started", _started, _both(retainer))


def _started(retainer: Retainer, reader: Reader) -> News:
    facts = [_month(retainer, reader)]
    if retainer.subscription is not None and retainer.subscription.period_until is not None:
        facts.append(Fact(_("Next charge"), reader.day(retainer.subscription.period_until)))
    if reader.side == "client":
        return News(
            subject=_("%(title)s has begun", title=retainer.title),
            heading=_("You are by the month with %(name)s", name=retainer.practice.name),
            intro=_("The first month of %(title)s has begun.", title=retainer.title),
            facts=tuple(facts),
            lines=(_("You can end it on its page at any time. It then runs to the end of the month that is paid."),),
            button=_page(retainer, _("See it")),
            code=code_for(reader),
        )
    return News(
        subject=_("%(name)s is on retainer: %(title)s", name=retainer.client_name, title=retainer.title),
        heading=_("%(name)s is on retainer", name=retainer.client_name),
        intro=_("The first month of %(title)s has begun.", title=retainer.title),
        facts=tuple(facts),
        said=(_("What they wrote"), retainer.note) if retainer.note else None,
        button=_page(retainer, _("See it")),
    )


@after(RetainerFailed)
def tell_failed(fact: RetainerFailed) -> None:
    """The client: pay with another card, and by when. The practice hears of the first failure of a month."""
    with writing():
        retainer = retainers.get(fact.retainer_id)
        asked = subscriptions.open_invoice(retainer.subscription_id) if retainer.subscription_id else None
        if asked is None or retainer.state != "past_due":
            return  # paid or over meanwhile
        readers = _both(retainer) if fact.nth == 1 else [_client(retainer)]
        _tell(retainer, f"retainer_failed:{asked.id}:{fact.nth}", _failed, readers)


def _failed(retainer: Retainer, reader: Reader) -> News:
    asked = subscriptions.open_invoice(retainer.subscription_id) if retainer.subscription_id else None
    again = asked.next_try_at if asked else None
    lines = (
        [_("The card is tried again on %(day)s. After the last try it ends.", day=reader.day(again))] if again else []
    )
    amount = Fact(_("Still open"), formats.money(asked.amount if asked else retainer.total, retainer.currency))
    if reader.side == "practice":
        return News(
            subject=_("A payment failed: %(title)s", title=retainer.title),
            heading=_("%(name)s could not be charged", name=retainer.client_name),
            intro=_("They have been told and can pay with another card. Until then this month is not paid."),
            facts=(amount,),
            lines=tuple(lines),
            button=_page(retainer, _("See it")),
        )
    return News(
        subject=_("Your payment failed: %(title)s", title=retainer.title),
        heading=_("Your card could not be charged"),
        intro=_("Please pay this month of %(title)s with this card once more, or another one.", title=retainer.title),
        facts=(amount,),
        lines=tuple(lines),
        button=_page(retainer, _("Pay now")),
    )


@after(RetainerRecovered)
def tell_recovered(fact: RetainerRecovered) -> None:
    """The practice: the month is paid after all. The client has the invoice."""
    with writing():
        retainer = retainers.get(fact.retainer_id)
        months = subscriptions.payments_of(retainer.subscription_id) if retainer.subscription_id else []
        paid = max((row.id for row, _payment in months), default=0)
        _tell(retainer, f"retainer_recovered:{paid}", _recovered, [worker(retainer.practice.owner)])


def _recovered(retainer: Retainer, _reader: Reader) -> News:
    return News(
        subject=_("Paid after all: %(title)s", title=retainer.title),
        heading=_("%(name)s has paid", name=retainer.client_name),
        intro=_("The month of %(title)s that could not be charged is paid. It goes on.", title=retainer.title),
        button=_page(retainer, _("See it")),
    )


@after(RetainerEnding)
def tell_ending(fact: RetainerEnding) -> None:
    """Both sides: it ends with the month, or goes on after all."""
    with writing():
        retainer = retainers.get(fact.retainer_id)
        if retainer.state in {"active", "past_due"} and retainer.ends_with_period == fact.wanted:
            said = _ending if fact.wanted else _going_on
            _tell(retainer, f"retainer_ending:{fact.event_id}", said, _both(retainer))


def _until(retainer: Retainer, reader: Reader) -> str:
    until = retainer.subscription.period_until if retainer.subscription else None
    return reader.day(until) if until else ""


def _ending(retainer: Retainer, reader: Reader) -> News:
    return News(
        subject=_("Ends on %(day)s: %(title)s", day=_until(retainer, reader), title=retainer.title),
        heading=_("%(title)s ends with the month", title=retainer.title),
        intro=_(
            "With %(name)s it is paid until %(day)s and ends then.",
            name=_other(retainer, reader),
            day=_until(retainer, reader),
        ),
        said=(_("Why"), retainer.reason) if retainer.reason else None,
        lines=(_("Nothing more is charged."),) if reader.side == "client" else (),
        button=_page(retainer, _("See it")),
    )


def _going_on(retainer: Retainer, reader: Reader) -> News:
    return News(
        subject=_("It goes on: %(title)s", title=retainer.title),
        heading=_("%(title)s goes on after all", title=retainer.title),
        intro=_(
            "With %(name)s the next month is charged on %(day)s.",
            name=_other(retainer, reader),
            day=_until(retainer, reader),
        ),
        facts=(_month(retainer, reader),),
        button=_page(retainer, _("See it")),
    )


@after(RetainerEnded)
def tell_ended(fact: RetainerEnded) -> None:
    """Both sides: it is over, why, and what goes back."""
    with writing():
        retainer = retainers.get(fact.retainer_id)
        _tell(retainer, "retainer_ended", _ended, _both(retainer))


def _ended(retainer: Retainer, reader: Reader) -> News:
    last = next((one for one in reversed(retainer.log) if one.step == "end"), None)
    back = int((last.detail if last else {}).get("back") or 0)
    unpaid = retainer.ended_by == "payment"
    facts = (Fact(_("Goes back to the client"), formats.money(back, retainer.currency)),) if back else ()
    return News(
        subject=_("Ended: %(title)s", title=retainer.title),
        heading=_("%(title)s has ended", title=retainer.title),
        intro=_("The card could not be charged, so it is over with %(name)s.", name=_other(retainer, reader))
        if unpaid
        else _("It is over with %(name)s. Nothing more is charged.", name=_other(retainer, reader)),
        facts=facts,
        said=(_("Why"), retainer.reason) if retainer.reason else None,
        button=_page(retainer, _("See it")),
    )
