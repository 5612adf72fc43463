"""A practice for search engines: schema.org as JSON-LD, and what slices above add to it."""

from collections.abc import Callable
from typing import Any

from flask import url_for

from community.profiles.models import Practice

Adder = Callable[[Practice], dict[str, Any]]
_adders: list[Adder] = []


def adds(adder: Adder) -> Adder:
    """Register what a slice above knows of a practice, such as its rating."""
    _adders.append(adder)
    return adder


def linked_data(practice: Practice, description: str) -> dict[str, Any]:
    """The practice as a local business; without a town its address is its country's unknown and left out."""
    address = url_for("profiles.practice", practice=practice.slug, _external=True)
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ProfessionalService",
        "@id": address,
        "url": address,
        "name": practice.name,
        "description": description,
        "knowsLanguage": practice.languages,
        "image": url_for("share.practice", slug=practice.slug, _external=True),
    }
    if practice.place:
        town = {"@type": "PostalAddress", "addressLocality": practice.place.name}
        data["address"] = town | {"addressCountry": practice.place.country}
        data["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": practice.place.latitude,
            "longitude": practice.place.longitude,
        }
    if practice.links:
        data["sameAs"] = practice.links
    for adder in _adders:
        data |= adder(practice)
    return data
