"""`flask money`: the books, looked at from a console."""

import click
from flask import Blueprint
from flask.cli import AppGroup

from community.core.site import settings
from community.payments import checking, ledger, readiness

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


@group.command("ready")
def ready() -> None:
    """Ask Stripe whether this site may take real money; fails and says what is to be done."""
    found = readiness.faults()
    for fault in found:
        click.echo(fault)
    if found:
        raise SystemExit(1)
    click.echo("money: ready")


@group.command("balances")
def balances() -> None:
    """Show every account that does not come to zero, in minor units."""
    for account, amount in ledger.balances(settings().currency).items():
        click.echo(f"{amount:>14}  {account}")
