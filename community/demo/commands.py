"""`flask demo`: a town to look at."""

import time

import click
from flask import Blueprint

from community.core.db import writing
from community.core.site import settings
from community.demo import load as loading
from community.demo.people import OPERATOR, SIGN_INS
from community.demo.town import MAIL, MARKET, PASSWORD, TOWNS, Town
from community.niches.actions import load_catalogue
from community.search import feed, following

bp = Blueprint("demo_commands", __name__, cli_group="demo")


@bp.cli.command("load")
@click.option("--town", "name", type=click.Choice(sorted(TOWNS)), default="association", show_default=True)
@click.option("--size", type=click.IntRange(1, 1_000_000), default=100_000, show_default=True, help="Of a market.")
def load(name: str, size: int) -> None:
    """Make a demo town: people, practices, listings, and what happened in the past weeks. Safe to run again."""
    if settings().is_production or not settings().sandboxed:
        raise click.ClickException("the demo town is for local sites with the payment sandbox")
    if loading.is_loaded() and name != MARKET:
        click.echo("The town is there already.")
    else:
        _make(name, size)
    click.echo(f"Sign in with the password “{PASSWORD}”:")
    for who in (*SIGN_INS.values(), OPERATOR):
        click.echo(f"  {who}@{MAIL}")


def _make(name: str, size: int) -> None:
    began = time.monotonic()
    with writing():
        load_catalogue()
    left = loading.load(Town.called(name), size if name == MARKET else 0)
    if left is not None:
        click.echo("Another process writes the index; the work is left to it.")
        following.follow(left, feed.count())
    click.echo(f"{feed.count():,} listings, after {time.monotonic() - began:.0f} s.")
