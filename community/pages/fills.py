"""What the front page lends to others."""

from flask import render_template

from community.core.auth import viewer
from community.core.regions import fills
from community.pages import meter, stage
from community.profiles.models import Practice


@fills("home.stage")
def round_table() -> str:
    """The round table as it is now, beside the sign-in forms."""
    live = stage.live(viewer())
    return render_template("pages/_table.html", live=live, coming=None if live else stage.coming(viewer()))


@fills("practice.meter")
def strength(practice: Practice) -> str:
    """How complete the page is, on the desk and where it is edited."""
    return render_template("pages/_meter.html", meter=meter.of(practice))
