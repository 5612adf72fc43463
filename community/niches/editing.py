"""What operators do to the catalogue: add, rename, merge, synonyms, audiences, proposals. All of it is written down."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update

from community.accounts.models import Person
from community.core import clock
from community.core.db import after_commit, db
from community.core.errors import NotFound, Refused
from community.core.events import emit
from community.core.text import slugify
from community.niches import names, titles
from community.niches.facts import AudienceChanged, NicheChanged, NicheMerged, NicheRenamed, ProposalDecided
from community.niches.models import (
    Audience,
    CatalogueEntry,
    Field,
    FormerNiche,
    Niche,
    NicheProposal,
    NicheTitle,
)

MOST_WAITING = 3  # proposals of one member


def note(what: str, about: str, *, by: Person | None, **detail: Any) -> None:
    """Write down who did what."""
    db.session.add(CatalogueEntry(what=what, about=about, by_id=by.id if by else None, detail=detail))
    db.session.flush()
    after_commit(names.forget)


def add(*, field: Field, name: str, line: str, low: int, high: int, unit: str, minutes: int, by: Person) -> Niche:
    """A new niche; `low` and `high` are what a first job costs, minor units of the catalogue's GBP.

    Raises `Refused("taken")`.
    """
    made = Niche(field_id=field.id, slug=_free(name), name=name, line=line, price_low=low, price_high=high, unit=unit)
    made.minutes = minutes
    db.session.add(made)
    db.session.flush()
    note("added", name, by=by, slug=made.slug)
    emit(NicheChanged(made.id))
    return made


def _free(name: str, niche: Niche | None = None) -> str:
    """The address that a name makes. Raises `Refused("taken")` where another niche has or had it."""
    slug = slugify(name)
    here = db.session.scalar(select(Niche.id).where(Niche.slug == slug))
    former = db.session.get(FormerNiche, slug)
    others = {here, former.niche_id if former else None} - {None, niche.id if niche else None}
    same = db.session.scalar(select(Niche.id).where(func.lower(Niche.name) == name.lower()))
    if not slug or others or (same is not None and (niche is None or same != niche.id)):
        raise Refused("taken", _("There is a niche of that name, or there was one. Choose another name."), 422)
    return slug


def rename(niche: Niche, *, name: str, line: str, by: Person) -> None:
    """Call it otherwise; its old address leads to the new one. Raises `Refused("taken")`."""
    was, now = niche.slug, _free(name, niche)
    if (niche.name, niche.line) == (name, line):
        return
    note("renamed", niche.name, by=by, name=name, line=line)
    niche.name, niche.line = name, line
    if now != was:
        db.session.execute(delete(FormerNiche).where(FormerNiche.slug == now))
        db.session.add(FormerNiche(slug=was, niche_id=niche.id))
        niche.slug = now
        db.session.flush()
        emit(NicheRenamed(niche.id, was, now))
    emit(NicheChanged(niche.id))


def merge(niche: Niche, into: Niche, *, by: Person) -> None:
    """One goes into another: practices, listings, searches and briefs move, and its address leads there.

    Raises `Refused("same")`.
    """
    if niche.id == into.id:
        raise Refused("same", _("Choose another niche to merge it into."), 422)
    note("merged", niche.name, by=by, slug=niche.slug, into=into.name)
    emit(NicheMerged(niche.id, into.id, niche.slug, into.slug))
    there = select(NicheTitle.title).where(NicheTitle.niche_id == into.id)
    _run(delete(NicheTitle).where(NicheTitle.niche_id == niche.id, NicheTitle.title.in_(there)))
    for model in (NicheTitle, FormerNiche, NicheProposal):
        _run(update(model).where(model.niche_id == niche.id).values(niche_id=into.id))
    slug, name = niche.slug, niche.name
    _run(delete(Niche).where(Niche.id == niche.id))
    db.session.expire_all()
    db.session.add(FormerNiche(slug=slug, niche_id=into.id))
    _set_title(into, name, shown=True)
    emit(NicheChanged(into.id))


def _run(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))


def add_title(niche: Niche, title: str, *, by: Person) -> None:
    """People call it that, too. Raises `Refused("there")`."""
    if title.casefold() in {known.casefold() for known in (niche.name, *titles.of(niche))}:
        raise Refused("there", _("That is among its titles already."), 422)
    note("title_added", niche.name, by=by, title=title)
    _set_title(niche, title, shown=True)


def drop_title(niche: Niche, title: str, *, by: Person) -> None:
    """Nobody means this niche by that. Raises `NotFound` where it is none of its titles."""
    if title not in titles.of(niche):
        raise NotFound
    note("title_dropped", niche.name, by=by, title=title)
    _set_title(niche, title, shown=False)


def _set_title(niche: Niche, title: str, *, shown: bool) -> None:
    query = select(NicheTitle).where(NicheTitle.niche_id == niche.id, func.lower(NicheTitle.title) == title.lower())
    row = db.session.scalar(query) or NicheTitle(niche_id=niche.id)
    row.title, row.shown = title, shown
    db.session.add(row)
    db.session.flush()


def add_audience(name: str, *, by: Person) -> Audience:
    """One more for whom. Raises `Refused("taken")`."""
    slug = slugify(name)
    if not slug or db.session.scalar(select(Audience.id).where((Audience.slug == slug) | (Audience.name == name))):
        raise Refused("taken", _("There is an audience of that name."), 422)
    made = Audience(slug=slug, name=name)
    db.session.add(made)
    note("audience_added", name, by=by)
    return made


def rename_audience(audience: Audience, name: str, *, by: Person) -> None:
    """Call it otherwise; its address stays. Raises `Refused("taken")`."""
    if db.session.scalar(select(Audience.id).where(Audience.name == name, Audience.id != audience.id)):
        raise Refused("taken", _("There is an audience of that name."), 422)
    note("audience_renamed", audience.name, by=by, name=name)
    audience.name = name
    emit(AudienceChanged(audience.id))


def propose(*, field: Field, name: str, why: str, by: Person) -> NicheProposal:
    """A member misses a niche. Raises `Refused`: "taken", "too_many"."""
    _free(name)
    query = select(func.count()).select_from(NicheProposal).where(NicheProposal.person_id == by.id)
    if (db.session.scalar(query.where(NicheProposal.status == "open")) or 0) >= MOST_WAITING:
        raise Refused("too_many", _("Three of your proposals wait for an answer. Propose again after that."), 409)
    made = NicheProposal(person_id=by.id, field_id=field.id, name=name, why=why)
    db.session.add(made)
    db.session.flush()
    return made


def decide(proposal: NicheProposal, *, niche: Niche | None, reason: str, by: Person) -> None:
    """Accepted as `niche`, or declined (None) with a reason; the member is told.

    Raises `Refused`: "closed", "reason".
    """
    if proposal.status != "open":
        raise Refused("closed", _("Somebody decided about this already."), 409)
    if niche is None and not reason.strip():
        raise Refused("reason", _("Say why, in words that help whoever proposed it."), 422)
    proposal.status, proposal.niche_id = "accepted" if niche else "declined", niche.id if niche else None
    proposal.reason, proposal.decided_by_id, proposal.decided_at = reason.strip(), by.id, clock.now()
    note(f"proposal_{proposal.status}", proposal.name, by=by, reason=reason.strip())
    emit(ProposalDecided(proposal.id))
