"""Changing listings. Every change announces `ListingChanged`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.core.events import emit
from community.core.ids import new_ref
from community.core.site import settings
from community.core.text import slugify
from community.listings import queries, rules
from community.listings.facts import ListingChanged
from community.listings.models import Image, Length, Listing
from community.profiles.models import Practice


@dataclass(frozen=True)
class Picture:
    """A new picture: the name of its file, which is kept already, and what it shows in words."""

    file: str
    alt: str


def create(practice: Practice, *, title: str, lengths: Sequence[tuple[int, int]] = (), **values: Any) -> Listing:
    """A draft. `lengths` are (minutes, price in minor units). Raises `Refused` for lengths or prices out of bounds."""
    listing = Listing(practice_id=practice.id, title=title, slug=_free_slug(practice.id, title), cover=new_ref())
    _apply(listing, values)
    set_lengths(listing, lengths)
    db.session.add(listing)
    db.session.flush()
    emit(ListingChanged(listing.id))
    return listing


def edit(listing: Listing, *, title: str, lengths: Sequence[tuple[int, int]], **values: Any) -> None:
    """Change a listing; until it is first published its address follows the title."""
    if listing.published_at is None and title != listing.title:
        listing.slug = _free_slug(listing.practice_id, title, own=listing.slug)
    listing.title = title
    _apply(listing, values)
    set_lengths(listing, lengths)
    if listing.status == "published":
        _check_complete(listing)
    _changed(listing)


def set_lengths(listing: Listing, lengths: Sequence[tuple[int, int]]) -> None:
    """Replace the lengths; those that stay keep their row. Raises `Refused("lengths")` or `Refused("price")`."""
    wanted = dict(lengths)
    if len(wanted) != len(lengths) or len(wanted) > rules.MOST_LENGTHS:
        raise Refused("lengths", _("Up to four lengths, each once."), 422)
    if not all(rules.is_price(price, settings().currency) for price in wanted.values()):
        raise Refused("price", _("A price is nothing at all, or large enough to be charged."), 422)
    kept = [length for length in listing.lengths if length.minutes in wanted]
    for length in kept:
        length.price = wanted.pop(length.minutes)
    listing.lengths = kept + [Length(minutes=minutes, price=price) for minutes, price in wanted.items()]


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
    _changed(listing)
    return gone


def publish(listing: Listing) -> None:
    """Let clients find and book it. Raises `Refused`: "incomplete", "wrong_state"."""
    _check_complete(listing)
    _move(listing, "published")
    listing.published_at = listing.published_at or clock.now()


def pause(listing: Listing) -> None:
    """Take it out of sight for a while; bookings stay. Raises `Refused("wrong_state")`."""
    _move(listing, "paused")


def archive(listing: Listing) -> None:
    """Put it away for good; bookings and their history stay. Raises `Refused("wrong_state")`."""
    _move(listing, "archived")


def what_is_missing(listing: Listing) -> list[str]:
    """The form's fields that must be filled before publishing."""
    return rules.missing(
        lengths=[(length.minutes, length.price) for length in listing.lengths],
        where_kind=listing.where_kind,
        where_detail=listing.where_detail,
        has_place=listing.place_id is not None,
        radius_km=listing.radius_km,
    )


def _apply(listing: Listing, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(listing, name, value)


def _check_complete(listing: Listing) -> None:
    lacking = what_is_missing(listing)
    if lacking:
        text = _("It can't be published yet: say for how long, for how much and where it happens.")
        raise Refused("incomplete", text, 422, {"missing": lacking})


def _move(listing: Listing, to: str) -> None:
    if listing.status == to:
        return
    if not rules.can_move(listing.status, to):
        raise Refused("wrong_state", _("That can't be done with this listing at the moment."))
    listing.status = to
    _changed(listing)


def _changed(listing: Listing) -> None:
    listing.changed_at = clock.now()
    db.session.flush()
    emit(ListingChanged(listing.id))


def _free_slug(practice_id: int, title: str, own: str = "") -> str:
    base = slugify(title) or "session"
    taken = queries.taken_slugs(practice_id, base) - {own}
    candidates = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
    return next(one for one in candidates if one not in taken)
