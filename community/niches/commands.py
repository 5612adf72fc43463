"""Console commands of the catalogue."""

from flask import Blueprint

from community.core.db import writing
from community.niches import actions

bp = Blueprint("niches_console", __name__, cli_group="niches")


@bp.cli.command("load")
def load() -> None:
    """Add what the shipped catalogue knows and the site does not."""
    with writing():
        actions.load_catalogue()
