"""A promo code on what is booked: what it takes off each booking, and its use held with the payment. Minor units."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from community.bookings.choices import Choice
from community.core.db import db
from community.core.errors import Refused
from community.core.money import step
from community.core.site import settings
from community.core.text import fold
from community.listings.models import Listing, Package
from community.payments import actions as payments
from community.payments import payees, rules
from community.payments.models import Payment, PromoCode


@dataclass(frozen=True)
class Promo:
    """A code that holds, and what it takes off each booking, in order."""

    code: PromoCode
    off: tuple[int, ...]


def prices(listing: Listing, choice: Choice) -> list[int]:
    """The practice's price of each booking of a choice, with what is added; nothing where it is not on offer."""
    found: list[int | None] = []
    if listing.kind == "session":
        length = listing.length(choice.minutes or 0)
        found = [length.price] * len(set(choice.starts)) if length else []
    elif listing.kind == "project":
        package = db.session.get(Package, choice.package_id or 0)
        found = [package.price] if package is not None and package.listing_id == listing.id else []
    elif listing.kind in {"workshop", "digital"}:
        found = [listing.price]
    known = [price for price in found if price is not None]
    if known:
        known[0] += sum(one.price for one in listing.addons if one.id in choice.addons)
    return known


def priced(listing: Listing, choice: Choice, payer: str = "") -> Promo | None:
    """What the code of a choice takes off; None without a code. Raises `Refused` where it does not hold."""
    if not choice.promo.strip():
        return None
    known, currency = prices(listing, choice), settings().currency
    whole = sum(known)
    if not whole or settings().money_mode == "off":
        raise Refused("promo_free", _("Nothing is paid here, so there is nothing to take off. Leave it empty."), 422)
    code = payments.find_code(
        payees.of_practice(listing.practice_id), choice.promo, price=whole, currency=currency, payer=fold(payer)
    )
    by = step(currency)
    parts = rules.split(payments.discount(code, whole, currency) // by, known)
    return Promo(code, tuple(part * by for part in parts))


def noted(promo: Promo | None, off: int) -> dict[str, Any]:
    """What is frozen into a booking."""
    return {"promo": {"code": promo.code.code, "off": off}} if promo and off else {}


def take(promo: Promo | None, payment: Payment) -> None:
    """Hold a use of it. Raises `Refused` when the last one is gone meanwhile."""
    if promo is not None and payment.discount:
        payments.take_code(promo.code, payment, payment.discount)
