"""What a practice offers."""

from flask import Flask
from flask_babel import gettext as _

from community.core.locale import reader_locale
from community.core.money import format_money
from community.core.site import settings
from community.listings import pricing, rules, words
from community.listings.models import Listing
from community.payments.fees import FeeTerms


def paid(price: int, listing: Listing, source: str | None = None) -> str:
    """A price of a listing as the client pays it who came by `source` (None: the reader), fee included; nothing is
    "Free".
    """
    return _written(pricing.terms_of(listing, source), price)


def _written(terms: FeeTerms, price: int) -> str:
    if price == 0:
        return str(_("Free"))
    return format_money(terms.all_in(price), settings().currency, reader_locale())


def paid_from(listing: Listing) -> str:
    """The least a client can pay for a listing; "" while it has no price."""
    return "" if listing.least is None else _written(pricing.terms_of(listing), listing.least)


def init_app(app: Flask) -> None:
    """Let templates write `{{ length.price|paid(listing) }}`, `{{ listing|paid_from }}` and words about listings."""
    app.jinja_env.filters.update(
        paid=paid,
        paid_from=paid_from,
        kind_words=words.kind_words,
        unit_words=words.unit,
        plan_words=words.plan_words,
        package_lines=words.package_lines,
        policy_lines=words.policy_lines,
        size_words=words.size_words,
        file_bytes=rules.file_bytes,
    )
    app.jinja_env.globals.update(kind_icons=words.ICONS)
