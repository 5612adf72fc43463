"""Watching, from a console, a rebuild that was left to another process."""

import time

import click

from community.search import actions, index

_LOOK_SECONDS = 0.25


def follow(delivery_id: int, total: int) -> None:
    """Show how far the rebuild of that delivery is, until it is done or given up; `total` documents are expected."""
    length = max(total, 1)
    with click.progressbar(length=length, label="Indexing") as bar:
        while actions.is_waiting(delivery_id):
            done, _ = index.progress() or (0, total)
            bar.update(max(0, done - bar.pos))
            time.sleep(_LOOK_SECONDS)
        bar.update(max(0, length - bar.pos))
