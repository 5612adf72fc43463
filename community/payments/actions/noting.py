"""What staff did about money, and why. Each thing they do is written down in the transaction that does it."""

from typing import Any

from community.core.db import db
from community.payments.models import MoneyAction


def note_action(
    person_id: int,
    verb: str,
    subject: str,
    reason: str,
    *,
    amount: int | None = None,
    currency: str | None = None,
    **detail: Any,
) -> MoneyAction:
    """`subject` is what it was about ("payment:pay_…", "payout:po_…", "fee:…"); `amount` minor units of `currency`."""
    made = MoneyAction(
        person_id=person_id,
        verb=verb,
        subject=subject,
        reason=reason,
        amount=amount,
        currency=currency,
        detail=detail,
    )
    db.session.add(made)
    db.session.flush()
    return made
