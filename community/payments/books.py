"""What happens to one payment, as transactions of the ledger: each posted once, by an id of its own."""

from collections.abc import Iterable

from community.payments import ledger, rules
from community.payments.models import Payment, Refund


def _subject(payment: Payment) -> str:
    return f"payment:{payment.ref}"


def _post(payment: Payment, external_id: str, kind: str, postings: Iterable[tuple[str, int]]) -> None:
    ledger.post(
        external_id=external_id,
        kind=kind,
        subject=_subject(payment),
        currency=payment.currency,
        postings=postings,
    )


def charged(payment: Payment, stripe_fee: int | None) -> None:
    """It was paid; Stripe kept `stripe_fee` (minor units). A share agreed before is owed from now on."""
    postings = rules.payment_postings(amount=payment.amount, fee=payment.fee, payee=payment.payee)
    _post(payment, f"charge:{payment.ref}", "payment", postings)
    if stripe_fee:
        _post(payment, f"fee:{payment.ref}", "stripe_fee", rules.stripe_fee_postings(stripe_fee))
    if promises := rules.promises_kept_postings(ledger.of_subject(_subject(payment))):
        _post(payment, f"promises:{payment.ref}", "hand_over", promises)


def let_go(payment: Payment) -> None:
    """It was never taken: what was promised of it is void."""
    if promises := rules.promises_void_postings(ledger.of_subject(_subject(payment))):
        _post(payment, f"promises:{payment.ref}", "hand_over_void", promises)


def refund_owed(payment: Payment, refund: Refund) -> None:
    """A part of it is promised back, at the cost of whoever is its payee now."""
    postings = rules.refund_owed_postings(amount=refund.amount, fee=refund.fee, payee=payment.payee)
    _post(payment, f"refund-owed:{refund.ref}", "refund_owed", postings)


def refunded(payment: Payment, refund: Refund) -> None:
    """The promised part went back."""
    _post(payment, f"refund:{refund.ref}", "refund", rules.refund_done_postings(refund.amount))


def owed(payment: Payment) -> int:
    """What its payee has of it, minor units: less what went back, less what they pass on. Of an authorised payment,
    what they will have.
    """
    balances = ledger.of_subject(_subject(payment))
    if payment.status == "paid":
        return -balances.get(payment.payee, 0)
    return payment.amount - payment.fee - balances.get(rules.promised(payment.payee), 0)


def handed_over(payment: Payment, *, to: str, share: int) -> None:
    """All that its payee has of it but `share` (minor units) goes over. Call before the payee is changed."""
    nth = ledger.count(_subject(payment), "hand_over") + 1
    if payment.status == "paid":
        postings = rules.hand_over_postings(first=payment.payee, second=to, amount=owed(payment) - share)
    else:
        passed_on = payment.amount - payment.fee - owed(payment)
        postings = rules.promise_postings(first=payment.payee, second=to, share=passed_on + share)
    _post(payment, f"hand-over:{payment.ref}:{nth}", "hand_over", postings)
