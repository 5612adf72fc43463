"""What a practice offers."""

from flask import Flask
from flask_babel import gettext as _

from community.core.locale import reader_locale
from community.core.money import format_money
from community.core.site import settings
from community.listings import rules
from community.listings.models import Listing


def paid(price: int) -> str:
    """A practice's price as the client pays it, fee included, as people write it; nothing is "Free"."""
    if price == 0:
        return str(_("Free"))
    return format_money(rules.all_in(price, settings().fee_basis_points), settings().currency, reader_locale())


def paid_from(listing: Listing) -> str:
    """The least a client can pay for a listing; "" while it has no lengths."""
    return paid(min(length.price for length in listing.lengths)) if listing.lengths else ""


def init_app(app: Flask) -> None:
    """Let templates write `{{ length.price|paid }}` and `{{ listing|paid_from }}`."""
    app.jinja_env.filters.update(paid=paid, paid_from=paid_from)
