"""Promo codes: made, looked up, held with a payment, used once it is paid, free again when it is not.

Amounts are minor units. A use is counted in the code's own row, which is locked first; the database refuses one more
than there are, and a second one of the same payer where everybody has it once.
"""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from community.core import clock
from community.core.db import db, savepoint
from community.core.errors import Refused
from community.core.money import minimum, share, whole
from community.payments.models import Payment, PromoCode, PromoRedemption

LONGEST = 24
MOST_BASIS_POINTS = 9000  # what is free needs no code


def normal(typed: str) -> str:
    """A code as compared: upper case, no spaces."""
    return "".join(typed.split()).upper()


def make_code(
    payee: str,
    typed: str,
    *,
    basis_points: int | None = None,
    amount: int | None = None,
    currency: str | None = None,
    least: int = 0,
    most: int | None = None,
    once_each: bool = False,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> PromoCode:
    """A new code of a payee's, off its price: a share or an amount. Raises `Refused("code_taken")`."""
    code = normal(typed)
    if db.session.scalar(select(PromoCode.id).where(PromoCode.payee == payee, PromoCode.code == code)):
        raise Refused("code_taken", _("You have had a code of this name. Choose another one."), 422)
    made = PromoCode(
        payee=payee, code=code, basis_points=basis_points, amount=amount,
        currency=currency if amount is not None else None, least=least, most=most, uses=0, once_each=once_each,
        starts_at=starts_at or clock.now(), ends_at=ends_at,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def end_code(code: PromoCode) -> None:
    """Nobody can use it any more; what was booked with it stays as it is. Twice is once."""
    code.ended_at = code.ended_at or clock.now()


def find_code(payee: str, typed: str, *, price: int, currency: str, payer: str = "") -> PromoCode:
    """The code that takes something off `price`. Raises `Refused`, each in words that say what to do: "promo_unknown",
    "promo_over", "promo_early", "promo_used", "promo_yours", "promo_least", "promo_too_much".
    """
    query = select(PromoCode).where(PromoCode.payee == payee, PromoCode.code == normal(typed))
    found = db.session.scalar(query)
    if found is None or (found.currency or currency) != currency:
        raise _no("promo_unknown", _("There is no such code here. Look at its spelling, or go on without it."))
    now = clock.now()
    if found.ended_at is not None or (found.ends_at is not None and found.ends_at <= now):
        raise _no("promo_over", _("This code has ended. Leave the field empty to go on without it."))
    if found.starts_at > now:
        raise _no("promo_early", _("This code does not hold yet. Come back when it begins, or go on without it."))
    if found.most is not None and found.uses >= found.most:
        raise _no("promo_used", _("This code has been used as often as it may be. Go on without it."))
    if found.once_each and payer and _is_spent(found, payer):
        raise _yours()
    if price < found.least:
        raise _no("promo_least", _("This code holds for more than this costs. Choose more, or go on without it."))
    if price - discount(found, price, currency) < minimum(currency):
        raise _no("promo_too_much", _("This code takes off more than this costs. Choose more, or go on without it."))
    return found


def _no(code: str, text: str) -> Refused:
    return Refused(code, text, 422)


def _yours() -> Refused:
    return _no("promo_yours", _("You have used this code before, and it holds once for everybody. Go on without it."))


def _is_spent(code: PromoCode, payer: str) -> bool:
    query = select(PromoRedemption.id).where(
        PromoRedemption.promo_code_id == code.id, PromoRedemption.once_for == payer, PromoRedemption.status != "void"
    )
    return db.session.scalar(query) is not None


def discount(code: PromoCode, price: int, currency: str) -> int:
    """What a code takes off a price, never more than it."""
    off = code.amount if code.amount is not None else share(price, code.basis_points or 0)
    return min(price, whole(off, currency))


def take_code(code: PromoCode, payment: Payment, off: int) -> None:
    """Hold one use of a code with a payment. Raises `Refused` when somebody else took the last one meanwhile."""
    locked = db.session.get_one(PromoCode, code.id, with_for_update=True, populate_existing=True)
    if locked.most is not None and locked.uses >= locked.most:
        raise _no("promo_used", _("This code has been used as often as it may be. Go on without it."))
    once_for = payment.payer if locked.once_each else None
    try:
        with savepoint():
            locked.uses += 1
            db.session.add(
                PromoRedemption(
                    promo_code_id=locked.id,
                    payment_id=payment.id,
                    payer=payment.payer,
                    once_for=once_for,
                    amount=off,
                    status="held",
                )
            )
            db.session.flush()
    except IntegrityError as error:
        raise _yours() from error


def code_used(payment: Payment) -> None:
    """The payment was made: its code is used. One that came late counts too, where there is a use left."""
    held = _of(payment)
    if held is None or held.status == "used":
        return
    if held.status == "void":
        code = db.session.get_one(PromoCode, held.promo_code_id, with_for_update=True, populate_existing=True)
        taken = held.once_for is not None and _is_spent(code, held.once_for)
        if taken or (code.most is not None and code.uses >= code.most):
            return
        code.uses += 1
    held.status = "used"


def code_free(payment: Payment) -> None:
    """The payment came to nothing: its use is free again. Twice is once."""
    held = _of(payment)
    if held is None or held.status != "held":
        return
    code = db.session.get_one(PromoCode, held.promo_code_id, with_for_update=True, populate_existing=True)
    held.status, code.uses = "void", code.uses - 1


def _of(payment: Payment) -> PromoRedemption | None:
    if not payment.discount:
        return None
    return db.session.scalar(select(PromoRedemption).where(PromoRedemption.payment_id == payment.id))
