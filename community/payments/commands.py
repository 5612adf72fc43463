"""`flask money`: the books, looked at from a console."""

import click
from flask import Blueprint
from flask.cli import AppGroup

from community.core.site import settings
from community.payments import checking, ledger

bp = Blueprint("payments_commands", __name__, cli_group=None)
group = AppGroup("money", help="The ledger and what belongs to it.")
bp.cli.add_command(group)


@group.command("check")
def check() -> None:
    """Hold every posting against what it is about; fails and names each gap."""
    found = checking.gaps()
    for gap in found:
        click.echo(str(gap))
    if found:
        raise SystemExit(1)
    click.echo("money: fine")


@group.command("balances")
def balances() -> None:
    """Show every account that does not come to zero, in minor units."""
    for account, amount in ledger.balances(settings().currency).items():
        click.echo(f"{amount:>14}  {account}")
