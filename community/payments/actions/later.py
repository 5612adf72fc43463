"""Charges after the first, of a saved card: planned, tried, refused, put right by the payer, or given up.

A part is one payment at Stripe however often it is tried, so that trying again never takes it twice. Where the payer
puts it right in a Checkout, that is a payment of its own which stands for the failed one; should both be paid after
all, the one that came second goes back at once (`charging.settle`).
"""

from datetime import datetime, timedelta

from flask_babel import gettext as _

from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.core.events import emit
from community.core.ids import new_ref
from community.payments import books, queries, rules
from community.payments.facts import (
    ChargeComing,
    ChargeDue,
    ChargeFailed,
    ChargeGivenUp,
    ChargeUnwanted,
    CheckoutUnwanted,
    RecoveryEnds,
    RecoveryOpened,
)
from community.payments.models import Payment

_SAME = (
    "purpose", "subject", "payer", "payee", "payee_name", "currency", "mode", "account_id", "niche", "source",
    "fee_side", "customer_id", "payment_method",
)  # fmt: skip
_OPEN = ("new", "open", "closing")
_A_MINUTE = timedelta(minutes=1)


def plan_payment(
    first: Payment, *, amount: int, fee: int, kind: str, description: str, due_at: datetime | None, until: datetime
) -> Payment:
    """Write down a part (`amount`, `fee` of it the site's, minor units) that is charged at `due_at` to the card that
    `first` was paid with; None waits for `fall_due`. `until` is when it must be paid at the latest.
    """
    planned = Payment(
        ref=new_ref("pay"), amount=amount, fee=fee, kind=kind, description=description, status="due", refunded=0,
        disputed=0, manual=False, expires_at=until, **{name: getattr(first, name) for name in _SAME},
    )  # fmt: skip
    db.session.add(planned)
    db.session.flush()
    if due_at is not None:
        fall_due(planned, due_at, until)
    return planned


def fall_due(payment: Payment, at: datetime, until: datetime) -> None:
    """It is charged at `at`, and told of some days before. No-op on what is no longer planned."""
    if payment.status != "due":
        return
    payment.due_at = payment.next_try_at = at
    payment.expires_at = until
    emit(ChargeDue(payment.id), due=at)
    if at - rules.TELL_BEFORE > clock.now():
        emit(ChargeComing(payment.id), due=at - rules.TELL_BEFORE)


def begin_charge(payment_id: int) -> str:
    """Note that the card is asked now: "first" for a new attempt, "again" where one is under way (its answer may be
    lost), "" where there is nothing to charge.
    """
    payment = queries.locked(payment_id)
    if payment.status == "charging":
        return "again"
    now = clock.now()
    if payment.status not in {"due", "recovering"} or payment.next_try_at is None or payment.next_try_at > now:
        return ""
    putting_right = recovery_of(payment)
    if putting_right is not None:
        payment.next_try_at = putting_right.expires_at + _A_MINUTE
        emit(ChargeDue(payment.id), due=payment.next_try_at)
        return ""
    payment.status, payment.attempts, payment.next_try_at = "charging", payment.attempts + 1, None
    return "first"


def charge_refused(payment_id: int, code: str, intent: str | None = None) -> None:
    """The card was refused (`code` is Stripe's): the payer may put it right for a while, and where it may help the card
    is tried again. Once an attempt.
    """
    payment = queries.locked(payment_id)
    payment.intent_id = payment.intent_id or intent
    if payment.status != "charging":
        return
    now = clock.now()
    payment.status, payment.failure = "recovering", code
    if payment.recover_by is None:
        _wait_for_payer(payment)
    until = payment.recover_by or now
    again = now + rules.RETRY_CHARGE_AFTER
    if code not in rules.NEEDS_PAYER and payment.attempts < rules.MOST_ATTEMPTS and again < until:
        payment.next_try_at = again
        emit(ChargeDue(payment.id), due=again)


def _wait_for_payer(payment: Payment) -> None:
    payment.recover_by = rules.recover_by(clock.now(), payment.expires_at)
    emit(RecoveryEnds(payment.id), due=payment.recover_by)
    emit(ChargeFailed(payment.id))


def recovery_of(payment: Payment) -> Payment | None:
    """The Checkout in which the payer is putting a failed charge right."""
    return queries.recovery(payment.id, _OPEN)


def open_recovery(payment_id: int) -> Payment:
    """A payment that stands for the failed one, for the payer to make in a Checkout; the one that waits, if there is
    one. Raises `Refused("not_failed")` once there is nothing to put right, "charging" while the card is being asked.
    """
    failed = queries.locked(payment_id)
    known = recovery_of(failed)
    if known is not None:
        return known
    if failed.status == "charging":
        raise Refused("charging", _("Your card is being asked at this moment. Reload the page in a minute."))
    if failed.status != "recovering":
        raise Refused("not_failed", _("There is nothing to pay here any more. Your booking shows how it stands."))
    made = Payment(
        ref=new_ref("pay"), amount=failed.amount, fee=failed.fee, kind=failed.kind, description=failed.description,
        status="new", refunded=0, disputed=0, manual=False, expires_at=clock.now() + rules.CHECKOUT_LIFETIME,
        recovers_id=failed.id, **{name: getattr(failed, name) for name in _SAME},
    )  # fmt: skip
    made.payment_method = None
    db.session.add(made)
    db.session.flush()
    emit(RecoveryOpened(made.id))
    return made


def end_recovery(payment_id: int) -> None:
    """The payer did not put it right in time: nothing more is tried, and whose money it would be decides. Once."""
    payment = queries.locked(payment_id)
    if payment.status != "recovering" or payment.recover_by is None or payment.recover_by > clock.now():
        return
    putting_right = recovery_of(payment)
    if putting_right is not None:
        emit(RecoveryEnds(payment.id), due=putting_right.expires_at + _A_MINUTE)
        return
    _give_up(payment)
    emit(ChargeGivenUp(payment.id))


def wait_longer(payment: Payment) -> None:
    """Whose money it is gives the payer another while. Raises `Refused("not_given_up")`."""
    payment = queries.locked(payment.id)
    if payment.status != "given_up" or payment.recover_by is None or queries.recovery(payment.id, ("paid",)):
        raise Refused("not_given_up", _("This payment does not wait for you. Reload to see how it stands."))
    payment.status = "recovering"
    _wait_for_payer(payment)


def call_off(payment: Payment) -> None:
    """What it was for does not take place: a part that was not paid is not taken any more. Twice is once."""
    payment = queries.locked(payment.id)
    if payment.status in rules.LATER:
        _give_up(payment)
        payment.recover_by = None
        books.let_go(payment)
    elif payment.status in {"new", "open"} and payment.recovers_id is not None:
        payment.status = "closing"
        emit(CheckoutUnwanted(payment.id))


def _give_up(payment: Payment) -> None:
    began = payment.status in {"charging", "recovering"}
    payment.status, payment.next_try_at = "given_up", None
    if began:
        emit(ChargeUnwanted(payment.id))


def stands_for_failed(payment: Payment) -> bool:
    """A payment that was just made stands for a failed one, which is not wanted any more then. False where that was
    paid after all.
    """
    if payment.recovers_id is None:
        return True
    failed = queries.locked(payment.recovers_id)
    if failed.status == "paid":
        return False
    if failed.status != "given_up":
        _give_up(failed)
    return True
