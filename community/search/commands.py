"""`flask search`: looking after the index."""

from pathlib import Path
from tempfile import TemporaryDirectory

import click
from flask import Blueprint

from community.core.site import settings
from community.search import actions, evaluating, feed, following, index
from community.search.elastic import ElasticEngine
from community.search.elastic_link import split_url
from community.search.embedded import EmbeddedEngine
from community.search.engine import WriterBusyError
from community.search.protocol import SearchEngine
from community.search.titles import Titles, shipped

_PATIENCE = 30.0  # seconds for a search on a busy machine

bp = Blueprint("search_commands", __name__, cli_group="search")


@bp.cli.command("reindex")
def reindex() -> None:
    """Build the index anew from the database and swap it in whole; the old one answers until then."""
    total = feed.count()
    try:
        size = index.rebuild()
    except WriterBusyError:
        click.echo("Another process writes the index; the work is left to it.")
        following.follow(actions.want_rebuild("asked for"), total)
        size = index.engine().count()
    click.echo(f"{size} listings can be found.")


@bp.cli.command("health")
def health() -> None:
    """Say how each engine is."""
    wanted = feed.count()
    for name, found in index.healths().items():
        state = "ok" if found.ok else "not ok"
        rebuild = ", needs a rebuild" if found.needs_rebuild else ""
        click.echo(f"{name}: {state}, {found.documents} of {wanted} listings{rebuild} {found.detail}".strip())


@bp.cli.command("evaluate")
@click.argument("queries", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--engine", "only", type=click.Choice(["embedded", "elasticsearch"]), help="One engine; else each there is."
)
@click.option("--typos", is_flag=True, help="Misspell one word of each title.")
@click.option("--aside", is_flag=True, help="Leave these titles out of the catalogue first.")
def evaluate(queries: Path, only: str | None, *, typos: bool, aside: bool) -> None:
    """Index O*NET's occupations aside, ask for each title of QUERIES (code, tab, title), and print how well that went.

    The site's own index is left alone. Plain BM25 over the same texts is measured beside it.
    """
    rows = evaluating.rows_of(queries)
    if not rows:
        raise click.UsageError("There are no rows of a code and a title.")
    titles = evaluating.titles_without(rows) if aside else shipped()
    asked = evaluating.misspelt(rows) if typos else rows
    documents = list(evaluating.occupations())
    click.echo(f"plain BM25: {evaluating.measured(evaluating.bare(documents), asked)}")
    with TemporaryDirectory() as root:
        for name, engine in _engines(Path(root), titles, only):
            try:
                engine.rebuild(documents)
                click.echo(f"{name}: {evaluating.measured(evaluating.of_engine(engine), asked)}")
            finally:
                if isinstance(engine, ElasticEngine):
                    engine.store.clear()
                engine.close()


def _engines(root: Path, titles: Titles, only: str | None) -> list[tuple[str, SearchEngine]]:
    """The engines to measure, each with an index of its own."""
    url = settings().elasticsearch_url
    if only == "elasticsearch" and not url:
        raise click.UsageError("ELASTICSEARCH_URL is not set.")
    found: list[tuple[str, SearchEngine]] = []
    if only != "elasticsearch":
        found.append(("embedded", EmbeddedEngine(root, titles=titles)))
    if url and only != "embedded":
        address, namespace = split_url(url)
        aside = f"{address}/{namespace}_evaluation"
        found.append(("elasticsearch", ElasticEngine(aside, titles=titles, rest=0.0, patience=_PATIENCE)))
    return found
