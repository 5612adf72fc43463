"""What listings put on other pages."""

from flask import render_template

from community.core.auth import viewer
from community.core.regions import fills
from community.listings import queries
from community.profiles.models import Practice


@fills("practice.listings")
def of_practice(practice: Practice) -> str:
    """The cards of what a practice offers; nothing when there are none."""
    found = queries.of_practice(viewer(), practice)
    return render_template("listings/_of_practice.html", listings=found) if found else ""
