"""What people call the niches: the shipped titles, with what operators added and took away. By the niches of today."""

from collections.abc import Sequence

from sqlalchemy import func, select

from community.core.db import db
from community.niches import catalogue
from community.niches.models import CatalogueEntry, FormerNiche, Niche, NicheTitle


def version() -> int:
    """Grows with each thing an operator does; 0 while the catalogue is as it was shipped."""
    return db.session.scalar(select(func.max(CatalogueEntry.id))) or 0


def every() -> dict[str, tuple[str, ...]]:
    """All titles by the niche's slug, its own name first."""
    names = {row[0]: (row[1], row[2]) for row in db.session.execute(select(Niche.id, Niche.slug, Niche.name))}
    formers: dict[int, list[str]] = {}
    for former in db.session.scalars(select(FormerNiche)):
        formers.setdefault(former.niche_id, []).append(former.slug)
    edits: dict[int, list[NicheTitle]] = {}
    for edit in db.session.scalars(select(NicheTitle).order_by(NicheTitle.id)):
        edits.setdefault(edit.niche_id, []).append(edit)
    return {
        slug: _titles(name, [slug, *formers.get(niche_id, ())], edits.get(niche_id, ()))
        for niche_id, (slug, name) in names.items()
    }


def shipped(slug: str) -> tuple[str, ...]:
    """What the files say of a niche."""
    return catalogue.titles_by_niche().get(slug, ())


def of(niche: Niche) -> tuple[str, ...]:
    """Those of one niche, operators' own first, without its name."""
    formers = db.session.scalars(select(FormerNiche.slug).where(FormerNiche.niche_id == niche.id)).all()
    edits = db.session.scalars(select(NicheTitle).where(NicheTitle.niche_id == niche.id).order_by(NicheTitle.id)).all()
    return _titles(niche.name, [niche.slug, *formers], edits)[1:]


def _titles(name: str, slugs: Sequence[str], edits: Sequence[NicheTitle]) -> tuple[str, ...]:
    """The name, what was added, and what was shipped for any address the niche has or had, less what was taken away."""
    shipped = catalogue.titles_by_niche()
    own = [edit.title for edit in edits if edit.shown]
    gone = {edit.title.casefold() for edit in edits if not edit.shown}
    given = (title for slug in slugs for title in shipped.get(slug, ()))
    kept = (title for title in given if title.casefold() not in gone)
    return tuple(dict.fromkeys((name, *own, *kept)))
