"""What clients say, for search engines: the rating and a few reviews of a practice, and of a listing its own."""

from typing import Any

from community.core.auth import viewer
from community.core.formats import iso
from community.listings import linked_data as of_listings
from community.listings.models import Listing
from community.profiles import linked_data as of_practices
from community.profiles.models import Practice
from community.reviews import queries, words
from community.reviews.counting import of_listing
from community.reviews.models import Review

_MOST = 4


@of_practices.adds
def of_practice(practice: Practice) -> dict[str, Any]:
    """The weighted rating of a practice, as it stands on its page."""
    rating = queries.rating(practice.id)
    if rating is None:
        return {}
    found = queries.of_practice(viewer(), practice.id, most=_MOST)
    return {"aggregateRating": _rating(rating.mean / 100, rating.count), "review": [_review(one) for one in found]}


@of_listings.adds
def of_one(listing: Listing) -> dict[str, Any]:
    """The mean of what was said of this very listing; nothing where that is nothing."""
    found = queries.of_practice(viewer(), listing.practice_id, most=_MOST, listing_id=listing.id)
    many, stars = of_listing(listing.id, listing.practice_id) if found else (0, 0)
    if not many:
        return {}
    return {"aggregateRating": _rating(stars / many, many), "review": [_review(one) for one in found]}


def _rating(value: float, count: int) -> dict[str, Any]:
    number = {"@type": "AggregateRating", "ratingValue": f"{value:.2f}", "reviewCount": count}
    return number | {"bestRating": "5", "worstRating": "1"}


def _review(review: Review) -> dict[str, Any]:
    return {
        "@type": "Review",
        "author": {"@type": "Person", "name": words.author(review)},
        "datePublished": iso(review.round.opened_at or review.written_at),
        "reviewBody": review.text,
        "reviewRating": {"@type": "Rating", "ratingValue": str(review.stars), "bestRating": "5", "worstRating": "1"},
    }
