"""What happened to listings."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ListingChanged:
    """A listing was made, changed, published, paused or archived."""

    listing_id: int
