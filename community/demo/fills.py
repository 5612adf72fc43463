"""On the front page: a word while the demo town is being built."""

from flask import render_template

from community.core.regions import fills
from community.demo import progress


@fills("home.notice")
def building(**_context: object) -> str:
    """Nothing once it is there, or where there is none."""
    found = progress.here()
    if found is None or found.is_done:
        return ""
    return render_template("demo/notice.html", step=progress.step_words(found.step), percent=found.percent)
