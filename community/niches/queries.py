"""Reading the catalogue. It is the same for everybody."""

from collections.abc import Sequence

from sqlalchemy import String, bindparam, select
from sqlalchemy.orm import joinedload

from community.core.db import db
from community.core.errors import NotFound
from community.core.text import fold
from community.niches.models import Audience, CatalogueEntry, Field, FormerNiche, Niche, NicheProposal, Place
from community.niches.places import ascii_name


def fields() -> Sequence[Field]:
    """All fields by name."""
    return db.session.scalars(select(Field).order_by(Field.name)).all()


def niches() -> Sequence[Niche]:
    """All niches by name."""
    return db.session.scalars(select(Niche).order_by(Niche.name)).all()


def audiences() -> Sequence[Audience]:
    """All audiences by name."""
    return db.session.scalars(select(Audience).order_by(Audience.name)).all()


def niche(slug: str) -> Niche:
    """A niche by slug, or `NotFound`."""
    found = db.session.scalar(select(Niche).where(Niche.slug == slug))
    if found is None:
        raise NotFound
    return found


def moved(slug: str) -> Niche:
    """The niche that had this address before, or that took in the one that had it; raises `NotFound`."""
    found = db.session.scalar(select(Niche).join(FormerNiche).where(FormerNiche.slug == slug))
    if found is None:
        raise NotFound
    return found


# Built once: every niche's page asks for them.
_ASKED = bindparam("slug", type_=String())
_FIELD_OF = select(Niche.field_id).where(Niche.slug == _ASKED).scalar_subquery()
_OF_ITS_FIELD = select(Niche).where(Niche.field_id == _FIELD_OF).order_by(Niche.name)


def niche_and_nearby(slug: str) -> tuple[Niche, Sequence[Niche]]:
    """A niche by slug and the others of its field by name, in one query; or `NotFound`."""
    found = db.session.scalars(_OF_ITS_FIELD, {"slug": slug}).all()
    chosen = next((one for one in found if one.slug == slug), None)
    if chosen is None:
        raise NotFound
    return chosen, [one for one in found if one is not chosen]


def field(slug: str) -> Field:
    """A field by slug, or `NotFound`."""
    found = db.session.scalar(select(Field).where(Field.slug == slug))
    if found is None:
        raise NotFound
    return found


def proposals(*, status: str = "open") -> Sequence[NicheProposal]:
    """What members proposed, the oldest first: for operators."""
    query = select(NicheProposal).where(NicheProposal.status == status).options(joinedload(NicheProposal.person))
    return db.session.scalars(query.order_by(NicheProposal.id).limit(200)).all()


def proposal(proposal_id: int) -> NicheProposal:
    """One of them, or `NotFound`."""
    found = db.session.get(NicheProposal, proposal_id)
    if found is None:
        raise NotFound
    return found


def log(most: int = 50) -> Sequence[CatalogueEntry]:
    """What operators did last: for operators."""
    query = select(CatalogueEntry).options(joinedload(CatalogueEntry.by)).order_by(CatalogueEntry.id.desc())
    return db.session.scalars(query.limit(most)).all()


def audience(slug: str) -> Audience:
    """An audience by slug, or `NotFound`."""
    found = db.session.scalar(select(Audience).where(Audience.slug == slug))
    if found is None:
        raise NotFound
    return found


def places(typed: str, most: int = 8) -> Sequence[Place]:
    """Towns whose name begins with what was typed, large ones first."""
    begin = fold(ascii_name(typed)).replace("%", "").replace("_", "")
    if len(begin) < 2:
        return []
    query = select(Place).where(Place.folded.like(f"{begin}%"))
    return db.session.scalars(query.order_by(Place.population.desc()).limit(most)).all()


def place(typed: str) -> Place | None:
    """The town people most likely mean: "Bristol", or "Bath, GB"."""
    name, _, country = (part.strip() for part in typed.partition(","))
    query = select(Place).where(Place.folded == fold(ascii_name(name)))
    if len(country) == 2:
        query = query.where(Place.country == country.upper())
    return db.session.scalar(query.order_by(Place.population.desc()).limit(1))
