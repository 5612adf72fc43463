"""The parts of a listing: lengths, packages, add-ons, pictures, the file. Rows that stay keep their ids."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from flask_babel import gettext as _

from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.core.events import emit
from community.core.site import settings
from community.listings import rules
from community.listings.facts import ListingChanged
from community.listings.models import Addon, Image, Length, Listing, Package


@dataclass(frozen=True)
class Picture:
    """A new picture: the name of its file, which is kept already, and what it shows in words."""

    file: str
    alt: str


@dataclass(frozen=True)
class PackageOffer:
    """One size of a project: price in minor units, days until delivery; the plan as in `Package.plan`, empty for all
    at booking.
    """

    title: str
    days: int
    price: int
    scope: str = ""
    plan: list[dict[str, Any]] = field(default_factory=list)


def set_lengths(listing: Listing, lengths: Sequence[tuple[int, int]]) -> None:
    """Replace the lengths; those that stay keep their row. Raises `Refused("lengths")` or `Refused("price")`."""
    wanted = dict(lengths)
    if len(wanted) != len(lengths) or len(wanted) > rules.MOST_LENGTHS:
        raise Refused("lengths", _("Up to four lengths, each once."), 422)
    _check_prices(*wanted.values())
    kept = [length for length in listing.lengths if length.minutes in wanted]
    for length in kept:
        length.price = wanted.pop(length.minutes)
    listing.lengths = kept + [Length(minutes=minutes, price=price) for minutes, price in wanted.items()]


def set_packages(listing: Listing, packages: Sequence[PackageOffer]) -> None:
    """Replace the packages, in order. Those no longer wanted stay out of sight: bookings were made of them.

    Raises `Refused`: "packages", "price", "plan" (no such parts, or one too small to be charged).
    """
    if len(packages) > rules.MOST_PACKAGES:
        raise Refused("packages", _("Up to three packages."), 422)
    _check_prices(*(one.price for one in packages))
    for wanted in packages:
        _check_plan(wanted)
    for position, (row, wanted) in enumerate(zip_longest(list(listing.packages), packages)):
        if wanted is None:
            row.active = False
            continue
        if row is None:
            row = Package()  # noqa: PLW2901 - one more than there were
            listing.packages.append(row)
        row.position, row.active = position, True
        row.title, row.scope, row.days = wanted.title, wanted.scope, wanted.days
        row.price, row.plan = wanted.price, [dict(part) for part in wanted.plan]


def set_addons(listing: Listing, addons: Sequence[tuple[str, int]]) -> None:
    """Replace the add-ons, (title, price in minor units) in order. Raises `Refused`: "addons", "price"."""
    if len(addons) > rules.MOST_ADDONS or not all(price for _title, price in addons):
        raise Refused("addons", _("Up to five add-ons, each with a price."), 422)
    _check_prices(*(price for _title, price in addons))
    rows = list(listing.addons)[: len(addons)]
    rows += [Addon() for _new in addons[len(rows) :]]
    for position, (row, (title, price)) in enumerate(zip(rows, addons, strict=True)):
        row.position, row.title, row.price = position, title, price
    listing.addons = rows


def set_pictures(listing: Listing, *, kept: dict[int, str], new: Sequence[Picture] = ()) -> list[str]:
    """Keep the pictures in `kept` (id → alternative text) and add `new` ones, in that order.

    Returns the names of files nobody needs any more; forget them once this is committed. Raises `Refused("pictures")`.
    """
    staying = [image for image in listing.images if image.id in kept]
    if len(staying) + len(new) > rules.MOST_IMAGES:
        raise Refused("pictures", _("Six pictures are the most."), 422)
    gone = [image.file for image in listing.images if image.id not in kept]
    for image in staying:
        image.alt = kept[image.id]
    added = [Image(file=one.file, alt=one.alt) for one in new]
    listing.images = staying + added
    for position, image in enumerate(listing.images):
        image.position = position
    changed(listing)
    return gone


def set_file(listing: Listing, *, file: str, name: str) -> None:
    """What a digital listing delivers from now on, to those who bought it before too. The file is kept already."""
    listing.file, listing.file_name = file, name
    changed(listing)


def changed(listing: Listing) -> None:
    """Note when, and announce it."""
    listing.changed_at = clock.now()
    db.session.flush()
    emit(ListingChanged(listing.id))


def _check_prices(*prices: int) -> None:
    if not all(rules.is_price(price, settings().currency) for price in prices):
        raise Refused("price", _("A price is nothing at all, or large enough to be charged."), 422)


def _check_plan(package: PackageOffer) -> None:
    if not package.plan:
        return
    if not rules.is_plan(package.plan) or not rules.can_be_charged(package.price, package.plan, settings().currency):
        text = _("The parts are 100% together, the first is due at booking, and each is large enough to be charged.")
        raise Refused("plan", text, 422)
