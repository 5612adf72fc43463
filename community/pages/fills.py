"""What the front page lends to others."""

from flask import render_template

from community.core.auth import viewer
from community.core.regions import fills
from community.pages import stage


@fills("home.stage")
def round_table() -> str:
    """The round table as it is now, beside the sign-in forms."""
    live = stage.live(viewer())
    return render_template("pages/_table.html", live=live, coming=None if live else stage.coming(viewer()))
