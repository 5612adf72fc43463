"""A listing for search engines: schema.org as JSON-LD. Prices are what the client pays."""

from collections.abc import Callable, Iterator
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from community.core import clock, money
from community.core.formats import iso
from community.core.site import settings
from community.core.text import plain
from community.listings import pricing, rules
from community.listings.models import Listing, WorkshopDate

Adder = Callable[[Listing], dict[str, Any]]
_adders: list[Adder] = []
_TYPES = {"workshop": "Course", "digital": "Product"}


def adds(adder: Adder) -> Adder:
    """Register what a slice above knows of a listing, such as its rating."""
    _adders.append(adder)
    return adder


def linked_data(listing: Listing) -> dict[str, Any]:
    """The listing: a service, a course with its dates, or a product."""
    practice = listing.practice
    home = url_for("profiles.practice", practice=practice.slug, _external=True)
    maker = {"@type": "ProfessionalService", "name": practice.name, "url": home}
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": _TYPES.get(listing.kind, "Service"),
        "@id": _address(listing),
        "name": listing.title,
        "description": listing.summary or plain(listing.text),
    }
    if listing.kind == "digital":
        data |= {"category": listing.niche.name, "brand": maker}
    elif listing.kind == "workshop":
        coming = [date for date in listing.dates if date.status != "off" and date.starts_at > clock.now()]
        data |= {"about": listing.niche.name, "provider": maker}
        data |= {"hasCourseInstance": [_instance(listing, date) for date in coming]} if coming else {}
    else:
        data |= {"serviceType": listing.niche.name, "provider": maker}
    offers = list(_offers(listing))
    data |= {"offers": offers} if offers else {}
    for adder in _adders:
        data |= adder(listing)
    return data | ({"areaServed": listing.place.name} if listing.place and listing.kind != "digital" else {})


def _address(listing: Listing) -> str:
    return url_for("listings.show", practice=listing.practice.slug, slug=listing.slug, _external=True)


def _offers(listing: Listing) -> Iterator[dict[str, Any]]:
    if listing.kind == "session":
        for length in listing.lengths:
            yield _offer(listing, length.price, _("%(minutes)s minutes", minutes=length.minutes))
    elif listing.kind == "project":
        for package in listing.offers:
            yield _offer(listing, package.price, package.title)
    elif listing.price is not None and listing.kind != "inquiry":
        yield _offer(listing, listing.price, _("A seat") if listing.kind == "workshop" else listing.title)


def _offer(listing: Listing, price: int, name: str) -> dict[str, Any]:
    site = settings()
    return {
        "@type": "Offer",
        "price": f"{money.to_decimal(pricing.terms_of(listing, '').all_in(price), site.currency):f}",
        "priceCurrency": site.currency,
        "availability": "https://schema.org/InStock" if listing.is_public else "https://schema.org/OutOfStock",
        "url": _address(listing),
        "name": name,
    }


def _instance(listing: Listing, date: WorkshopDate) -> dict[str, Any]:
    mode = "Onsite" if listing.where_kind in rules.NEEDS_PLACE else "Online"
    return {
        "@type": "CourseInstance",
        "courseMode": mode,
        "startDate": iso(date.starts_at),
        "endDate": iso(date.ends_at),
        "maximumAttendeeCapacity": date.seats,
    }
