"""Console commands of the ground."""

import click
from flask import Blueprint
from sqlalchemy import select

from community.core import events, jobs
from community.core.db import db, writing
from community.core.deliveries import Delivery

bp = Blueprint("core", __name__, cli_group=None)


@bp.cli.command("facts")
def facts() -> None:
    """Print who reacts to what."""
    for fact, handlers in events.fact_map().items():
        for handler in handlers:
            click.echo(f"{fact} → {handler}")


@bp.cli.group("deliveries")
def deliveries() -> None:
    """Look at the queue."""


@deliveries.command("dead")
def dead() -> None:
    """List dead deliveries."""
    for row in db.session.scalars(select(Delivery).where(Delivery.dead_at.is_not(None)).order_by(Delivery.id)):
        click.echo(f"{row.id}\t{row.handler}\t{row.dead_at:%Y-%m-%d %H:%M}\t{row.error}")


@deliveries.command("replay")
@click.argument("delivery_id", type=int)
def replay(delivery_id: int) -> None:
    """Give a dead delivery a new life."""
    with writing():
        done = jobs.replay(delivery_id)
    if not done:
        raise click.ClickException("not a dead delivery")
    click.echo("queued")


@deliveries.command("run")
def run() -> None:
    """Run everything that is due, then stop."""
    click.echo(f"{jobs.drain()} run")
