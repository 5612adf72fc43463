"""What reviews put on other pages."""

from flask import render_template

from community.bookings.models import Booking
from community.core.auth import viewer
from community.core.regions import fills
from community.listings.models import Listing
from community.profiles import queries as profiles
from community.profiles.models import Practice
from community.reviews import queries, references, reliability, vouching, words


@fills("practice.meta")
def practice_rate(practice: Practice) -> str:
    """The stars beside a practice's name, or that it is new."""
    return render_template("reviews/_rate.html", rating=queries.rating(practice.id), href="#reviews", words=words)


@fills("listing.meta")
def listing_rate(listing: Listing) -> str:
    """The same beside a listing's title."""
    rating = queries.rating(listing.practice_id)
    return render_template("reviews/_rate.html", rating=rating, href="#reviews", words=words)


@fills("practice.reviews")
def practice_reviews(practice: Practice) -> str:
    """What clients say, what clients from before say, and who vouches."""
    return render_template(
        "reviews/_practice.html",
        practice=practice,
        rating=queries.rating(practice.id),
        reviews=queries.of_practice(viewer(), practice.id),
        references=references.of_practice(viewer(), practice.id),
        vouches=vouching.of_practice(viewer(), practice.id),
        vouch_words=vouching.words,
        may_vouch=vouching.ground(viewer(), practice) is not None,
        mine=profiles.role_of(viewer(), practice),
        words=words,
    )


@fills("listing.reviews")
def listing_reviews(listing: Listing) -> str:
    """The practice's rating, and what was said of this listing; of another one of theirs where there is nothing."""
    own = queries.of_practice(viewer(), listing.practice_id, most=4, listing_id=listing.id)
    return render_template(
        "reviews/_listing.html",
        practice=listing.practice,
        rating=queries.rating(listing.practice_id),
        reviews=own or queries.of_practice(viewer(), listing.practice_id, most=4),
        is_own=bool(own),
        words=words,
    )


@fills("booking.review")
def booking_review(booking: Booking, side: str) -> str:
    """On a completed booking: the way to one's word, or what both said."""
    found = queries.round_of(booking.id) if viewer() is not None and side in {"client", "practice"} else None
    if found is None:
        return ""
    return render_template("reviews/_booking.html", round=found, side=side, own=found.by(side), words=words)


@fills("booking.client")
def client_record(booking: Booking) -> str:
    """Before a practice says yes: how reliable the client has been, in words, and what practices said."""
    client_id = booking.order.client_id
    if client_id is None or viewer() is None:
        return ""
    said = queries.about_client(viewer(), booking)
    return render_template("reviews/_client.html", record=reliability.of_client(client_id), said=said, words=words)


@fills("bookings.waiting")
def to_review() -> str:
    """Above one's bookings: what waits for a word."""
    found = queries.waiting(viewer()) if viewer() is not None else []
    return render_template("reviews/_waiting.html", waiting=found) if found else ""
