"""Who books, and whether they may."""

from dataclasses import dataclass

from flask_babel import gettext as _

from community.accounts import queries as people
from community.accounts.models import Person
from community.bookings import queries, rules
from community.bookings.models import Order
from community.core.db import db
from community.core.errors import Refused
from community.core.ids import new_ref
from community.core.text import fold
from community.listings.models import Listing


@dataclass(frozen=True)
class Client:
    """Who books: as typed, and the browser's digest that the booking stays bound to until they sign in."""

    name: str
    email: str
    browser: str
    zone: str
    locale: str
    person: Person | None = None
    note: str = ""
    source: str = ""  # how they came: "own" by the practice's own link


def order_of(client: Client) -> Order:
    """What this client asks for at once."""
    return Order(
        ref=new_ref("o"),
        client_id=client.person.id if client.person else None,
        client=client.person,
        client_name=client.name,
        client_email=fold(client.email),
        browser=client.browser,
        locale=client.locale,
    )


def close_to_browser(order: Order) -> None:
    """It belongs to the account from here on; the browser alone no longer opens it."""
    order.browser = f"order:{order.id}"


def check(listing: Listing, client: Client) -> None:
    """Raise `Refused` where this client can't have it: "not_open", "own_listing", "suspended". Lock first."""
    _check_offer(listing, client)
    _check_standing(listing, client)


def _check_offer(listing: Listing, client: Client) -> None:
    db.session.refresh(listing)
    if client.person is not None and people.sanction(client.person, "suspend", "ban") is not None:
        raise Refused("suspended", _("Your account is suspended: you can't book at the moment."), 403)
    if not listing.is_public or listing.practice.suspended_at is not None:
        raise Refused("not_open", _("This can't be booked at the moment. Look for somebody else who offers it."))
    if client.person is not None and any(p.id == client.person.id for p in listing.practice.people):
        raise Refused("own_listing", _("This is your own listing: your clients book it."), 422)


def _check_standing(listing: Listing, client: Client) -> None:
    """Whom staff suspended, or a block keeps apart, does not book as a visitor under the same address either."""
    person = client.person or people.by_email(client.email)
    if person is None:
        return
    if people.sanction(person, "suspend", "ban") or people.are_apart(person.id, listing.practice.owner.id):
        raise Refused("not_open", _("This can't be booked at the moment. Look for somebody else who offers it."))


def check_limits(listing: Listing, client: Client) -> None:
    """Raise `Refused` where they hold too much, or let too much go: "hold_exists", "too_many_holds", "paused"."""
    live = queries.live_holds(browser=client.browser, email=fold(client.email))
    if any(booking.practice_id == listing.practice_id for booking in live):
        raise Refused("hold_exists", _("You are holding a time here already. Pay for it or let it go first."))
    if len({booking.order_id for booking in live}) >= rules.MOST_LIVE_HOLDS:
        raise Refused("too_many_holds", _("You are holding two times already. Pay for one or let it go first."))
    if queries.unpaid_lately(browser=client.browser) >= rules.UNPAID_BEFORE_PAUSE:
        raise Refused("paused", _("Three times you held were not paid for. Please try again in an hour."), 429)
