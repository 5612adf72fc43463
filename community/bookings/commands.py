"""`flask bookings process`: the table of transitions on paper."""

import click
from flask import Blueprint
from flask.cli import AppGroup

from community.bookings.process import drawing

bp = Blueprint("bookings_commands", __name__, cli_group=None)
group = AppGroup("bookings", help="How bookings go.")
bp.cli.add_command(group)


@group.command("process")
@click.option("--svg", is_flag=True, help="The drawing instead of the table.")
def process(*, svg: bool) -> None:
    """The table of transitions: who may do what from where, and what happens then."""
    if svg:
        click.echo(str(drawing.svg()))
        return
    for row in drawing.rows():
        click.echo(f"{row.name:18} {'|'.join(row.sources):48} → {row.to:14} {', '.join(row.actors)}")
        click.echo(f"{'':18} {', '.join((*row.guards, *row.effects))}{f'; timer: {row.timer}' if row.timer else ''}")
