"""What income lends to others: the way from a booking to its papers."""

from flask import render_template

from community.bookings.models import Booking
from community.bookings.retainers.models import Retainer
from community.core.regions import fills


@fills("booking.papers")
def papers(*, booking: Booking, side: str) -> str:
    """Beneath what was paid: invoices, and whom they are made out to."""
    return render_template("income/_papers.html", booking=booking, side=side)


@fills("retainer.papers")
def monthly_papers(*, retainer: Retainer, side: str) -> str:
    """The same of a retainer."""
    return render_template("income/_monthly.html", retainer=retainer, side=side)
