"""Making and changing a listing as a whole."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from community.core.db import db
from community.core.errors import Refused
from community.core.events import emit
from community.core.ids import new_ref
from community.core.site import settings
from community.core.text import slugify
from community.listings import queries, rules
from community.listings.actions.parts import PackageOffer, changed, set_addons, set_lengths, set_packages
from community.listings.facts import ListingChanged
from community.listings.models import Listing
from community.profiles.models import Practice

# What the same work has in common whatever it is sold as. Prices, lengths and pictures are made anew.
_SHARED = (
    *("title", "summary", "text", "niche_id", "where_kind", "where_detail", "place_id", "radius_km"),
    *("policy", "on_request", "deliverer_id"),
)


def create(
    practice: Practice,
    *,
    title: str,
    kind: str = "session",
    lengths: Sequence[tuple[int, int]] = (),
    packages: Sequence[PackageOffer] = (),
    addons: Sequence[tuple[str, int]] = (),
    **values: Any,
) -> Listing:
    """A draft. `lengths` are (minutes, price in minor units), `addons` (title, price).

    Raises `Refused` for parts or prices out of bounds, or somebody to deliver it who does not work here.
    """
    slug = _free_slug(practice.id, title, kind)
    listing = Listing(practice_id=practice.id, practice=practice, title=title, kind=kind, slug=slug, cover=new_ref())
    _apply(listing, values)
    _set_parts(listing, lengths, packages, addons)
    db.session.add(listing)
    db.session.flush()
    emit(ListingChanged(listing.id))
    return listing


def edit(
    listing: Listing,
    *,
    title: str,
    lengths: Sequence[tuple[int, int]] = (),
    packages: Sequence[PackageOffer] = (),
    addons: Sequence[tuple[str, int]] = (),
    **values: Any,
) -> None:
    """Change a listing; until it is first published its address follows the title. Its kind stays.

    Raises `Refused` as `create` does, and "incomplete" when it is published and could not be.
    """
    if listing.published_at is None and title != listing.title:
        listing.slug = _free_slug(listing.practice_id, title, listing.kind, own=listing.slug)
    listing.title = title
    _apply(listing, values)
    _set_parts(listing, lengths, packages, addons)
    if listing.status == "published":
        check_complete(listing)
    changed(listing)


def copy_as(listing: Listing, kind: str) -> Listing:
    """A draft of the same work as another kind: its words, add-ons, questions and terms. Raises `Refused("kind")`."""
    if kind not in rules.KINDS or kind == listing.kind:
        raise Refused("kind", _("Choose another kind for the copy."), 422)
    values: dict[str, Any] = {name: getattr(listing, name) for name in _SHARED}
    if listing.deliverer_id not in {person.id for person in listing.deliverers}:
        values["deliverer_id"] = None
    if kind in {"digital", "retainer"}:
        values |= {"policy": "flexible", "on_request": False}
    return create(
        listing.practice,
        kind=kind,
        addons=[(one.title, one.price) for one in listing.addons] if kind != "retainer" else [],
        tiers=list(listing.tiers) if values["policy"] == "own" else [],
        outcomes=[dict(one) for one in listing.outcomes],
        questions=[dict(one) for one in listing.questions],
        audiences=list(listing.audiences),
        **values,
    )


def what_is_missing(listing: Listing) -> list[str]:
    """The form's fields that must be filled before publishing."""
    return rules.missing(
        kind=listing.kind,
        lengths=[(length.minutes, length.price) for length in listing.lengths],
        packages=len(listing.offers),
        price=listing.price,
        has_file=bool(listing.file),
        text=listing.text,
        scope=listing.scope,
        policy=listing.policy,
        tiers=listing.tiers,
        where_kind=listing.where_kind,
        where_detail=listing.where_detail,
        has_place=listing.place_id is not None,
        radius_km=listing.radius_km,
    )


def check_complete(listing: Listing) -> None:
    """Raise `Refused("incomplete")` with the fields that lack."""
    lacking = what_is_missing(listing)
    if lacking:
        words = {
            "text": _("what you do"),
            "lengths": _("for how long and for how much"),
            "packages": _("at least one package"),
            "price": _("the price"),
            "scope": _("what is in a month"),
            "file": _("the file"),
            "place": _("the town"),
            "where_detail": _("the link, number or street"),
            "radius_km": _("how far you travel"),
            "tiers": _("your own cancellation terms"),
        }
        text = _("It can't be published yet. Still missing: %(what)s.", what=", ".join(words[one] for one in lacking))
        raise Refused("incomplete", text, 422, {"missing": lacking})


def _apply(listing: Listing, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(listing, name, value)
    if listing.price is not None and not rules.is_price(listing.price, settings().currency):
        raise Refused("price", _("A price is nothing at all, or large enough to be charged."), 422)
    if not rules.are_tiers(listing.tiers or []):
        raise Refused("tiers", _("The nearer the start, the less goes back."), 422)
    if len(listing.questions or []) > rules.MOST_QUESTIONS:
        raise Refused("questions", _("Up to five questions."), 422)
    if values.get("deliverer_id") and listing.deliverer_id not in {person.id for person in listing.deliverers}:
        raise Refused("deliverer", _("Choose somebody of your practice."), 422)


def _set_parts(
    listing: Listing,
    lengths: Sequence[tuple[int, int]],
    packages: Sequence[PackageOffer],
    addons: Sequence[tuple[str, int]],
) -> None:
    set_lengths(listing, lengths)
    set_packages(listing, packages)
    set_addons(listing, addons)


def _free_slug(practice_id: int, title: str, kind: str, own: str = "") -> str:
    base = slugify(title) or kind
    taken = queries.taken_slugs(practice_id, base) - {own}
    candidates = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
    return next(one for one in candidates if one not in taken)
