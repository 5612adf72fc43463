"""Changing retainers. Lock order: practice, retainer, subscription, payment, ledger.

How one stands follows its subscription (`following`); what somebody does about it goes to Stripe first, but for ending
it at once, which is ours to decide and is carried out at Stripe by a delivery.
"""

from collections.abc import Sequence

from flask_babel import gettext as _

from community.accounts.models import Person
from community.availability import actions as availability
from community.bookings.actions import clients, drafts
from community.bookings.actions.clients import Client
from community.bookings.retainers import queries, steps
from community.bookings.retainers.models import LIVE, Retainer
from community.core.db import db
from community.core.errors import Refused
from community.core.ids import new_ref
from community.core.site import settings
from community.core.text import fold
from community.listings.models import Listing
from community.listings.pricing import terms_of
from community.payments import payees
from community.payments.billing import actions as billing
from community.payments.queries import may_be_paid


def begin(listing: Listing, *, answers: Sequence[tuple[str, str]], client: Client) -> Retainer:
    """Take a client's place and open the monthly payment; where we take no money it begins at once.

    Raises `Refused`: "full", "places_full", "have_it", "not_open", "own_listing", "answers", "not_payable".
    """
    availability.lock_practices(listing.practice_id)
    clients.check(listing, client)
    _check_room(listing, client)
    made = _made(listing, client, answers)
    if made.mode != "off":
        _ask(made, listing)
    db.session.add(made)
    db.session.flush()
    steps.take_place(made)
    steps.log(made, "hold", "client", client.person)
    if made.mode == "off":
        steps.start(made, "client")
    return made


def _check_room(listing: Listing, client: Client) -> None:
    if not listing.price:
        raise Refused("not_open", _("This can't be booked at the moment. Ask the practice."))
    had = queries.had_by(listing.id, email=fold(client.email), browser=client.browser)
    if had is not None:
        if had.state == "held" and had.order.browser == client.browser:
            text = _("You have begun this already: the payment page is open. Go on there, or let it go first.")
            raise Refused("have_it", text, 409, {"retainer": had.ref})
        raise Refused("have_it", _("There is one under this address already. You find it among your bookings."))
    if listing.clients_most is not None and queries.taken(listing.id) >= listing.clients_most:
        raise Refused("full", _("All places are taken at the moment. Ask the practice when one becomes free."))


def _made(listing: Listing, client: Client, answers: Sequence[tuple[str, str]]) -> Retainer:
    price, terms = listing.price or 0, terms_of(listing, client.source)
    whole, on_top = terms.fee(price), terms.on_top(price)
    return Retainer(
        ref=new_ref("r"), order=clients.order_of(client), listing=listing, listing_id=listing.id,
        practice=listing.practice, practice_id=listing.practice_id, state="held", price=price, fee=on_top,
        commission=whole - on_top, total=price + on_top, currency=settings().currency, mode=settings().money_mode,
        source=client.source, title=listing.title, scope=listing.scope,
        answers=drafts.answers(listing, tuple(answers)), note=client.note, zone=client.zone,
    )  # fmt: skip


def _ask(made: Retainer, listing: Listing) -> None:
    payee = payees.of_practice(made.practice_id)
    if not may_be_paid(payee, made.mode):
        raise Refused("not_payable", _("This practice can't take payments yet. Ask them, or look for somebody else."))
    made.subscription = billing.open_subscription(
        subject=f"order:{made.order.ref}",
        payer=made.order.client_email,
        payee=payee,
        payee_name=listing.practice.name,
        amount=made.total,
        fee=made.fee + made.commission,
        fee_side="practice" if made.commission else "client",
        currency=made.currency,
        description=listing.title,
        mode=made.mode,
        niche=listing.niche.slug,
        source=made.source,
    )


def lock(retainer_id: int) -> Retainer:
    """The retainer with its practice and itself locked, in the house's order."""
    availability.lock_practices(queries.get(retainer_id).practice_id)
    return queries.locked(retainer_id)


def wish(retainer: Retainer, *, side: str, by: Person | None, reason: str = "") -> None:
    """Note who is about to end it with the month, or to let it go on; what Stripe says then counts. Raises
    `Refused("over")`.
    """
    if retainer.state not in LIVE:
        raise Refused("over", _("This is over already. Reload the page to see how it stands."))
    retainer.ended_by, retainer.ended_by_id, retainer.reason = side, by.id if by else None, reason


def end_now(retainer: Retainer, *, side: str, by: Person | None, reason: str = "", back: str = "unused") -> int:
    """End it at once. The practice's and staff's end gives the unused days back, which is returned in minor units; a
    client can do so while a month is unpaid, when there is nothing to give back. Raises `Refused`: "over", "not_yours".
    """
    if side == "client" and retainer.mode != "off" and retainer.state != "past_due":
        raise Refused("not_yours", _("It is paid until the end of the month: let it end then."), 409)
    wish(retainer, side=side, by=by, reason=reason)
    if retainer.subscription is None:
        steps.end(retainer, None)
        return 0
    return billing.end_now(retainer.subscription, zone=retainer.practice.zone, why=f"ended by {side}", back=back)


def let_go(retainer: Retainer) -> None:
    """Begin to end a hold: its Checkout is closed at Stripe first; only then the place is free."""
    if retainer.state == "held" and retainer.subscription is not None:
        billing.closing(retainer.subscription)
