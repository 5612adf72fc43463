"""`flask search`: looking after the index."""

import click
from flask import Blueprint

from community.search import actions, feed, following, index
from community.search.engine import WriterBusyError

bp = Blueprint("search_commands", __name__, cli_group="search")


@bp.cli.command("reindex")
def reindex() -> None:
    """Build the index anew from the database and swap it in whole; the old one answers until then."""
    total = feed.count()
    try:
        size = index.rebuild()
    except WriterBusyError:
        click.echo("Another process writes the index; the work is left to it.")
        following.follow(actions.want_rebuild("asked for"), total)
        size = index.engine().count()
    click.echo(f"{size} listings can be found.")


@bp.cli.command("health")
def health() -> None:
    """Say how each engine is."""
    wanted = feed.count()
    for name, found in index.healths().items():
        state = "ok" if found.ok else "not ok"
        rebuild = ", needs a rebuild" if found.needs_rebuild else ""
        click.echo(f"{name}: {state}, {found.documents} of {wanted} listings{rebuild} {found.detail}".strip())
