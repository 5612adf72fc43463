"""What a practice may send us about a listing."""

from community.listings.forms.listing import ListingForm
from community.listings.forms.typed import as_typed, for_practice

__all__ = ["ListingForm", "as_typed", "for_practice"]
