"""What happens to one payment, as transactions of the ledger: each posted once, by an id of its own."""

from collections.abc import Iterable

from community.core.money import step
from community.payments import ledger, rules
from community.payments.models import Dispute, Payment, Payout, Refund, Reversal, Transfer
from community.payments.payees import practice_of
from community.payments.terms import BalanceEntry


def subject_of(payment: Payment) -> str:
    """The name that all postings about a payment go by."""
    return f"payment:{payment.ref}"


def _post(
    payment: Payment, external_id: str, kind: str, postings: Iterable[tuple[str, int]], entry: str | None = None
) -> bool:
    """True when it was posted, False when it had been, or where nothing moves."""
    made = ledger.post(
        external_id=external_id,
        kind=kind,
        subject=subject_of(payment),
        currency=payment.currency,
        postings=postings,
        balance_transaction=entry,
    )
    return made is not None


def charged(payment: Payment, stripe_fee: int | None) -> None:
    """It was paid; Stripe kept `stripe_fee` (minor units). A share agreed before is owed from now on."""
    postings = rules.payment_postings(amount=payment.amount, fee=payment.fee, payee=payment.payee, mode=payment.mode)
    _post(payment, f"charge:{payment.ref}", "payment", postings)
    stripe_kept(payment, stripe_fee)
    if promises := rules.promises_kept_postings(ledger.of_subject(subject_of(payment))):
        _post(payment, f"promises:{payment.ref}", "hand_over", promises)


def stripe_kept(payment: Payment, stripe_fee: int | None) -> None:
    """Stripe's fee of it, minor units, once it is known; by its balance transaction."""
    if stripe_fee:
        postings = rules.stripe_fee_postings(stripe_fee, payee=payment.payee, mode=payment.mode)
        _post(payment, f"fee:{payment.ref}", "stripe_fee", postings)


def let_go(payment: Payment) -> None:
    """It was never taken: what was promised of it is void."""
    if promises := rules.promises_void_postings(ledger.of_subject(subject_of(payment))):
        _post(payment, f"promises:{payment.ref}", "hand_over_void", promises)


def fee_to_give_back(payment: Payment, amount: int) -> int:
    """The part of `amount` (minor units), about to go back, that the site's fee gives: pro rata of all that went back
    so far, lost disputes included.
    """
    return _fee_part(payment, amount, before=payment.refunded + lost(payment))


def _fee_part(payment: Payment, amount: int, *, before: int) -> int:
    back = payment.fee + ledger.of_subject(subject_of(payment)).get("fees", 0)
    return rules.refund_fee(
        amount=amount,
        paid=payment.amount,
        fee=payment.fee,
        refunded=before,
        fee_refunded=back,
        step=step(payment.currency),
    )


def lost(payment: Payment, *, besides: Dispute | None = None) -> int:
    """What lost disputes took of a payment in platform mode, minor units, never more than is left beside its refunds.
    In direct mode the fee knows nothing of disputes.
    """
    if payment.mode == "direct":
        return 0
    taken = sum(one.taken for one in payment.disputes if one.outcome == "lost" and one is not besides)
    return min(payment.amount - payment.refunded, taken)


def refund_owed(payment: Payment, refund: Refund) -> None:
    """A part of it is promised back, at the cost of whoever is its payee now."""
    postings = rules.refund_owed_postings(amount=refund.amount, fee=refund.fee, payee=payment.payee, mode=payment.mode)
    _post(payment, f"refund-owed:{refund.ref}", "refund_owed", postings)


def _done(payment: Payment, refund: Refund, fee: int) -> rules.Entries:
    return rules.refund_done_postings(refund.amount, fee=fee, payee=payment.payee, mode=payment.mode)


def refunded(payment: Payment, refund: Refund, fee_entry: str | None) -> None:
    """The promised part went back, our fee with the first attempt that Stripe takes. Call before it is named."""
    fee = refund.fee if refund.stripe_id is None else 0
    entry = refund.balance_transaction if payment.mode == "platform" else fee_entry
    _post(payment, _attempt("refund", refund), "refund", _done(payment, refund, fee), entry)


def refund_undone(payment: Payment, refund: Refund, entry: str | None) -> None:
    """It came back: the payer's bank did not take it. It is still promised. What we gave of our fee in direct mode is
    with the practice's account and stays there for the next attempt.
    """
    postings = rules.undone(_done(payment, refund, 0))
    entry = entry if payment.mode == "platform" else None
    _post(payment, _attempt("refund-failed", refund), "refund_failed", postings, entry)


def _attempt(name: str, refund: Refund) -> str:
    return f"{name}:{refund.ref}" + (f":{refund.attempt}" if refund.attempt > 1 else "")


def owed(payment: Payment) -> int:
    """What its payee has of it, minor units: less what went back, less what they pass on. Of an authorised payment,
    what they will have.
    """
    balances = ledger.of_subject(subject_of(payment))
    if payment.status == "paid":
        return -balances.get(payment.payee, 0)
    return payment.amount - payment.fee - balances.get(rules.promised(payment.payee), 0)


def owed_on(payment: Payment, payee: str) -> int:
    """What a payee has of one payment, minor units; negative where they owe us."""
    return -ledger.of_subject(subject_of(payment)).get(payee, 0)


def payees(payment: Payment) -> list[str]:
    """Who has a part of a payment that is still with us."""
    found = ledger.of_subject(subject_of(payment))
    return sorted(name for name, amount in found.items() if amount < 0 and practice_of(name) is not None)


def debts(payee: str, currency: str, *, besides: Iterable[str]) -> dict[str, int]:
    """What a payee owes us in `currency`, by subject, minor units."""
    left_out, every = set(besides), ledger.by_subject(payee, currency)
    return {name: amount for name, amount in every.items() if amount > 0 and name not in left_out}


def handed_over(payment: Payment, *, to: str, share: int) -> None:
    """All that its payee has of it but `share` (minor units) goes over. Call before the payee is changed."""
    nth = ledger.count(subject_of(payment), "hand_over") + 1
    if payment.status == "paid":
        postings = rules.hand_over_postings(first=payment.payee, second=to, amount=owed(payment) - share)
    else:
        passed_on = payment.amount - payment.fee - owed(payment)
        postings = rules.promise_postings(first=payment.payee, second=to, share=passed_on + share)
    _post(payment, f"hand-over:{payment.ref}:{nth}", "hand_over", postings)


def transfer_reserved(transfer: Transfer) -> None:
    """It is on its way, so that nothing else counts on it."""
    postings = rules.transfer_reserved_postings(payee=transfer.payee, amount=transfer.amount)
    _post(transfer.payment, f"transfer-begun:{transfer.ref}:{transfer.attempt}", "transfer_begun", postings)


def transfer_void(transfer: Transfer) -> None:
    """It was refused: what was reserved is owed as before."""
    postings = rules.undone(rules.transfer_reserved_postings(payee=transfer.payee, amount=transfer.amount))
    _post(transfer.payment, f"transfer-void:{transfer.ref}:{transfer.attempt}", "transfer_void", postings)


def transfer_sent(transfer: Transfer) -> None:
    """It is on the payee's account."""
    postings = rules.transfer_sent_postings(payee=transfer.payee, amount=transfer.amount)
    _post(transfer.payment, f"transfer:{transfer.ref}", "transfer", postings, transfer.balance_transaction)


def debt_kept(transfer: Transfer, subject: str, amount: int) -> None:
    """A debt of the payee from `subject` is settled out of this transfer: the subjects pay each other."""
    postings = rules.debt_kept_postings(payee=transfer.payee, amount=amount)
    name = f"kept:{transfer.ref}:{transfer.attempt}:{subject.removeprefix('payment:')}"
    _post(transfer.payment, f"{name}:from", "debt_kept", rules.undone(postings))
    ledger.post(
        external_id=f"{name}:to", kind="debt_kept", subject=subject, currency=transfer.currency, postings=postings
    )


def reversed(reversal: Reversal) -> None:  # noqa: A001 - books.reversed(...) reads well
    """A part of a transfer is with us again."""
    transfer = reversal.transfer
    postings = rules.reversal_postings(payee=transfer.payee, amount=reversal.amount)
    _post(transfer.payment, f"reversal:{reversal.ref}", "reversal", postings, reversal.balance_transaction)


def dispute_moved(payment: Payment, dispute: Dispute, entry: BalanceEntry) -> bool:
    """The bank took something, or gave it back. True when that is news."""
    postings = rules.dispute_moved_postings(amount=entry.amount, fee=entry.fee, payee=payment.payee, mode=payment.mode)
    name = entry.id if payment.mode == "platform" else None
    return _post(payment, f"dispute:{dispute.stripe_id}:{entry.id}", "dispute", postings, name)


def dispute_lost(payment: Payment, dispute: Dispute) -> None:
    """It is over and the bank keeps it: shared as a refund of what is left would be. Call once it has its outcome."""
    before = payment.refunded + lost(payment, besides=dispute)
    amount = max(0, min(dispute.taken, payment.amount - before))
    fee = _fee_part(payment, amount, before=before)
    postings = rules.dispute_lost_postings(amount=amount, fee=fee, payee=payment.payee, excess=dispute.taken - amount)
    _post(payment, f"dispute-lost:{dispute.stripe_id}", "dispute_lost", postings)


def paid_out(payout: Payout, came_back: str | None = None) -> None:
    """A payout left a balance at Stripe, or came back by the balance transaction `came_back`."""
    payee = payout.account.payee if payout.account else None
    postings = rules.payout_postings(amount=payout.amount, payee=payee)
    subject = f"payout:{payout.ref}"
    names = [("payout", postings)]
    if payout.status in {"failed", "canceled"}:
        names.append(("payout-failed", rules.undone(postings)))
    for name, entries in names:
        ledger.post(
            external_id=f"{name}:{payout.ref}",
            kind=name.replace("-", "_"),
            subject=subject,
            currency=payout.currency,
            postings=entries,
            balance_transaction=None if payee else (payout.balance_transaction if name == "payout" else came_back),
        )
