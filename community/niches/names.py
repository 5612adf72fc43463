"""What the niches and audiences are called, for pages that name them all: read anew when the catalogue has changed."""

import time
from collections.abc import Mapping
from typing import NamedTuple

from flask import current_app
from markupsafe import Markup
from sqlalchemy import func, select

from community.core.db import db
from community.niches.models import Audience, CatalogueEntry, Field, Niche


class Named(NamedTuple):
    """What a choice among many needs."""

    slug: str
    name: str
    icon: str = ""


class Names(NamedTuple):
    """The niches with their icons and the audiences, which have none, by slug; in order of their names."""

    niches: Mapping[str, Named]
    audiences: Mapping[str, Named]
    options: Markup  # the audiences as those of a choice

    def options_with(self, audience: str) -> Markup:
        """The same with one of them chosen; "" chooses none."""
        value = Markup(' value="{}"').format(audience)
        return self.options.replace(value, value + Markup(" selected")) if audience else self.options

    def niche(self, slug: str) -> str:
        """A niche's name; of an unknown one its slug in plain words."""
        return _called(self.niches, slug)

    def audience(self, slug: str) -> str:
        """The same of an audience."""
        return _called(self.audiences, slug)


def _called(known: Mapping[str, Named], slug: str) -> str:
    return known[slug].name if slug in known else slug.replace("-", " ")


_NICHES = select(Niche.slug, Niche.name, Field.icon).join(Field, Field.id == Niche.field_id).order_by(Niche.name)
_AUDIENCES = select(Audience.slug, Audience.name).order_by(Audience.name)
# Whatever an operator does is a row of the log, which only grows; the files add rows at a start.
_STATE = select(*(select(func.count(kind.id)).scalar_subquery() for kind in (CatalogueEntry, Niche, Audience)))

# How long a process goes by what it knows. What an operator does in it is seen at once (`forget`), what they do in
# another as late as a title they add.
SECONDS = 5.0


class _Known(NamedTuple):
    names: Names
    state: tuple[int, ...]
    looked: float


def names() -> Names:
    """What everything is called, as of five seconds ago at most."""
    known: _Known | None = current_app.extensions.get("catalogue_names")
    if known is None or time.monotonic() - known.looked >= SECONDS:
        state = tuple(db.session.execute(_STATE).one())
        found = known.names if known and known.state == state else _read()
        known = current_app.extensions["catalogue_names"] = _Known(found, state, time.monotonic())
    return known.names


def forget() -> None:
    """Read them anew when they are asked for next."""
    current_app.extensions.pop("catalogue_names", None)


def _read() -> Names:
    niches, audiences = ([Named(*row) for row in db.session.execute(query)] for query in (_NICHES, _AUDIENCES))
    options = (Markup('<option value="{}">{}</option>').format(one.slug, one.name) for one in audiences)
    return Names({one.slug: one for one in niches}, {one.slug: one for one in audiences}, Markup("").join(options))
