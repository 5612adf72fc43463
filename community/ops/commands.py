"""`flask backup` and `flask restore`: everything in one file, and back."""

import sys
from pathlib import Path

import click
from flask import Blueprint
from flask_migrate import upgrade

from community.core import clock
from community.core.db import db
from community.core.site import settings
from community.ops import archive, snapshots
from community.ops.snapshots import BackupError
from community.search import index

bp = Blueprint("ops_commands", __name__, cli_group=None)


def _told(what: str) -> None:
    """One line that changes, where somebody watches."""
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{what}", nl=False, err=True)


@bp.cli.command("backup")
@click.argument("file", type=click.Path(path_type=Path), required=False)
def backup(file: Path | None) -> None:
    """Copy database, files and secrets into FILE while the site serves."""
    path = (file or settings().var / "backups" / f"{clock.now():%Y-%m-%d-%H%M%S}.tar").resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        made = archive.make(path, told=_told)
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    rows = sum(count for count, _ in made.rows.values())
    _told("")
    click.echo(f"{path}: {rows} rows, {len(made.files)} files, {path.stat().st_size / 1_000_000:.1f} MB")


@bp.cli.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--over", is_flag=True, help="Replace what is here.")
def restore(file: Path, over: bool) -> None:  # noqa: FBT001 - click gives options by position
    """Make this site what FILE holds. Stop its servers first."""
    if not over and not snapshots.is_empty():
        raise click.ClickException("There are people here already. To replace everything, add --over.")
    try:
        manifest = archive.read(file)
        with snapshots.alone():
            archive.put_back(file, manifest, told=_told)
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    _told("bringing it up to date")
    upgrade()
    db.session.remove()
    _told("search index")
    found = index.rebuild()
    rows = sum(count for count, _ in manifest.rows.values())
    _told("")
    back = f"{rows} rows and {len(manifest.files)} files of {manifest.made_at[:16]} are back"
    click.echo(f"{back}; {found} listings can be found.")
