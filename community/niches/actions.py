"""Filling the catalogue's tables from the files."""

from sqlalchemy import insert, select

from community.core.db import db
from community.core.text import fold
from community.niches import catalogue
from community.niches.models import Audience, Field, FormerNiche, Niche, Place
from community.niches.places import towns

_BATCH = 2000


def load_catalogue() -> None:
    """Add what the files know and the tables do not; what operators changed stays."""
    _add_missing(Field, catalogue.fields())
    fields = {row.slug: row.id for row in db.session.scalars(select(Field))}
    # What operators renamed or merged has a former address: it does not come back.
    known = set(db.session.scalars(select(Niche.slug))) | set(db.session.scalars(select(FormerNiche.slug)))
    for niche in catalogue.niches():
        if niche.slug not in known:
            db.session.add(_niche_row(niche, fields[niche.field]))
    _add_missing(Audience, catalogue.audiences())
    _load_places()


def _niche_row(niche: catalogue.Niche, field_id: int) -> Niche:
    return Niche(
        field_id=field_id,
        slug=niche.slug,
        name=niche.name,
        line=niche.description,
        price_low=niche.price_low,
        price_high=niche.price_high,
        unit=niche.unit,
        minutes=niche.minutes,
    )


def _add_missing(model: type[Field] | type[Audience], rows: object) -> None:
    known = set(db.session.scalars(select(model.slug)))
    for row in rows:  # type: ignore[attr-defined]
        if row.slug not in known:
            values = {name: getattr(row, name) for name in ("slug", "name", "icon", "tone") if hasattr(row, name)}
            db.session.add(model(**values))
    db.session.flush()


def _load_places() -> None:
    if db.session.scalar(select(Place.id).limit(1)) is not None:
        return
    batch: list[dict[str, object]] = []
    for town in towns():
        batch.append(
            {
                "id": town.geoname_id,
                "name": town.name,
                "folded": fold(town.ascii_name),
                "country": town.country,
                "latitude": town.latitude,
                "longitude": town.longitude,
                "zone": town.zone,
                "population": town.population,
            }
        )
        if len(batch) >= _BATCH:
            db.session.execute(insert(Place), batch)
            batch = []
    if batch:
        db.session.execute(insert(Place), batch)
