"""A listing as the values of its form."""

from typing import Any

from community.core import money
from community.core.site import settings
from community.listings.models import Listing, Package
from community.niches.models import Place
from community.profiles.models import Practice


def for_practice(practice: Practice) -> dict[str, Any]:
    """What a new listing begins with."""
    return {
        "niche": practice.niches[0].slug if practice.niches else "",
        "place": _place(practice.place),
    }


def as_typed(listing: Listing) -> dict[str, Any]:
    """A listing as the values of `ListingForm`."""
    columns = ("title", "summary", "text", "scope", "where_kind", "where_detail", "policy")
    typed: dict[str, Any] = {name: getattr(listing, name) for name in columns}
    typed |= {
        "niche": listing.niche.slug,
        "place": _place(listing.place),
        "radius_km": str(listing.radius_km or ""),
        "clients_most": str(listing.clients_most or ""),
        "price": "" if listing.price is None else _price(listing.price),
        "on_request": "yes" if listing.on_request else "no",
        "series_most": str(listing.series_most),
        "deliverer": str(listing.deliverer_id or ""),
        "lengths": [{"minutes": str(one.minutes), "price": _price(one.price)} for one in listing.lengths],
        "packages": [_package(one) for one in listing.offers],
        "addons": [{"title": one.title, "price": _price(one.price)} for one in listing.addons],
        "questions": [dict(one) for one in listing.questions],
        "tiers": [_tier(*one) for one in listing.tiers],
        "outcomes": [dict(one) for one in listing.outcomes],
        "kept": [{"id": str(image.id), "alt": image.alt} for image in listing.images],
    }
    return typed | {f"audience{n}": one.slug for n, one in enumerate(listing.audiences[:3], start=1)}


def _price(price: int) -> str:
    return f"{money.to_decimal(price, settings().currency):f}"


def _place(place: Place | None) -> str:
    return f"{place.name}, {place.country}" if place else ""


def _package(package: Package) -> dict[str, Any]:
    parts = [
        {
            "per_cent": str(part["per_cent"]),
            "due": part["due"],
            "detail": str(part.get("days") or part.get("title") or ""),
        }
        for part in package.plan
    ]
    known = {"title": package.title, "scope": package.scope, "days": str(package.days), "price": _price(package.price)}
    return known | {"parts": parts}


def _tier(minutes: int, per_cent: int) -> dict[str, str]:
    days, rest = divmod(minutes, 24 * 60)
    whole = (
        {"ahead": str(days), "unit": "days"}
        if days > 1 and not rest
        else {"ahead": str(minutes // 60), "unit": "hours"}
    )
    return whole | {"per_cent": str(per_cent)}
