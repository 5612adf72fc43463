"""Console commands about persons, for whoever runs the site."""

import click
from flask import Blueprint
from sqlalchemy import select

from community.accounts import actions
from community.accounts.models import Person
from community.core.db import db, writing

bp = Blueprint("persons_console", __name__, cli_group="persons")


@bp.cli.command("lift")
@click.argument("handle")
def lift(handle: str) -> None:
    """End every mute, suspension and ban of a person."""
    with writing():
        person = db.session.scalar(select(Person).where(Person.handle == handle.removeprefix("@")))
        if person is None:
            raise click.ClickException("nobody has this handle")
        count = actions.lift(person)
    click.echo(f"{count} lifted")
