"""`flask demo`: a town to look at."""

import click
from flask import Blueprint

from community.core.db import writing
from community.core.site import settings
from community.demo import load as loading
from community.demo.people import OPERATOR, SIGN_INS
from community.demo.town import MAIL, PASSWORD, TOWNS, Town
from community.niches.actions import load_catalogue

bp = Blueprint("demo_commands", __name__, cli_group="demo")


@bp.cli.command("load")
@click.option("--town", "name", type=click.Choice(sorted(TOWNS)), default="association", show_default=True)
def load(name: str) -> None:
    """Make a demo town: people, practices, listings, and what happened in the past weeks. Safe to run again."""
    if settings().is_production or not settings().sandboxed:
        raise click.ClickException("the demo town is for local sites with the payment sandbox")
    if loading.is_loaded():
        click.echo("The town is there already.")
    else:
        with writing():
            load_catalogue()
        loading.load(Town.called(name))
    click.echo(f"Sign in with the password “{PASSWORD}”:")
    for who in (*SIGN_INS.values(), OPERATOR):
        click.echo(f"  {who}@{MAIL}")
