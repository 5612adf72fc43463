"""`flask money check`: every posting against payments, refunds, transfers, reversals, disputes and payouts.

What each account ought to come to is worked out anew from those rows, in another way than it was posted, and held
against the ledger. All amounts are minor units.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from community.core.db import db
from community.core.money import pro_rata, step
from community.payments import ledger
from community.payments.models import LedgerTransaction, Payment, Payout, Posting, Refund, Transfer
from community.payments.payees import practice_of

Books = Mapping[str, int]


@dataclass(frozen=True)
class Gap:
    """Something that does not add up: which rule, about what, and both figures."""

    rule: str
    subject: str
    expected: object
    found: object

    def __str__(self) -> str:
        return f"{self.rule}: {self.subject}: expected {self.expected}, found {self.found}"


def gaps() -> list[Gap]:
    """Everything that does not add up; nothing, or something is very wrong."""
    return [*_transactions(), *_subjects(), *_whole()]


def _transactions() -> Iterator[Gap]:
    for gap in ledger.gaps():
        yield Gap("a transaction sums to zero", f"transaction {gap.transaction_id} {gap.currency}", 0, gap.amount)
    empty = select(LedgerTransaction.external_id).where(~LedgerTransaction.postings.any())
    for name in db.session.scalars(empty):
        yield Gap("a transaction moves something", name, "postings", 0)


def _subjects() -> Iterator[Gap]:
    booked = _booked()
    rows = select(Payment).options(
        selectinload(Payment.refunds),
        selectinload(Payment.disputes),
        selectinload(Payment.transfers).selectinload(Transfer.reversals),
    )
    for payment in db.session.scalars(rows.order_by(Payment.id)):
        found = booked.pop((f"payment:{payment.ref}", payment.currency), {})
        yield from _payment(payment, found)
    for payout in db.session.scalars(select(Payout).options(selectinload(Payout.account))):
        found = booked.pop((f"payout:{payout.ref}", payout.currency), {})
        yield from _payout(payout, found)
    for (subject, currency), found in sorted(booked.items()):
        yield Gap("postings are about something we know", f"{subject} {currency}", {}, found)


def _booked() -> dict[tuple[str, str], dict[str, int]]:
    """What the ledger says, by subject, currency and account."""
    query = select(LedgerTransaction.subject, Posting.currency, Posting.account, func.sum(Posting.amount))
    query = query.join(Posting.transaction).group_by(LedgerTransaction.subject, Posting.currency, Posting.account)
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for subject, currency, account, amount in db.session.execute(query):
        found[subject, currency][account] = int(amount)
    return dict(found)


def _payment(payment: Payment, found: Books) -> Iterator[Gap]:
    subject = f"payment:{payment.ref}"
    given = sum(refund.amount for refund in payment.refunds)
    if given != payment.refunded:
        yield Gap("refunds are counted", subject, payment.refunded, given)
    if given + payment.disputed > payment.amount:
        yield Gap("no more goes back than was paid", subject, payment.amount, given + payment.disputed)
    promised = {name: amount for name, amount in sorted(found.items()) if name.startswith("promised:") and amount}
    if payment.status in {"paid", "expired", "released"} and promised:
        yield Gap("promises are settled", subject, {}, promised)
    if payment.status != "paid":
        posted = {name: amount for name, amount in sorted(found.items()) if amount and name not in promised}
        if posted:
            yield Gap("nothing is posted before it is paid", subject, {}, posted)
        return
    ought = _direct(payment) if payment.mode == "direct" else _platform(payment, found)
    payees = {name: amount for name, amount in found.items() if practice_of(name) is not None}
    others = {name: amount for name, amount in found.items() if name not in payees and name not in promised}
    yield from _accounts("payment", subject, ought, others)
    owed, has = -sum(ought.values()), sum(payees.values())
    if has != owed:
        yield Gap("what is owed of a payment", subject, owed, has)
    yield from _transfers(payment, found)


def _accounts(what: str, subject: str, ought: Books, found: Books) -> Iterator[Gap]:
    """Every account that either of them names comes to the same in both."""
    for name in sorted({*ought, *found}):
        if ought.get(name, 0) != found.get(name, 0):
            yield Gap(f"{name} of a {what}", subject, ought.get(name, 0), found.get(name, 0))


def _platform(payment: Payment, found: Books) -> dict[str, int]:
    """Every account of ours, and those of the payees' accounts at Stripe; what is left is owed."""
    kept = payment.stripe_fee or 0
    back = sum(one.amount for one in payment.refunds)
    done = sum(one.amount for one in payment.refunds if one.status in {"pending", "done"})
    taken, costs = sum(one.taken for one in payment.disputes), sum(one.fee for one in payment.disputes)
    lost = sum(one.taken for one in payment.disputes if one.outcome == "lost")
    shared = min(lost, payment.amount - back)
    out, under_way, returned = 0, 0, 0
    theirs: dict[str, int] = defaultdict(int)
    for transfer in payment.transfers:
        came = sum(one.amount for one in transfer.reversals if one.status == "done")
        under_way += transfer.amount if transfer.status == "sending" else 0
        if transfer.status == "sent":
            out, returned = out + transfer.amount, returned + came
            theirs[transfer.payee] += transfer.amount - came
    ought = {
        "stripe": payment.amount - kept - done - taken - costs - out + returned,
        "costs:stripe": kept,
        "fees": -(payment.fee - _back(payment, back + shared)),
        "refunds": -(back - done),
        "disputes": taken - lost,
        "costs:disputes": costs + lost - shared,
        "transfers": -under_way,
        "recovered": found.get("recovered", 0),
    }
    for payee, amount in theirs.items():
        ought |= {f"at:{payee}": amount, f"theirs:{payee}": -amount}
    return ought


def _back(payment: Payment, amount: int) -> int:
    """What the fee gives of `amount` that went back, in tens where charges are, all of it with the last."""
    if amount == payment.amount:
        return payment.fee
    by = step(payment.currency)
    return pro_rata(amount, payment.amount, payment.fee // by) * by


def _direct(payment: Payment) -> dict[str, int]:
    """The payee has it all but our fee, and bears what comes after."""
    kept, back = payment.stripe_fee or 0, sum(one.amount for one in payment.refunds)
    done = sum(one.amount for one in payment.refunds if one.status in {"pending", "done"})
    fee_given = sum(one.fee for one in payment.refunds if one.stripe_id is not None)
    fee_back = _back(payment, back)
    disputes = sum(one.taken + one.fee for one in payment.disputes)
    return {
        "stripe": payment.fee - fee_given,
        "fees": -(payment.fee - fee_back),
        "refunds": -(back - done),
        f"at:{payment.payee}": payment.amount - payment.fee - kept - done + fee_given - disputes,
        f"theirs:{payment.payee}": -(payment.amount - payment.fee) + kept + back - fee_back + disputes,
    }


def _transfers(payment: Payment, found: Books) -> Iterator[Gap]:
    """No transfer beyond what was owed, every reversal counted, and no debt that nobody goes after."""
    for transfer in payment.transfers:
        back = sum(one.amount for one in transfer.reversals if one.status in {"owed", "done"})
        if back != transfer.reversed:
            yield Gap("reversals are counted", f"transfer:{transfer.ref}", transfer.reversed, back)
        owed = sum(one.amount for one in transfer.reversals if one.status == "owed")
        failed = any(one.status == "failed" for one in transfer.reversals)
        left = transfer.amount - transfer.reversed if transfer.status == "sent" and not failed else 0
        debt = found.get(transfer.payee, 0) - owed
        if debt > 0 and left > 0:
            yield Gap("what was transferred too much is called back", f"transfer:{transfer.ref}", 0, debt)
    went = sum(one.amount + one.recovered for one in payment.transfers if one.status != "due")
    if went > payment.amount - payment.fee:
        yield Gap("no transfer over what was owed", f"payment:{payment.ref}", payment.amount - payment.fee, went)


def _payout(payout: Payout, found: Books) -> Iterator[Gap]:
    came_back = payout.status in {"wanted", "refused", "failed", "canceled"}
    amount = 0 if came_back else payout.amount
    names = (f"at:{payout.account.payee}", f"bank:{payout.account.payee}") if payout.account else ("stripe", "bank")
    ought = {names[0]: -amount, names[1]: amount}
    yield from _accounts("payout", f"payout:{payout.ref}", ought, found)


def _whole() -> Iterator[Gap]:
    """What must hold over all of it, whatever the single rows say."""
    for currency in db.session.scalars(select(Posting.currency).distinct().order_by(Posting.currency)):
        booked = ledger.balances(currency)
        if booked.get("recovered"):
            yield Gap("debts are kept from what was owed", currency, 0, booked["recovered"])
        due = select(func.sum(Refund.amount)).join(Refund.payment)
        promised = -_sum(due.where(Payment.currency == currency, Refund.status.not_in(("pending", "done"))))
        if booked.get("refunds", 0) != promised:
            yield Gap("what is promised back", currency, promised, booked.get("refunds", 0))
        kept = _sum(select(func.sum(Transfer.recovered)).where(Transfer.currency == currency))
        posted = select(func.sum(Posting.amount)).join(Posting.transaction).where(Posting.currency == currency)
        paid_by = posted.where(LedgerTransaction.kind == "debt_kept", Posting.account == "recovered")
        recovered = -_sum(paid_by.where(Posting.amount < 0))
        if kept != recovered:
            yield Gap("debts kept are counted", currency, kept, recovered)


def _sum(query: Select[int]) -> int:
    return int(db.session.scalar(query) or 0)
