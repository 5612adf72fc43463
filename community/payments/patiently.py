"""Money waits for a payee whom Stripe does not pay yet: reminders, and in the end it goes back to whom it came from."""

from community.core import clock
from community.core.db import writing
from community.core.events import emit, prepare
from community.payments import actions, left_over, queries, rules
from community.payments.facts import PayeeNeverPayable, PayeeReminded


def wait_on(account_id: int) -> None:
    """Remind the payee where it is time, and give back what has waited for sixty days. Twice is once."""
    with writing():
        waits = _remind(account_id)
    if not waits:
        return
    for payment_id in _too_long(account_id):
        with writing():
            _give_back(payment_id)


def _remind(account_id: int) -> bool:
    """True while anything waits."""
    account = queries.account_by_id(account_id, lock=True)
    if account.is_payable or account.waiting_since is None:
        return False
    waited = clock.now() - account.waiting_since
    nth = sum(1 for span in rules.REMIND_AFTER if waited >= span)
    if nth > account.reminders:
        account.reminders, account.reminded_at = nth, clock.now()
        if queries.owed_to(account.payee) > 0:
            emit(PayeeReminded(account.id, nth))
    return True


def _too_long(account_id: int) -> list[int]:
    with writing():
        account = queries.account_by_id(account_id)
        return list(left_over.payments_never_passed_on(account.payee, clock.now() - rules.GIVE_BACK_AFTER))


def _give_back(payment_id: int) -> None:
    """What was bought is ended first, by whoever sold it; what is left of the payment goes back then."""
    prepare(PayeeNeverPayable(payment_id))
    payment = queries.locked(payment_id)
    if payment.status != "paid" or payment.refunded + payment.disputed >= payment.amount:
        return
    emit(PayeeNeverPayable(payment_id))
    left = payment.amount - payment.refunded - payment.disputed
    if left > 0:
        actions.owe_refund(payment, amount=left, reason="not payable")
