"""`flask search`: looking after the index."""

import time

import click
from flask import Blueprint

from community.search import actions, feed, index
from community.search.engine import WriterBusyError

bp = Blueprint("search_commands", __name__, cli_group="search")
_LOOK_SECONDS = 0.25


@bp.cli.command("reindex")
def reindex() -> None:
    """Build the index anew from the database and swap it in whole; the old one answers until then."""
    total = feed.count()
    try:
        size = index.rebuild()
    except WriterBusyError:
        click.echo("Another process writes the index; the work is left to it.")
        _follow(actions.want_rebuild("asked for"), total)
        size = index.engine().count()
    click.echo(f"{size} listings can be found.")


def _follow(delivery_id: int, total: int) -> None:
    length = max(total, 1)
    with click.progressbar(length=length, label="Indexing") as bar:
        while actions.is_waiting(delivery_id):
            done, _ = index.progress() or (0, total)
            bar.update(max(0, done - bar.pos))
            time.sleep(_LOOK_SECONDS)
        bar.update(max(0, length - bar.pos))


@bp.cli.command("health")
def health() -> None:
    """Say how each engine is."""
    wanted = feed.count()
    for name, found in index.healths().items():
        state = "ok" if found.ok else "not ok"
        rebuild = ", needs a rebuild" if found.needs_rebuild else ""
        click.echo(f"{name}: {state}, {found.documents} of {wanted} listings{rebuild} {found.detail}".strip())
